package org.slurmctldj.client.sstat;

import java.util.List;
import org.slurmctldj.client.job.JobOption;

/** sstat's options, as {@link JobOption#parse} takes them. */
public final class SstatOptions {
  private static final String TABLE =
      """
      allsteps - a
      autocomplete = - - new no
      fields = -
      format = o
      help - h
      helpformat - e
      jobs = j
      noconvert - -
      noheader - n
      parsable - p
      parsable2 - P
      pidformat - i
      usage - -
      verbose - v - no
      version - V
      """;

  public static List<JobOption> of(int version) {
    return JobOption.parse(TABLE, version);
  }

  private SstatOptions() {}
}
