package org.slurmctldj.client.job;

import org.slurmctldj.client.cli.Strtol;

/** What 24.11 and later say with {@code --tres-per-task}, into which they put {@code -c} and {@code --gpus-per-task}. */
public final class TresPerTask {
  /** Null for none. */
  public static String text(Submission s) {
    if (s.tresPerTask != null) {
      return s.tresPerTask;
    }
    String cpus = s.cpusPerTask == Submission.UNSET ? null : "cpu=" + s.cpusPerTask;
    String gpus = s.gpusPerTask == null ? null : "gres/gpu=" + s.gpusPerTask;
    return cpus == null ? gpus : gpus == null ? cpus : cpus + "," + gpus;
  }

  /** {@code --tres-bind}, or what GPUs per task imply; null for none. */
  public static String bind(Submission s) {
    if (s.tresBind != null) {
      return s.tresBind;
    }
    long gpus = gpus(s);
    return gpus == 0 ? null : "gres/gpu:per_task:" + gpus;
  }

  public static long gpus(Submission s) {
    if (s.gpusPerTask != null) {
      return Gres.count(s.gpusPerTask);
    }
    long sum = 0;
    if (s.tresPerTask != null) {
      for (String word : s.tresPerTask.split(",")) {
        if (word.startsWith("gres/gpu")) {
          sum += Gres.count(word.replace('=', ':'));
        }
      }
    }
    return sum;
  }

  /** CPUs that {@code --tres-per-task} asks for; 0 for none. */
  public static int cpus(Submission s) {
    if (s.tresPerTask != null) {
      for (String word : s.tresPerTask.split(",")) {
        if (word.startsWith("cpu:") || word.startsWith("cpu=")) {
          return (int) Strtol.value(word.substring(4));
        }
      }
    }
    return 0;
  }

  private TresPerTask() {}
}
