package org.slurmctldj.rpc.handlers;

import java.util.Optional;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;

/**
 * How long the texts of a request may be: each is kept with its job, written again with each of its changes and sent with
 * each list. The submit line, which is as long as a command line may be, is the caller's.
 */
public final class LongTexts {
  /** ESLURM_PATHNAME_TOO_LONG, with which such a request is refused. */
  public static final int PATHNAME_TOO_LONG = 2012;

  /** Bytes. */
  public static final int MOST_TEXT = 1 << 16;

  private LongTexts() {}

  /** A sentence about the first text that is too long. */
  public static Optional<String> in(JobFields f) {
    for (JobField field : JobField.values()) {
      if (field.kind() == JobField.Kind.TEXT && field != JobField.SUBMIT_LINE && f.text(field) != null && f.text(field).length() > MOST_TEXT) {
        return Optional.of(field + " is longer than " + MOST_TEXT + " bytes");
      }
    }
    return Optional.empty();
  }
}
