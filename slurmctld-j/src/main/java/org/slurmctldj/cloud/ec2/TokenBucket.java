package org.slurmctldj.cloud.ec2;

import java.util.function.LongSupplier;

/** How often a call may be made: a burst, then so many a second, as EC2 itself counts them. Safe for all threads. */
final class TokenBucket {
  private final double capacity;
  private final double perNano;
  private final LongSupplier nanos;
  private double tokens;
  private long at;

  /** {@code nanos}: a clock that only goes forward. */
  TokenBucket(int burst, double perSecond, LongSupplier nanos) {
    this.capacity = burst;
    this.perNano = perSecond / 1e9;
    this.nanos = nanos;
    this.tokens = burst;
    this.at = nanos.getAsLong();
  }

  /** Takes a token, also one that is yet to come; the nanoseconds to wait before using it. */
  synchronized long take() {
    fill();
    tokens -= 1;
    return tokens >= 0 ? 0 : (long) Math.ceil(-tokens / perNano);
  }

  /** EC2 says that its own bucket is empty: so is ours. */
  synchronized void drain() {
    fill();
    tokens = Math.min(tokens, 0);
  }

  private void fill() {
    long now = nanos.getAsLong();
    tokens = Math.min(capacity, tokens + (now - at) * perNano);
    at = now;
  }
}
