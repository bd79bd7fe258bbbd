package org.slurmctldj.slurmd;

import org.slurmctldj.config.ControllerConf;
import org.slurmctldj.config.PrologFlags;
import org.slurmctldj.proto.conf.OptionList;

/**
 * What of slurm.conf this room goes by; changes at reconfigure.
 *
 * @param timeoutSeconds SlurmdTimeout, 0 none
 * @param configOverrides SlurmdParameters=config_overrides: a node counts with what slurm.conf says of it
 * @param prologAtAllocation PrologFlags with Alloc, or one that implies it
 * @param resumeSeconds ResumeTimeout: what a reboot may take
 * @param health which nodes run HealthCheckProgram when
 */
public record SlurmdSettings(long timeoutSeconds, boolean configOverrides, boolean prologAtAllocation, long resumeSeconds, Health health) {
  /**
   * HealthCheckProgram's Interval and NodeState.
   *
   * @param intervalSeconds 0: never
   * @param notDrained of the idle ones those that are not drained only
   */
  record Health(long intervalSeconds, boolean idle, boolean allocated, boolean mixed, boolean notDrained) {
    static Health of(ControllerConf conf) {
      boolean program = conf.slurm().text("HealthCheckProgram").isPresent();
      OptionList states = conf.options("HealthCheckNodeState");
      boolean some = states.has("IDLE") || states.has("ALLOC") || states.has("MIXED") || states.has("NONDRAINED_IDLE");
      boolean any = states.has("ANY") || !some && !states.has("START_ONLY") && !states.has("REBOOT_ONLY");
      return new Health(
          program ? conf.slurm().number("HealthCheckInterval", 0) : 0,
          any || states.has("IDLE") || states.has("NONDRAINED_IDLE"),
          any || states.has("ALLOC"),
          any || states.has("MIXED"),
          !any && !states.has("IDLE") && states.has("NONDRAINED_IDLE"));
    }
  }

  public static SlurmdSettings of(ControllerConf conf) {
    OptionList prolog = conf.options("PrologFlags");
    return new SlurmdSettings(
        conf.slurmdTimeout(),
        conf.configOverrides(),
        PrologFlags.atAllocation(prolog),
        conf.slurm().number("ResumeTimeout", 60),
        Health.of(conf));
  }

  /** Seconds between two pings of a node, as slurmctld does it. */
  long pingSeconds() {
    return timeoutSeconds == 0 ? 100 : Math.max(1, timeoutSeconds / 3);
  }
}
