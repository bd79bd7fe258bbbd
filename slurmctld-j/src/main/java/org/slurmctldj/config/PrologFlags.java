package org.slurmctldj.config;

import org.slurmctldj.proto.conf.OptionList;

/** slurm.conf's PrologFlags as far as they imply each other (slurm.conf(5)). */
public final class PrologFlags {

  /** Alloc, or one that implies it: every node of an allocation runs its Prolog at once. */
  public static boolean atAllocation(OptionList flags) {
    return flags.has("Alloc") || flags.has("Contain") || flags.has("X11") || flags.has("NoHold") || flags.has("DeferBatch")
        || flags.has("ForceRequeueOnFail") || flags.has("RunInJob");
  }

  /** Contain, or one that implies it: a slurmd starts an extern step for each job. */
  public static boolean externSteps(OptionList flags) {
    return flags.has("Contain") || flags.has("X11") || flags.has("RunInJob");
  }

  /** salloc and srun wait until the Prologs of all nodes have run. */
  public static boolean clientsWait(OptionList flags) {
    return atAllocation(flags) && !flags.has("NoHold");
  }

  private PrologFlags() {}
}
