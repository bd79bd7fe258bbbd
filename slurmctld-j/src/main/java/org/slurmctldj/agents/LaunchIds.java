package org.slurmctldj.agents;

import java.util.Optional;

/**
 * Launch identities: "12.0" in the core, "12.0.batch+mf3k0c1a" on the stream. What follows the + is when the controller's
 * state began, in base 36: after {@code slurmctld-j -c} job ids are given out again, and an agent must neither take a new
 * launch for one that it has seen nor keep what belongs to a state that was forgotten. States from before feature level 3
 * have no such moment, and their launches no such part.
 */
public final class LaunchIds {
  private static final String BATCH = ".batch";
  private static final int LONGEST = 60;
  private static final int RADIX = 36;

  /**
   * @param restarts with the job id names one incarnation
   * @param birthMillis {@link org.slurmctldj.core.Globals#birthMillis} of the state that made it
   */
  record Launch(long jobId, int restarts, long birthMillis) {}

  public static String onStream(long jobId, int restarts, long birthMillis) {
    return jobId + "." + restarts + BATCH + (birthMillis == 0 ? "" : "+" + Long.toString(birthMillis, RADIX));
  }

  static Optional<Launch> parse(String onStream) {
    int batch = onStream.indexOf(BATCH);
    int dot = onStream.indexOf('.');
    if (onStream.length() > LONGEST || dot <= 0 || batch <= dot) {
      return Optional.empty();
    }
    String birth = onStream.substring(batch + BATCH.length());
    try {
      Launch l =
          new Launch(
              Long.parseLong(onStream.substring(0, dot)),
              Integer.parseInt(onStream.substring(dot + 1, batch)),
              birth.isEmpty() ? 0 : birth.charAt(0) == '+' ? Long.parseLong(birth.substring(1), RADIX) : -1);
      // Only what this class has written: any other spelling would be another name for the same launch.
      return onStream(l.jobId(), l.restarts(), l.birthMillis()).equals(onStream) ? Optional.of(l) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private LaunchIds() {}
}
