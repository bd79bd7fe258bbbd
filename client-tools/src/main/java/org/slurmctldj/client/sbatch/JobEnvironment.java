package org.slurmctldj.client.sbatch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.wire.ProtocolVersion;

/** The environment a job is submitted with: the submitter's, as far as it is to be exported, and Slurm's own variables. */
final class JobEnvironment {
  /** In Slurm's order: a variable, and the line of /proc/self/limits. */
  private static final String[][] LIMITS = {
    {"CPU", "Max cpu time"}, {"FSIZE", "Max file size"}, {"DATA", "Max data size"}, {"STACK", "Max stack size"},
    {"CORE", "Max core file size"}, {"RSS", "Max resident set"}, {"NPROC", "Max processes"}, {"NOFILE", "Max open files"},
    {"MEMLOCK", "Max locked memory"}, {"AS", "Max address space"}
  };
  private static final int STAT_SESSION = 5;
  private static final int STAT_NICE = 18;

  private final List<String> entries = new ArrayList<>();

  /**
   * @param own the submitter's, "K=V"
   * @param export value of --export, or null
   */
  static List<String> of(
      List<String> own, Map<String, String> byName, String export, String jobName, List<String> jobVariables, int release) {
    JobEnvironment e = new JobEnvironment();
    boolean all = export == null || export.equalsIgnoreCase("ALL");
    boolean none = export != null && export.equalsIgnoreCase("NONE");
    if (all) {
      e.entries.addAll(own);
    } else if (none) {
      e.slurmsOwn(own);
    } else {
      e.exported(own, byName, export);
    }
    if (release < ProtocolVersion.V23_02) {
      e.set("SLURM_JOB_NAME", jobName);
    }
    if (export != null && !all) {
      e.set("SLURM_EXPORT_ENV", export);
    }
    e.limits();
    e.set("SLURM_PRIO_PROCESS", statField(STAT_NICE));
    e.set("SLURM_SUBMIT_DIR", workingDirectory());
    e.set("SLURM_SUBMIT_HOST", shortHost());
    e.set("SLURM_UMASK", String.format("%04o", ProcessFacts.umask()));
    if (export != null && !all) {
      e.set("SLURM_GET_USER_ENV", "1");
    }
    for (String variable : jobVariables) {
      int equals = variable.indexOf('=');
      e.set(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return e.entries;
  }

  /** ALL among other words means everything; NAME is copied, NAME=VALUE set. Slurm's own variables always go along. */
  private void exported(List<String> own, Map<String, String> byName, String export) {
    List<String> words = List.of(export.split(","));
    if (words.stream().anyMatch(w -> w.equalsIgnoreCase("ALL"))) {
      entries.addAll(own);
    } else {
      slurmsOwn(own);
    }
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        set(word.substring(0, equals), word.substring(equals + 1));
      } else if (byName.containsKey(word)) {
        set(word, byName.get(word));
      }
    }
  }

  private void slurmsOwn(List<String> own) {
    for (String entry : own) {
      if (entry.startsWith("SLURM_")) {
        entries.add(entry);
      }
    }
  }

  private void set(String name, String value) {
    entries.removeIf(entry -> entry.startsWith(name + "="));
    entries.add(name + "=" + value);
  }

  private void limits() {
    String[] lines = read("/proc/self/limits").split("\n");
    for (String[] limit : LIMITS) {
      for (String line : lines) {
        if (line.startsWith(limit[1] + " ")) {
          String soft = line.substring(limit[1].length()).strip().split("\\s+")[0];
          set("SLURM_RLIMIT_" + limit[0], soft.equals("unlimited") ? "18446744073709551615" : soft);
        }
      }
    }
  }

  /** The id of this process's session, alloc_sid. */
  static long session() {
    return Long.parseLong(statField(STAT_SESSION));
  }

  /** Field of /proc/self/stat, 0 being the process id; the command's name may hold blanks. */
  private static String statField(int index) {
    String stat = read("/proc/self/stat");
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[index - 2].strip();
  }

  static String workingDirectory() {
    try {
      return Latin.of(Files.readSymbolicLink(Path.of("/proc/self/cwd")).toString());
    } catch (IOException e) {
      return "/";
    }
  }

  static String shortHost() {
    String host = read("/proc/sys/kernel/hostname").strip();
    int dot = host.indexOf('.');
    return dot < 0 ? host : host.substring(0, dot);
  }

  private static String read(String file) {
    try {
      return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** The JVM's file names to bytes carried as Latin-1. */
  private static final class Latin {
    static String of(String path) {
      return new String(
          path.getBytes(java.nio.charset.Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"))),
          StandardCharsets.ISO_8859_1);
    }
  }
}
