package org.slurmctldj.agent.step;

import java.util.Optional;
import org.slurmctldj.proto.slurm.LaunchTasks;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * What srun can ask of a node and nothing here does. Such a step is refused with the option's name: run without it, its
 * user would take what he gets for what he asked for.
 */
final class StepWishes {
  /** rank, map, mask, local, prefer; not verbose, none and sort. */
  private static final int MEM_BIND = 4 | 8 | 16 | 32 | 128;
  private static final int PROFILE_NONE = 1;
  /** srun's own default from 23.02 on; beyond it a step's daemon talks to srun's user. */
  private static final int DEBUG_ERROR = 2;
  private static final long PARALLEL_DEBUG = 1;
  private static final long WAIT_FOR_CHILDREN = 1 << 10;

  private StepWishes() {}

  /** The option that cannot be granted, as srun's user wrote it. */
  static Optional<String> unsupported(LaunchTasks l) {
    String option =
        (l.flags() & StepOrder.NO_ALLOC) != 0 ? "--no-allocate"
            : (l.flags() & PARALLEL_DEBUG) != 0 ? "under a parallel debugger"
            : (l.flags() & WAIT_FOR_CHILDREN) != 0 ? "--wait-for-children"
            : (l.memBindType() & MEM_BIND) != 0 ? "--mem-bind"
            : given(l.container()) ? "--container"
            : wanted(l.cpuFreqMin()) || wanted(l.cpuFreqMax()) || wanted(l.cpuFreqGov()) ? "--cpu-freq"
            : given(l.tresFreq()) ? "--gpu-freq"
            : l.x11() != 0 ? "--x11"
            : wanted(l.profile()) && l.profile() != PROFILE_NONE ? "--profile"
            : given(l.acctgFreq()) ? "--acctg-freq"
            : l.slurmdDebug() > DEBUG_ERROR ? "--slurmd-debug"
            : l.oomKillStep() ? "--oom-kill-step"
            : !l.options().options().isEmpty() ? "--" + name(l.options().options().getFirst().option()) + " (of a spank plugin)"
            : null;
    return Optional.ofNullable(option);
  }

  private static boolean given(String text) {
    return text != null && !text.isEmpty();
  }

  private static boolean wanted(long number) {
    return number != 0 && number != SlurmConstants.NO_VAL;
  }

  /** "option:plugin" on the wire. */
  private static String name(String option) {
    int colon = option == null ? -1 : option.indexOf(':');
    return colon < 0 ? String.valueOf(option) : option.substring(0, colon);
  }
}
