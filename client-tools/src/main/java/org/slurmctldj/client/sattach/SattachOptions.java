package org.slurmctldj.client.sattach;

import java.util.List;
import org.slurmctldj.client.job.JobOption;

/** sattach's options, as {@link JobOption#parse} takes them. */
public final class SattachOptions {
  private static final String TABLE =
      """
      autocomplete = - - new no
      error-filter = -
      help - h
      input-filter = -
      label - l
      layout - -
      output-filter = -
      pty - -
      quiet - Q
      usage - u
      verbose - v - no
      version - V
      """;

  public static List<JobOption> of(int version) {
    return JobOption.parse(TABLE, version);
  }

  private SattachOptions() {}
}
