package org.slurmctldj.client.job;

import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.proto.slurm.SelectedStep;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * A job or step as a user names it: {@code JOB[_TASK][+HET][.STEP]}, a step by number or as batch, extern, interactive.
 *
 * @param job 0 when the text does not begin with a number
 * @param arrayTask NO_VAL for none
 * @param hetOffset NO_VAL for none
 * @param step NO_VAL for none
 */
public record StepSelection(long job, long arrayTask, long hetOffset, long step) {

  public static StepSelection parse(Client client, String text) {
    int dot = text.indexOf('.');
    String job = dot < 0 ? text : text.substring(0, dot);
    long step = dot < 0 ? SlurmConstants.NO_VAL : step(client, job, text.substring(dot + 1));
    long number = Strtol.value(job);
    return new StepSelection(number, after(job, '_'), after(job, '+'), step);
  }

  private static long after(String job, char mark) {
    int at = job.indexOf(mark);
    return at < 0 ? SlurmConstants.NO_VAL : Strtol.value(job.substring(at + 1));
  }

  private static long step(Client client, String job, String text) {
    return switch (text) {
      case "batch" -> SlurmConstants.BATCH_STEP;
      case "extern" -> SlurmConstants.EXTERN_STEP;
      case "interactive" -> SlurmConstants.INTERACTIVE_STEP;
      default -> {
        if (text.isEmpty() || !Character.isDigit(text.charAt(0))) {
          throw client.fatal("Bad step specified: " + job);
        }
        yield Strtol.value(text);
      }
    };
  }

  /** How messages and lists name a step. */
  public static String name(long step) {
    return switch ((int) step) {
      case (int) SlurmConstants.BATCH_STEP -> "batch";
      case (int) SlurmConstants.EXTERN_STEP -> "extern";
      case (int) SlurmConstants.INTERACTIVE_STEP -> "interactive";
      default -> Long.toString(step);
    };
  }

  public StepId id() {
    return new StepId().jobId(job).stepId(step);
  }

  public SelectedStep message() {
    return new SelectedStep().stepId(id()).arrayTaskId(arrayTask).hetJobOffset(hetOffset);
  }
}
