package org.slurmctldj.agent.step;

import org.slurmctldj.proto.slurm.SlurmError;

/** A step that is not started. The message is for the log; clients get the number, and {@code told} if there is one. */
final class StepRefusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final long number;
  private final String told;

  StepRefusal(SlurmError error, String why) {
    this(error.number(), why, "");
  }

  StepRefusal(long number, String why, String told) {
    super(why);
    this.number = number;
    this.told = told;
  }

  long number() {
    return number;
  }

  /** "" if Slurm's text of the number says it all. */
  String told() {
    return told;
  }
}
