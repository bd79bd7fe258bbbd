package org.slurmctldj.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.slurm.ConfigFile;
import org.slurmctldj.proto.slurm.ConfigResponse;

/**
 * The files a controller with enable_configless hands out (RESPONSE_CONFIG 2016, pushed as
 * REQUEST_RECONFIGURE_WITH_CONFIG 1004): slurm.conf and its companions from the same directory, in
 * the order the reader's release has them, those that do not exist named as such. Called by the
 * front door's worker threads; reads the disk.
 */
public final class ConfiglessFiles {
  /** Bit of REQUEST_CONFIG's flags: the asker is a slurmd. */
  public static final int FLAG_SLURMD = 1;

  private static final long MAX_BYTES = 64L << 20;

  /** A file and the protocol versions whose slurmds and clients ask for it. */
  private record Entry(String name, Predicate<Integer> slurmd, Predicate<Integer> client) {}

  private static final List<Entry> TABLE =
      List.of(
          new Entry("acct_gather.conf", always(), never()),
          new Entry("cgroup.conf", always(), never()),
          new Entry("cli_filter.lua", always(), always()),
          new Entry("ext_sensors.conf", until(40), never()),
          new Entry("gres.conf", always(), never()),
          new Entry("helpers.conf", always(), never()),
          new Entry("job_container.conf", always(), never()),
          new Entry("knl_cray.conf", until(40), never()),
          new Entry("mpi.conf", always(), never()),
          new Entry("namespace.yaml", from(44), never()),
          new Entry("oci.conf", always(), from(40)),
          new Entry("plugstack.conf", always(), always()),
          new Entry("scrun.lua", from(40), from(40)),
          new Entry("topology.conf", always(), always()),
          new Entry("topology.yaml", from(43), from(43)));

  private ConfiglessFiles() {}

  /**
   * @param flags of REQUEST_CONFIG
   * @param version protocol version of the reader
   */
  public static ConfigResponse of(SlurmConf conf, long flags, int version) {
    return of(conf, "", flags, version);
  }

  /**
   * @param gresLines of pools, behind gres.conf's own
   * @param flags of REQUEST_CONFIG
   * @param version protocol version of the reader
   */
  public static ConfigResponse of(SlurmConf conf, String gresLines, long flags, int version) {
    boolean slurmd = (flags & FLAG_SLURMD) != 0;
    Path slurmConf = Path.of(conf.path());
    List<ConfigFile> files = new ArrayList<>();
    for (String name : names(slurmd, version)) {
      ConfigFile file = file(name, name.equals("slurm.conf") ? slurmConf : slurmConf.resolveSibling(name));
      files.add(switch (name) {
        case "slurm.conf" -> with(file, conf.appended());
        case "gres.conf" -> with(file, gresLines);
        default -> file;
      });
    }
    Path directory = slurmConf.toAbsolutePath().getParent();
    for (String included : conf.files().subList(1, conf.files().size())) {
      Path path = Path.of(included).toAbsolutePath();
      String name = path.startsWith(directory) ? directory.relativize(path).toString() : included;
      files.add(file(name, path));
    }
    // A slurmd keeps the files there before it has read them; patterns are its own to replace.
    return new ConfigResponse().configFiles(files).slurmdSpooldir(slurmd ? conf.slurmdSpoolDir() : null);
  }

  /** From 25.11 on the list is sorted; before, slurm.conf led and clients asked in another order. */
  static List<String> names(boolean slurmd, int version) {
    List<String> names = new ArrayList<>();
    for (Entry entry : TABLE) {
      if ((slurmd ? entry.slurmd() : entry.client()).test(version)) {
        names.add(entry.name());
      }
    }
    if (version >= 44) {
      names.add("slurm.conf");
      names.sort(null);
      return names;
    }
    names.add(0, "slurm.conf");
    if (!slurmd) {
      for (String late : List.of("oci.conf", "scrun.lua")) {
        if (names.remove(late)) {
          names.add(late);
        }
      }
    }
    return names;
  }

  private static ConfigFile with(ConfigFile file, String lines) {
    if (lines.isEmpty()) {
      return file;
    }
    String before = file.fileContent() == null ? "" : file.fileContent();
    return file.exists(true).fileContent(before.isEmpty() || before.endsWith("\n") ? before + lines : before + "\n" + lines);
  }

  private static ConfigFile file(String name, Path path) {
    ConfigFile file = new ConfigFile().fileName(name);
    try {
      if (Files.isRegularFile(path) && Files.size(path) <= MAX_BYTES) {
        file.exists(true).fileContent(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      file.exists(false).fileContent(null); // gone or not readable between two looks: as if it were not there
    }
    return file;
  }

  private static Predicate<Integer> always() {
    return version -> true;
  }

  private static Predicate<Integer> never() {
    return version -> false;
  }

  private static Predicate<Integer> from(int first) {
    return version -> version >= first;
  }

  private static Predicate<Integer> until(int last) {
    return version -> version <= last;
  }
}
