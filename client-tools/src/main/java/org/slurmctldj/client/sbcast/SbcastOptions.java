package org.slurmctldj.client.sbcast;

import java.util.List;
import org.slurmctldj.client.job.JobOption;

/** sbcast's options, as {@link JobOption#parse} takes them. */
public final class SbcastOptions {
  private static final String TABLE =
      """
      autocomplete = - - new no
      compress ? C SBCAST_COMPRESS
      exclude = - SBCAST_EXCLUDE
      fanout = F SBCAST_FANOUT
      force - f SBCAST_FORCE
      help - -
      jobid = j
      no-allocation - Z - new no
      nodelist = w - new no
      preserve - p SBCAST_PRESERVE
      send-libs ? - SBCAST_SEND_LIBS
      size = s SBCAST_SIZE
      timeout = t SBCAST_TIMEOUT
      treewidth = - SBCAST_TREEWIDTH new
      usage - -
      verbose - v
      version - V
      """;

  public static List<JobOption> of(int version) {
    return JobOption.parse(TABLE, version);
  }

  private SbcastOptions() {}
}
