package org.slurmctldj.rpc;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Changes that begin with what the change before them has left (scontrol's +=, a configuration's epoch): one after the other,
 * each begun once the last is over, however that ended. No thread waits; any thread.
 */
public final class InTurn {
  private final AtomicReference<CompletableFuture<Void>> last = new AtomicReference<>(CompletableFuture.completedFuture(null));

  /** @param change begun here and now if nothing is under way, else on the thread that ends what is */
  public <T> CompletableFuture<T> run(Supplier<CompletableFuture<T>> change) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    CompletableFuture<T> mine = last.getAndSet(over).thenCompose(_ -> change.get());
    mine.whenComplete((_, _) -> over.complete(null));
    return mine;
  }
}
