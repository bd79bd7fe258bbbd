package org.slurmctldj.cloud.ec2;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.cloud.CloudException;
import org.slurmctldj.cloud.CloudFailure;
import org.slurmctldj.proto.os.BackgroundThread;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Makes calls to EC2 on threads that give way to the controller's own (answers of a thousand instances take their time): each kind at its own pace, again after a jittered pause when EC2 was asked too
 * often, failed, or did not answer. Every call here may be repeated: it reads, ends, or carries a client token.
 */
final class Ec2Calls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ec2Calls.class);

  /** EC2's buckets for an account are larger; others use the account, too. */
  enum Kind {
    RUN(5, 2),
    TERMINATE(10, 5),
    INVENTORY(20, 5),
    DESCRIBE(20, 5);

    private final int burst;
    private final int perSecond;

    Kind(int burst, int perSecond) {
      this.burst = burst;
      this.perSecond = perSecond;
    }
  }

  /** As many as there are calls: a call waits here for its turn, too, and may keep no other kind waiting. */
  private final ExecutorService threads = Executors.newCachedThreadPool(work -> BackgroundThread.unstarted("ec2", work));
  private final TokenBucket[] buckets = new TokenBucket[Kind.values().length];
  private final AwsCredentialsProvider credentials;
  private final BackOff backOff;

  Ec2Calls(AwsCredentialsProvider credentials, BackOff backOff) {
    this.credentials = credentials;
    this.backOff = backOff;
    for (Kind kind : Kind.values()) {
      buckets[kind.ordinal()] = new TokenBucket(kind.burst, kind.perSecond, System::nanoTime);
    }
  }

  /** Runs something that makes calls; fails with what it throws. */
  <T> CompletableFuture<T> async(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, threads);
  }

  /**
   * One call, repeated as needed. Blocks its thread.
   *
   * @throws CloudException the last failure
   */
  <T> T call(Kind kind, String what, Supplier<T> call) {
    long end = System.nanoTime() + backOff.patience().toNanos();
    long pause = backOff.first().toNanos();
    while (true) {
      sleep(buckets[kind.ordinal()].take());
      CloudFailure failure;
      try {
        mustHaveCredentials();
        return call.get();
      } catch (SdkException e) {
        failure = Ec2Errors.of(e);
      }
      boolean throttled = Ec2Errors.isThrottled(failure);
      if (throttled) {
        buckets[kind.ordinal()].drain();
      }
      long wait = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
      if (!throttled && failure.kind() != CloudFailure.Kind.UNAVAILABLE || System.nanoTime() + wait > end) {
        throw new CloudException(failure);
      }
      LOG.warn("{}: {} {}; again in {} ms", what, failure.code(), failure.message(), TimeUnit.NANOSECONDS.toMillis(wait));
      sleep(wait);
      pause = Math.min(backOff.longest().toNanos(), pause * 2);
    }
  }

  private void mustHaveCredentials() {
    try {
      credentials.resolveCredentials();
    } catch (SdkException e) {
      throw new CloudException(new CloudFailure("NoCredentials", e.getMessage(), CloudFailure.Kind.CONFIGURATION));
    }
  }

  private static void sleep(long nanos) {
    if (nanos <= 0) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloudException(new CloudFailure("Stopped", "the controller stops", CloudFailure.Kind.UNAVAILABLE));
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
