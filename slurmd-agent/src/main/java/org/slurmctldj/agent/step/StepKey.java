package org.slurmctldj.agent.step;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slurmctldj.proto.slurm.StepId;

/** Which step: job, step and component of a heterogeneous step ({@link #NO_VAL}: none), all unsigned 32-bit numbers. */
public record StepKey(long jobId, long stepId, long component) {
  static final long NO_VAL = 0xfffffffeL;
  static final long INTERACTIVE = 0xfffffffaL;
  static final long BATCH = 0xfffffffbL;
  static final long EXTERN = 0xfffffffcL;
  private static final Pattern DIRECTORY = Pattern.compile("([0-9]{1,10})\\.([0-9]{1,10})(?:\\+([0-9]{1,10}))?");

  static StepKey of(StepId id) {
    return new StepKey(id.jobId(), id.stepId(), id.stepHetComp());
  }

  StepId toStepId(long sluid) {
    return new StepId().sluid(sluid).jobId(jobId).stepId(stepId).stepHetComp(component);
  }

  /** Names its directory in the spool. */
  String directory() {
    return jobId + "." + stepId + (component == NO_VAL ? "" : "+" + component);
  }

  static Optional<StepKey> ofDirectory(String name) {
    Matcher m = DIRECTORY.matcher(name);
    return m.matches()
        ? Optional.of(
            new StepKey(
                Long.parseLong(m.group(1)),
                Long.parseLong(m.group(2)),
                m.group(3) == null ? NO_VAL : Long.parseLong(m.group(3))))
        : Optional.empty();
  }

  /** "0", "interactive": the step's part of the name. */
  String step() {
    if (stepId == INTERACTIVE) {
      return "interactive";
    }
    if (stepId == BATCH) {
      return "batch";
    }
    return stepId == EXTERN ? "extern" : Long.toString(stepId);
  }

  /** As Slurm's messages name it: "12.0", "12.interactive", "12.0+1". */
  @Override
  public String toString() {
    return jobId + "." + step() + (component == NO_VAL ? "" : "+" + component);
  }
}
