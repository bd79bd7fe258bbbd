package org.slurmctldj.client.job;

/** How many tasks each node of an allocation gets. */
public final class TaskCounts {
  /** CPUs of each node, from the compressed form. */
  public static int[] expand(int[] counts, long[] repetitions) {
    int nodes = 0;
    for (long r : repetitions) {
      nodes += (int) r;
    }
    int[] all = new int[nodes];
    int at = 0;
    for (int i = 0; i < counts.length; i++) {
      for (long r = 0; r < repetitions[i]; r++) {
        all[at++] = counts[i];
      }
    }
    return all;
  }

  /** As many tasks as the CPUs hold. */
  public static int capacity(int[] cpus, int cpusPerTask) {
    int sum = 0;
    for (int c : cpus) {
      sum += Math.max(1, c / Math.max(1, cpusPerTask));
    }
    return sum;
  }

  /** One task for each node in turn while it has CPUs, then without regard to them; block and cyclic alike. */
  public static int[] spread(int[] cpus, int tasks, int cpusPerTask) {
    int[] counts = new int[cpus.length];
    boolean over = false;
    int left = tasks;
    for (int round = 0; left > 0 && cpus.length > 0; round++) {
      boolean room = false;
      for (int i = 0; i < cpus.length && left > 0; i++) {
        int places = cpus[i] / Math.max(1, cpusPerTask);
        if (round < places || over) {
          counts[i]++;
          left--;
          room |= round + 1 < places;
        }
      }
      over |= !room;
    }
    return counts;
  }

  /** Blocks of {@code plane} tasks to each node in turn. */
  public static int[] planes(int nodes, int tasks, int plane) {
    int[] counts = new int[nodes];
    int left = tasks;
    for (int i = 0; left > 0; i = (i + 1) % nodes) {
      int n = Math.min(plane, left);
      counts[i] += n;
      left -= n;
    }
    return counts;
  }

  /** As SLURM_TASKS_PER_NODE has it: "2(x3),1". */
  public static String text(int[] counts) {
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < counts.length; ) {
      int n = 1;
      while (i + n < counts.length && counts[i + n] == counts[i]) {
        n++;
      }
      b.append(b.isEmpty() ? "" : ",").append(counts[i]);
      if (n > 1) {
        b.append("(x").append(n).append(')');
      }
      i += n;
    }
    return b.toString();
  }

  private TaskCounts() {}
}
