package org.slurmctldj.agent.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Kills what a job left behind when its shepherd is dead: by the job's control groups, or, where there are none, by
 * session and by the SLURM_JOB_ID that its processes carry in their environment. Blocks; not for the agent's main thread.
 */
public final class Leftovers {
  /** What identifies the job's processes. */
  public record Job(List<String> cgroups, long shepherdPid, long jobId, long uid, String nodeName, String slurmConf) {}

  /** SIGKILL until nothing is left; the number of processes killed. */
  public static int kill(Job job) throws InterruptedException {
    int killed = 0;
    for (int round = 0; ; round++) {
      List<Long> pids = find(job);
      if (pids.isEmpty()) {
        break;
      }
      for (long pid : pids) {
        if (ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly).orElse(false)) {
          killed++;
        }
      }
      Thread.sleep(round < 40 ? 25 : 1000);
    }
    for (String cgroup : job.cgroups()) {
      removeEmpty(Path.of(cgroup));
    }
    return killed;
  }

  private static List<Long> find(Job job) {
    List<Long> pids = new ArrayList<>();
    for (String cgroup : job.cgroups()) {
      try {
        for (String line : Files.readAllLines(Path.of(cgroup, "cgroup.procs"))) {
          pids.add(Long.parseLong(line));
        }
      } catch (IOException e) {
        continue; // removed already
      }
    }
    return job.cgroups().isEmpty() ? byEnvironment(job) : pids;
  }

  private static List<Long> byEnvironment(Job job) {
    List<Long> pids = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : all) {
        try {
          if (isOf(process, job)) {
            pids.add(Long.parseLong(process.getFileName().toString()));
          }
        } catch (IOException e) {
          continue; // it ended meanwhile, or is not ours to look into
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    return pids;
  }

  private static boolean isOf(Path process, Job job) throws IOException {
    long uid = ((Number) Files.getAttribute(process, "unix:uid")).longValue() & 0xffffffffL;
    if (uid != job.uid()) {
      return false;
    }
    String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    if (fields[0].equals("Z") || fields[0].equals("X")) {
      return false;
    }
    if (Long.parseLong(fields[3]) == job.shepherdPid() && !process.endsWith(Long.toString(job.shepherdPid()))) {
      return true;
    }
    String environment = "\0" + Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
    return environment.contains("\0SLURM_JOB_ID=" + job.jobId() + "\0")
        && environment.contains("\0SLURM_CONF=" + job.slurmConf() + "\0")
        && environment.contains("\0SLURMD_NODENAME=" + job.nodeName() + "\0");
  }

  /** step_batch, job_12, uid_1000; the kernel refuses what is in use. */
  private static void removeEmpty(Path cgroup) {
    Path directory = cgroup;
    for (int up = 0; up < 3; up++) {
      // File.delete: rmdir without looking into it first, as the kernel's files in it cannot be removed
      if (!directory.toFile().delete()) {
        return;
      }
      directory = directory.getParent();
    }
  }

  private Leftovers() {}
}
