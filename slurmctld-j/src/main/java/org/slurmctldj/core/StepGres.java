package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;

/**
 * What a step may ask for of its job's generic resources, and what of them is free for it. Pure. Choices and words are
 * those observed on slurmctld 22.05.8; where later releases choose otherwise, those of the step's client.
 */
final class StepGres {
  private static final JobField[] TEXTS = {
    JobField.TRES_PER_JOB, JobField.TRES_PER_NODE, JobField.TRES_PER_SOCKET, JobField.TRES_PER_TASK
  };

  /** The first protocol version of which a step's counts are held against what its job has, not against what it asked for: 23.02. */
  private static final int COUNTS_WHAT_THERE_IS = 39;

  /** 24.11: more than the job has on several nodes is refused without a reason. */
  private static final int SAYS_NOT_WHY = 42;

  /** 23.11: --cpus-per-gpu gives a step its CPUs. */
  private static final int CPUS_PER_GRES = 40;

  private StepGres() {}

  /** A step that says nothing of generic resources asks for what its job asked for; {@code --gres=none} says something. */
  static void inherit(JobFields step, JobFields job) {
    for (JobField f : TEXTS) {
      if (step.has(f) && !onlyCpus(step.text(f))) {
        return;
      }
    }
    if (!asks(job)) {
      return;
    }
    for (JobField f : TEXTS) {
      step.text(f, job.text(f));
    }
  }

  private static boolean onlyCpus(String text) {
    List<GresText.Item> items = GresText.parse(text);
    return items != null && items.isEmpty();
  }

  /** Whether there are more CPUs in the text than gres: srun tells a step's CPUs there, too. */
  static boolean asks(JobFields step) {
    GresRequest q = GresRequest.of(step);
    return q != null && q.all().stream().anyMatch(i -> i.count() > 0);
  }

  /** Null if the request is one that the job's own allows, whatever is free; else Slurm's number and words. */
  static Result objection(JobFields step, JobFields job, int featureLevel) {
    GresRequest s = GresRequest.of(step);
    GresRequest j = GresRequest.of(job);
    if (s == null || j == null) {
      return Result.error(SlurmNumbers.ESLURM_INVALID_GRES);
    }
    if (s.isEmpty() || s.all().stream().allMatch(i -> i.count() == 0)) {
      return null;
    }
    if (j.isEmpty()) {
      return no("Step requested GRES but job doesn't have GRES");
    }
    for (GresText.Item i : s.all()) {
      if (i.count() > 0 && j.all().stream().noneMatch(k -> fits(i, k))) {
        return no("Step requested GRES (" + i.name() + ":" + (i.type() == null ? "(null)" : i.type()) + ") not found in the job");
      }
    }
    if (featureLevel >= 7 && client(step) >= COUNTS_WHAT_THERE_IS) {
      return null;
    }
    long minNodes = step.isSet(JobField.MIN_NODES) ? step.number(JobField.MIN_NODES) : 0;
    for (GresText.Item i : s.perJob()) {
      if (i.count() > 0 && i.count() < minNodes) {
        return no("Step requested gres=" + i.name() + ":" + i.count() + " is less than the requested min nodes=" + minNodes);
      }
    }
    Result more = more("gres", s.perJob(), j.perJob());
    more = more != null ? more : more("gres_per_node", s.perNode(), j.perNode());
    more = more != null ? more : more("gres_per_socket", s.perSocket(), j.perSocket());
    return more != null ? more : more("gres_per_task", s.perTask(), j.perTask());
  }

  /** A step may name the type that its job has got without naming it, but not one that the job's request excludes. */
  private static boolean fits(GresText.Item asked, GresText.Item of) {
    return asked.name().equals(of.name()) && (asked.type() == null || of.type() == null || asked.type().equals(of.type()));
  }

  private static Result more(String word, List<GresText.Item> step, List<GresText.Item> job) {
    for (GresText.Item i : step) {
      for (GresText.Item of : job) {
        if (fits(i, of)) {
          if (of.count() > 0 && i.count() > of.count()) {
            return no(
                "Step requested " + word + "=" + i.name() + ":" + i.count() + " is more than the job's " + word + "=" + of.name()
                    + ":" + of.count());
          }
          break;
        }
      }
    }
    return null;
  }

  private static Result no(String words) {
    return Result.error(SlurmNumbers.ESLURM_INVALID_GRES, words);
  }

  /**
   * The number for a step that wants more over all its nodes ({@code --gpus}) than its job has. 24.11.5 and 26.05.5 have
   * none where those are several ("Unspecified error"). That from feature level 8 on.
   */
  static int tooMuchInAll(JobFields step, int featureLevel, int nodes) {
    boolean unnamed = featureLevel >= 8 && client(step) >= SAYS_NOT_WHY && nodes > 1;
    return unnamed ? SlurmNumbers.SLURM_ERROR : SlurmNumbers.ESLURM_INVALID_GRES;
  }

  /** What the job holds of that node, as if no step had any of it. */
  static GresFree of(NodeDefinition node, Allocation.NodeShare share) {
    GresFree all = GresFree.nothing(GresLayout.of(node));
    share.gres().forEach(all::give);
    return all;
  }

  /** Protocol version. */
  private static long client(JobFields step) {
    return step.number(JobField.START_PROTOCOL_VERSION) >> 8;
  }

  /** --cpus-per-gpu of a step whose CPUs follow from it; null where they do not. From feature level 7 on. */
  static GresText.Item cpusPer(JobFields step, int featureLevel) {
    if (featureLevel < 7 || client(step) < CPUS_PER_GRES || !step.has(JobField.CPUS_PER_TRES)
        || (step.number(JobField.BITFLAGS) & StepRecord.OVERCOMMIT) != 0) {
      return null;
    }
    List<GresText.Item> items = GresText.parse(step.text(JobField.CPUS_PER_TRES));
    return items == null || items.isEmpty() || items.get(0).count() == 0 ? null : items.get(0);
  }

  /** How many of the kind these shares are. */
  static long count(GresLayout layout, List<GresShare> held, GresText.Item of) {
    return held.stream().filter(s -> layout.entries().get(s.entry()).is(of.name(), of.type())).mapToLong(GresShare::count).sum();
  }

  /** Sockets of the node that these cores lie in: what a step's gres per socket count by. */
  static int sockets(NodeDefinition node, long[] cores) {
    int perSocket = Math.max(1, node.coresPerSocket());
    int sockets = 0;
    int last = -1;
    for (int core = 0; core < cores.length * 64; core++) {
      if ((cores[core >> 6] & 1L << core) != 0 && core / perSocket != last) {
        last = core / perSocket;
        sockets++;
      }
    }
    return Math.max(1, sockets);
  }

  /** MiB that --mem-per-gpu asks for beside so many gres; 0 where it is not given. */
  static long memory(JobFields step, GresLayout layout, List<GresShare> held) {
    if (!step.has(JobField.MEM_PER_TRES)) {
      return 0;
    }
    List<GresText.Item> per = GresText.parse(step.text(JobField.MEM_PER_TRES));
    long mib = 0;
    for (GresText.Item i : per == null ? new ArrayList<GresText.Item>() : per) {
      for (GresShare s : held) {
        mib += layout.entries().get(s.entry()).is(i.name(), i.type()) ? i.count() * s.count() : 0;
      }
    }
    return mib;
  }
}
