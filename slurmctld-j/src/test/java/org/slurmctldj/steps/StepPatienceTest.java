package org.slurmctldj.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Result;

class StepPatienceTest {
  private static final Result BUSY = Result.error(2016);

  private final ArrayDeque<Runnable> later = new ArrayDeque<>();
  private final List<Long> delays = new ArrayList<>();
  private final StepPatience patience = new StepPatience(millis -> {
    delays.add(millis);
    return later::add;
  });
  private boolean free;
  private int requests;

  private CompletableFuture<Result> ask(Result first, Result again) {
    return patience
        .of(first, () -> free, () -> {
          requests++;
          return CompletableFuture.completedFuture(again);
        })
        .toCompletableFuture();
  }

  @Test
  void aStepWhoseForerunnerIsJustEndingIsNotToldToWait() throws Exception {
    CompletableFuture<Result> answer = ask(BUSY, Result.ok(7));
    later.remove().run();
    assertFalse(answer.isDone(), "the other step has not ended");
    free = true;
    later.remove().run();
    assertEquals(7, answer.get().jobId());
    assertEquals(1, requests);
    assertTrue(later.isEmpty());
  }

  @Test
  void afterATenthOfASecondItIs() throws Exception {
    CompletableFuture<Result> answer = ask(BUSY, Result.ok(7));
    while (!later.isEmpty()) {
      later.remove().run();
    }
    assertEquals(2016, answer.get().error());
    assertEquals(0, requests, "nothing is journaled for mere looking");
    assertEquals(100, delays.stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void whoeverComesFirstHasIt() throws Exception {
    CompletableFuture<Result> answer = ask(BUSY, BUSY);
    free = true;
    while (!later.isEmpty()) {
      later.remove().run();
    }
    assertEquals(2016, answer.get().error());
    assertEquals(4, requests);
  }

  @Test
  void anyOtherAnswerIsGivenAtOnce() throws Exception {
    assertEquals(2021, ask(Result.error(2021), Result.ok(7)).get().error());
    assertEquals(5, ask(Result.ok(5), Result.ok(7)).get().jobId());
    assertTrue(later.isEmpty());
  }
}
