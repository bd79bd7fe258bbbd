package org.slurmctldj.rpc;

import org.slurmctldj.core.Result;
import org.slurmctldj.proto.slurm.SlurmError;

/** What became of a request, as the end of its line in the log says it: nothing, or the error's number and words. */
public final class Verdict {
  private Verdict() {}

  /** Empty for 0, else ": error 2017 Invalid job id specified". */
  public static String of(int error) {
    return of(error, null);
  }

  /** The result's own words where it has any. */
  public static String of(Result result) {
    return of(result.error(), result.message());
  }

  /** {@code message}: better words than Slurm's for that number, or null. */
  public static String of(int error, String message) {
    if (error == 0) {
      return "";
    }
    String words = message != null ? message : SlurmError.of(error).map(SlurmError::text).orElse("");
    return words.isEmpty() ? ": error " + error : ": error " + error + " " + words;
  }
}
