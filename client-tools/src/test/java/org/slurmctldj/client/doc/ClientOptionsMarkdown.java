package org.slurmctldj.client.doc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Console;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.client.job.JobOption;
import org.slurmctldj.client.salloc.SallocOptions;
import org.slurmctldj.client.sattach.SattachOptions;
import org.slurmctldj.client.sbatch.SbatchOptions;
import org.slurmctldj.client.sbcast.SbcastOptions;
import org.slurmctldj.client.scancel.Scancel;
import org.slurmctldj.client.scontrol.Scontrol;
import org.slurmctldj.client.sdiag.Sdiag;
import org.slurmctldj.client.sinfo.Sinfo;
import org.slurmctldj.client.sinfo.SinfoOptions;
import org.slurmctldj.client.squeue.Squeue;
import org.slurmctldj.client.squeue.SqueueOptions;
import org.slurmctldj.client.srun.SrunOptions;
import org.slurmctldj.client.sstat.SstatOptions;
import org.slurmctldj.proto.wire.ProtocolVersion;

/**
 * Prints the section "Client options" of docs/compatibility.md: every option of every client, from the tables that the clients
 * read their command lines by. Which ones the clients without such a state in their table refuse is found by giving them the
 * option. Arguments: the folders of the scenarios that compare our clients with the real ones.
 */
final class ClientOptionsMarkdown {
  private record Row(String name, boolean old, boolean recent, boolean works) {}

  private final List<Path> scenarios = new ArrayList<>();
  private final Path conf;

  private ClientOptionsMarkdown(Path conf) {
    this.conf = conf;
  }

  public static void main(String[] folders) throws IOException {
    Path conf = Files.createTempFile("client-options", ".conf");
    try {
      Files.writeString(conf, "ClusterName=c\nSlurmctldHost=localhost\nSlurmUser=root\nNodeName=n1\nPartitionName=p Nodes=n1 Default=YES\n");
      System.out.print(new ClientOptionsMarkdown(conf).text(folders));
    } finally {
      Files.delete(conf);
    }
  }

