package org.slurmctldj.slurmd;

import org.slurmctldj.config.ControllerConf;
import org.slurmctldj.proto.conf.OptionList;

/**
 * What of slurm.conf this room goes by; changes at reconfigure.
 *
 * @param timeoutSeconds SlurmdTimeout, 0 none
 * @param configOverrides SlurmdParameters=config_overrides: a node counts with what slurm.conf says of it
 * @param prologAtAllocation PrologFlags with Alloc, or one that implies it
 */
public record SlurmdSettings(long timeoutSeconds, boolean configOverrides, boolean prologAtAllocation) {
  public static SlurmdSettings of(ControllerConf conf) {
    OptionList prolog = conf.options("PrologFlags");
    return new SlurmdSettings(
        conf.slurmdTimeout(),
        conf.configOverrides(),
        prolog.has("Alloc") || prolog.has("Contain") || prolog.has("X11") || prolog.has("NoHold") || prolog.has("ForceRequeueOnFail"));
  }

  /** Seconds between two pings of a node, as slurmctld does it. */
  long pingSeconds() {
    return timeoutSeconds == 0 ? 100 : Math.max(1, timeoutSeconds / 3);
  }
}
