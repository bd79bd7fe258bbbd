package org.slurmctldj.client.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.slurmctldj.client.cli.Getopt;

/**
 * The components of a heterogeneous job on a command line: {@code -N1 : -N2 command}. As with Slurm's clients the command
 * stands behind the last one, and an option holds for the components behind it, too, unless it says how large a
 * component is or where it goes.
 */
public final class HetComponents {
  /** Options that each component begins without, by their long names (observed on 22.05.8; table of Slurm's option list). */
  private static final Set<String> OWN =
      Set.of(
          "accel-bind", "bb", "bcast", "bcast-exclude", "compress", "constraint", "contiguous", "core-spec", "cores-per-socket",
          "cpu-bind", "cpu-freq", "cpus-per-gpu", "cpus-per-task", "distribution", "exclusive", "extra-node-info", "gpu-bind",
          "gpu-freq", "gpus", "gpus-per-node", "gpus-per-socket", "gpus-per-task", "gres", "gres-flags", "hint", "licenses",
          "mail-type", "mail-user", "mem-bind", "mem-per-cpu", "mem-per-gpu", "mincpus", "network", "nodefile", "nodelist",
          "nodes", "ntasks", "ntasks-per-core", "ntasks-per-gpu", "ntasks-per-node", "ntasks-per-socket", "ntasks-per-tres",
          "overcommit", "oversubscribe", "partition", "power", "relative", "resv-ports", "send-libs", "share", "sockets-per-node",
          "spread-job", "switches", "tasks-per-node", "thread-spec", "threads-per-core", "tmp", "use-min-nodes");

  /** Names of a variable's component: today's, and the one that it had first. */
  private static final String[] NAMES = {"_HET_GROUP_", "_PACK_GROUP_"};

  private HetComponents() {}

  /**
   * A command line, taken apart.
   *
   * @param parts the options of each component
   * @param command what stands behind the last component's options; empty for a line without components, which is not
   *     taken apart
   */
  public record Line(List<List<String>> parts, List<String> command) {
    public boolean isHet() {
      return parts.size() > 1;
    }
  }

  /**
   * An option's words are taken for what they are: a colon is a separator only where an option could stand.
   *
   * @param unknown called, and throws, where there is no such option; getopt has complained then
   */
  public static Line split(List<String> arguments, Function<List<String>, Getopt> reader, Runnable unknown) {
    if (!arguments.contains(":")) {
      return new Line(List.of(arguments), List.of());
    }
    List<List<String>> parts = new ArrayList<>();
    List<String> rest = arguments;
    while (true) {
      Getopt getopt = reader.apply(rest);
      for (int value = getopt.next(); value != Getopt.END; value = getopt.next()) {
        if (value == Getopt.UNKNOWN) {
          unknown.run();
        }
      }
      List<String> operands = getopt.operands();
      boolean more = !operands.isEmpty() && operands.get(0).equals(":");
      parts.add(List.copyOf(rest.subList(0, rest.size() - operands.size())));
      if (!more) {
        // one part: a colon may still be a word of its command, as in "salloc srun a : b"
        return parts.size() == 1 ? new Line(List.of(arguments), List.of()) : new Line(parts, List.copyOf(operands));
      }
      rest = operands.subList(1, operands.size());
    }
  }

  /** Those of the options given so far that hold for the next component, too. */
  public static List<DefinedOptions.Given> kept(List<DefinedOptions.Given> given) {
    return given.stream().filter(g -> !OWN.contains(g.option().name())).toList();
  }

  /** "SLURM_NTASKS" of component 1 under both of its names. */
  public static List<String> names(String variable, int component) {
    List<String> out = new ArrayList<>();
    for (String name : NAMES) {
      out.add(variable + name + component);
    }
    return out;
  }
}
