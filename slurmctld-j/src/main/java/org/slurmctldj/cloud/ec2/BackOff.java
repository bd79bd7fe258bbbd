package org.slurmctldj.cloud.ec2;

import java.time.Duration;

/**
 * How a call that failed for no fault of ours is made again.
 *
 * @param first pause before the second try; the next ones double it, each is shortened by chance to a half at most
 * @param longest pause
 * @param patience after so long the failure is the answer
 */
public record BackOff(Duration first, Duration longest, Duration patience) {
  public static final BackOff STANDARD = new BackOff(Duration.ofMillis(500), Duration.ofSeconds(15), Duration.ofSeconds(60));
}
