package org.slurmctldj.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class InTurnTest {
  private final InTurn turn = new InTurn();
  private final List<String> begun = new ArrayList<>();

  private CompletableFuture<String> change(String name, CompletableFuture<String> end) {
    return turn.run(
        () -> {
          begun.add(name);
          return end;
        });
  }

  @Test
  void aChangeBeginsOnceTheOneBeforeIsOver() {
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<String> second = new CompletableFuture<>();
    CompletableFuture<String> of = change("first", first);
    CompletableFuture<String> then = change("second", second);
    assertEquals(List.of("first"), begun);
    first.complete("1");
    assertEquals("1", of.join());
    assertEquals(List.of("first", "second"), begun);
    second.complete("2");
    assertEquals("2", then.join());
  }

  @Test
  void aChangeThatFailsOrCannotBeginDoesNotStopThoseBehindIt() {
    CompletableFuture<String> failing = new CompletableFuture<>();
    CompletableFuture<String> failed = change("failing", failing);
    CompletableFuture<String> broken = turn.run(() -> { throw new IllegalStateException("on purpose"); });
    CompletableFuture<String> last = change("last", CompletableFuture.completedFuture("done"));
    failing.completeExceptionally(new IllegalStateException("on purpose"));
    assertTrue(failed.isCompletedExceptionally());
    assertTrue(broken.isCompletedExceptionally());
    assertEquals("done", last.join());
  }
}
