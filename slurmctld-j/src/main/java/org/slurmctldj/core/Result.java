package org.slurmctldj.core;

import java.util.List;

/**
 * What apply decided; goes back to whoever waits for the command.
 *
 * @param error Slurm's error number, 0 for success
 * @param jobId the id given or concerned; 0 none
 * @param message text for the caller beyond Slurm's own for that number, or null
 * @param taskErrors per-task results of an operation on an array, empty when one number says it all
 */
public record Result(int error, long jobId, String message, List<TaskError> taskErrors) {
  /** The message of a submission refused because MaxJobCount is reached; its number is EAGAIN's. */
  public static final String JOBS_FULL = "MaxJobCount limit reached";

  public static final Result OK = new Result(0, 0, null, List.of());

  public Result {
    taskErrors = List.copyOf(taskErrors);
  }

  /** @param tasks Slurm's text of the tasks concerned, "12_[1-3]" */
  public record TaskError(int error, String tasks, String message) {}

  public static Result ok(long jobId) {
    return new Result(0, jobId, null, List.of());
  }

  public static Result error(int error) {
    return new Result(error, 0, null, List.of());
  }

  public static Result error(int error, String message) {
    return new Result(error, 0, message, List.of());
  }

  public boolean isOk() {
    return error == 0;
  }
}