  private String text(String[] folders) throws IOException {
    for (String folder : folders) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        files.filter(f -> f.toString().endsWith(".txt")).sorted().forEach(scenarios::add);
      }
    }
    StringBuilder b = new StringBuilder();
    b.append("\n## Client options\n\n");
    b.append("\"Refused\": the client says that it does not support the option and ends with 1. \"Compared\": a line of that file gives the\n");
    b.append("option to our client and to the real one.\n");
    Map<String, Map<String, Row>> programs = new TreeMap<>();
    programs.put("sbatch", table(SbatchOptions.of(ProtocolVersion.V22_05), SbatchOptions.of(ProtocolVersion.V24_11)));
    programs.put("salloc", table(SallocOptions.of(ProtocolVersion.V22_05), SallocOptions.of(ProtocolVersion.V24_11)));
    programs.put("srun", table(SrunOptions.of(ProtocolVersion.V22_05), SrunOptions.of(ProtocolVersion.V24_11)));
    programs.put("sattach", table(SattachOptions.of(ProtocolVersion.V22_05), SattachOptions.of(ProtocolVersion.V24_11)));
    programs.put("sbcast", table(SbcastOptions.of(ProtocolVersion.V22_05), SbcastOptions.of(ProtocolVersion.V24_11)));
    programs.put("sstat", table(SstatOptions.of(ProtocolVersion.V22_05), SstatOptions.of(ProtocolVersion.V24_11)));
    programs.put("squeue", asked("squeue", SqueueOptions.longOptions(true), SqueueOptions.longOptions(false)));
    programs.put("sinfo", asked("sinfo", SinfoOptions.longOptions(true), SinfoOptions.longOptions(false)));
    programs.put("scancel", asked("scancel", Scancel.longOptions(true), Scancel.longOptions(false)));
    programs.put("scontrol", asked("scontrol", Scontrol.longOptions(true), Scontrol.longOptions(false)));
    programs.put("sdiag", asked("sdiag", Sdiag.longOptions(true), Sdiag.longOptions(false)));
    for (Map.Entry<String, Map<String, Row>> program : programs.entrySet()) {
      b.append("\n### ").append(program.getKey()).append("\n\n| option | releases | state |\n|---|---|---|\n");
      for (Row row : program.getValue().values()) {
        b.append("| --").append(row.name).append(" | ").append(row.old && row.recent ? "all" : row.old ? "before 23.02" : "23.02 on");
        b.append(" | ").append(row.works ? state(program.getKey(), row.name) : "refused").append(" |\n");
      }
    }
    return b.toString();
  }

  private static Map<String, Row> table(List<JobOption> old, List<JobOption> recent) {
    Map<String, Row> rows = new TreeMap<>();
    for (JobOption o : old) {
      rows.put(o.name(), new Row(o.name(), true, false, o.works()));
    }
    for (JobOption o : recent) {
      rows.put(o.name(), new Row(o.name(), rows.containsKey(o.name()), true, o.works()));
    }
    return rows;
  }

  private Map<String, Row> asked(String program, String old, String recent) {
    Map<String, Row> rows = new TreeMap<>();
    TreeSet<String> before = names(old);
    TreeSet<String> after = names(recent);
    TreeSet<String> all = new TreeSet<>(before);
    all.addAll(after);
    for (String word : all) {
      String name = word.replace(":", "");
      boolean argument = word.endsWith(":") && !word.endsWith("::");
      boolean works = !refuses(program, after.contains(word) ? "24.11" : "22.05", argument ? "--" + name + "=1" : "--" + name);
      rows.put(name, new Row(name, before.contains(word), after.contains(word), works));
    }
    return rows;
  }

  private static TreeSet<String> names(String table) {
    TreeSet<String> names = new TreeSet<>();
    for (String word : table.strip().split("\\s+")) {
      names.add(word.substring(0, word.indexOf('=')));
    }
    return names;
  }

  /** The option, then one that nobody has, so that nothing is asked of a controller. */
  private boolean refuses(String program, String release, String option) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(new ByteArrayOutputStream(), err);
    Map<String, String> environment = Map.of("SLURM_CONF", conf.toString(), "SLURMJ_PROTOCOL_VERSION", release);
    Client client = new Client(program, List.of(option, "--no-such-option"), environment, console);
    try {
      switch (program) {
        case "squeue" -> new Squeue(client).run();
        case "sinfo" -> new Sinfo(client).run();
        case "scancel" -> new Scancel(client).run();
        case "scontrol" -> new Scontrol(client).run();
        case "sdiag" -> new Sdiag(client).run();
        default -> throw new IllegalArgumentException(program);
      }
    } catch (Exit e) {
      // as it should
    }
    return err.toString(StandardCharsets.ISO_8859_1).contains("is not supported by slurmctld-j's");
  }

  private String state(String program, String option) {
    Pattern pattern = Pattern.compile("(^|[ '(;&|])" + program + " .*--" + Pattern.quote(option) + "([ ='\"|]|$)");
    for (Path file : scenarios) {
      try {
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
          if (pattern.matcher(line).find() || letter(program, option, line)) {
            return "works; compared in " + file;
          }
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    return "works";
  }

  private static boolean letter(String program, String option, String line) {
    String table =
        switch (program) {
          case "squeue" -> SqueueOptions.longOptions(true);
          case "sinfo" -> SinfoOptions.longOptions(true);
          case "scancel" -> Scancel.longOptions(true);
          case "scontrol" -> Scontrol.longOptions(true);
          case "sdiag" -> Sdiag.longOptions(true);
          default -> "";
        };
    for (String word : table.strip().split("\\s+")) {
      int is = word.indexOf('=');
      if (is > 0 && word.substring(0, is).replace(":", "").equals(option) && word.length() == is + 2) {
        return Pattern.compile("(^|[ '(;&|])" + program + " (.* )?-" + word.charAt(is + 1)).matcher(line).find();
      }
    }
    List<JobOption> options =
        switch (program) {
          case "sbatch" -> SbatchOptions.of(ProtocolVersion.V24_11);
          case "salloc" -> SallocOptions.of(ProtocolVersion.V24_11);
          case "srun" -> SrunOptions.of(ProtocolVersion.V24_11);
          case "sattach" -> SattachOptions.of(ProtocolVersion.V24_11);
          case "sbcast" -> SbcastOptions.of(ProtocolVersion.V24_11);
          case "sstat" -> SstatOptions.of(ProtocolVersion.V24_11);
          default -> List.of();
        };
    for (JobOption o : options) {
      if (o.name().equals(option) && o.letter() != 0) {
        String end = o.argument() == Getopt.NO_ARGUMENT ? "( |$)" : "";
        return Pattern.compile("(^|[ '(;&|])" + program + " (.* )?-" + o.letter() + end).matcher(line).find();
      }
    }
    return false;
  }
}
