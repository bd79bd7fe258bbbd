package org.slurmctldj.rpc.render;

/** Slurm's text of trackable resources, "cpu=4,mem=7200M,node=1,billing=4", as controllers without slurmdbd write it. */
public final class TresText {
  private static final String UNITS = "MGTP";

  /** MiB in the largest unit that holds it exactly: 7168 is "7G", 7200 is "7200M". */
  public static String memory(long mib) {
    int unit = 0;
    long n = mib;
    while (n != 0 && n % 1024 == 0 && unit < UNITS.length() - 1) {
      n /= 1024;
      unit++;
    }
    return n + "" + UNITS.charAt(unit);
  }

  /** What a job asks for or holds; memory 0 is left out. */
  public static String job(long cpus, long memory, long nodes) {
    return "cpu=" + cpus + (memory > 0 ? ",mem=" + memory(memory) : "") + ",node=" + nodes + ",billing=" + cpus;
  }

  /** What a step holds; steps are not billed. */
  public static String step(long cpus, long memory, long nodes) {
    return "cpu=" + cpus + (memory > 0 ? ",mem=" + memory(memory) : "") + ",node=" + nodes;
  }

  /** What a node or partition has. */
  public static String configured(long cpus, long memory, long nodes) {
    return "cpu=" + cpus + ",mem=" + memory(memory) + (nodes > 0 ? ",node=" + nodes : "") + ",billing=" + cpus;
  }

  /** What a node gives to jobs; null for nothing. */
  public static String allocated(long cpus, long memory) {
    return cpus == 0 ? null : "cpu=" + cpus + (memory > 0 ? ",mem=" + memory(memory) : "");
  }

  private TresText() {}
}
