package org.slurmctldj.cloud.ec2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private long now;

  @Test
  void aBurstIsFreeThenCallsWaitTheirTurn() {
    TokenBucket bucket = new TokenBucket(2, 4, () -> now);
    assertEquals(0, bucket.take());
    assertEquals(0, bucket.take());
    assertEquals(250_000_000, bucket.take());
    assertEquals(500_000_000, bucket.take());
    now += 1_000_000_000;
    assertEquals(0, bucket.take());
  }

  @Test
  void whatIsNotUsedIsKeptUpToTheBurst() {
    TokenBucket bucket = new TokenBucket(2, 4, () -> now);
    now += 60_000_000_000L;
    assertEquals(0, bucket.take());
    assertEquals(0, bucket.take());
    assertEquals(250_000_000, bucket.take());
  }

  @Test
  void afterBeingThrottledTheNextCallWaits() {
    TokenBucket bucket = new TokenBucket(10, 4, () -> now);
    bucket.drain();
    assertEquals(250_000_000, bucket.take());
  }
}
