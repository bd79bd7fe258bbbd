package org.slurmctldj.agent.step;

import org.slurmctldj.agent.launch.ExitRecord;
import org.slurmctldj.proto.slurm.Jobacctinfo;

/** What a step has used, as Slurm's accounting structure holds it. Pure. */
final class StepUsage {
  private static final long MICROS = 1_000_000;

  static Jobacctinfo of(ExitRecord exit) {
    return new Jobacctinfo()
        .userCpuSec(exit.number("user_us") / MICROS)
        .userCpuUsec(exit.number("user_us") % MICROS)
        .sysCpuSec(exit.number("system_us") / MICROS)
        .sysCpuUsec(exit.number("system_us") % MICROS);
  }

  private StepUsage() {}
}
