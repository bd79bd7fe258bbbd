package org.slurmctldj.steps;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slurmctldj.core.Result;

/**
 * Holds the answer to a step that finds its job's resources in use, for a moment. An srun returns when it has heard of its
 * tasks' ends; that its step is over comes to the controller from the nodes a little later, from node to node. A script's
 * next srun must not be told to wait for it ("step creation temporarily disabled"), nor fail with --immediate: with
 * slurmstepd the word is there first (none of 240 sruns in a row was told so by 22.05.8, one in sixty by ours on two nodes).
 */
final class StepPatience {
  private static final int NODES_BUSY = 2016;

  /** Milliseconds between one look and the next: a tenth of a second in all. */
  private static final long[] LOOKS = {5, 15, 30, 50};

  private final LongFunction<Executor> after;

  /** @param after runs a task so many milliseconds later */
  StepPatience(LongFunction<Executor> after) {
    this.after = after;
  }

  /**
   * @param first what came of the request at once
   * @param fits whether it looks as if it could be had now
   * @param again makes the request once more
   */
  CompletionStage<Result> of(Result first, BooleanSupplier fits, Supplier<CompletableFuture<Result>> again) {
    return look(first, fits, again, 0);
  }

  private CompletionStage<Result> look(Result result, BooleanSupplier fits, Supplier<CompletableFuture<Result>> again, int looks) {
    if (result.error() != NODES_BUSY || looks == LOOKS.length) {
      return CompletableFuture.completedFuture(result);
    }
    return CompletableFuture.supplyAsync(fits::getAsBoolean, after.apply(LOOKS[looks]))
        .thenCompose(now -> now ? again.get() : CompletableFuture.completedFuture(result))
        .thenCompose(next -> look(next, fits, again, looks + 1));
  }
}
