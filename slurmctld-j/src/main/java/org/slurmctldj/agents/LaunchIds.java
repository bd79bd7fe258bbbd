package org.slurmctldj.agents;

import java.util.Optional;

/** Launch identities: "12.0" in the core, "12.0.batch" on the stream. */
final class LaunchIds {
  private static final String BATCH = ".batch";

  /** @param restarts with the job id names one incarnation */
  record Launch(long jobId, int restarts) {}

  static String onStream(long jobId, int restarts) {
    return jobId + "." + restarts + BATCH;
  }

  static Optional<Launch> parse(String onStream) {
    if (!onStream.endsWith(BATCH) || onStream.length() > 40) {
      return Optional.empty();
    }
    String id = onStream.substring(0, onStream.length() - BATCH.length());
    int dot = id.indexOf('.');
    if (dot <= 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Launch(Long.parseLong(id.substring(0, dot)), Integer.parseInt(id.substring(dot + 1))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private LaunchIds() {}
}
