package org.slurmctldj.rpc.net;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes of unfinished large requests that all connections together may hold: a bound on memory under attack. */
final class ByteBudget {
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  ByteBudget(long limit) {
    this.limit = limit;
  }

  boolean take(long bytes) {
    if (held.addAndGet(bytes) > limit) {
      held.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void giveBack(long bytes) {
    held.addAndGet(-bytes);
  }

  long held() {
    return held.get();
  }
}
