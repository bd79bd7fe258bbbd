package org.slurmctldj.agent.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.slurmctldj.proto.slurm.Jobacctinfo;
import org.slurmctldj.proto.slurm.StepComplete;
import org.slurmctldj.proto.slurm.StepId;

/** Rank 2 of a step with ranks 3 to 5 below it. */
class StepGatherTest {
  private static final long LONG = 60_000;
  private final StepGather gather = new StepGather(2, 3);

  private static StepComplete part(int first, int last, long status, long seconds) {
    return new StepComplete()
        .stepId(new StepId().jobId(7).stepId(0))
        .rangeFirst(first)
        .rangeLast(last)
        .stepRc(status)
        .jobacct(new Jobacctinfo().userCpuSec(seconds).userCpuUsec(600_000));
  }

  private CompletableFuture<Boolean> takes(StepComplete part) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            answer.complete(gather.take(part, LONG, LONG));
          } catch (InterruptedException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  @Test
  void whatComesFromBelowGoesUpInOneRangeAndIsAnsweredWhenItIsThere() throws Exception {
    CompletableFuture<Boolean> last = takes(part(4, 5, 256, 2));
    CompletableFuture<Boolean> first = takes(part(3, 3, 9, 3));
    List<StepComplete> up = gather.close(part(2, 2, 0, 1), LONG);
    assertEquals(1, up.size());
    assertEquals(2, up.getFirst().rangeFirst());
    assertEquals(5, up.getFirst().rangeLast());
    assertEquals(256, up.getFirst().stepRc());
    assertEquals(7, up.getFirst().jobacct().userCpuSec());
    assertEquals(800_000, up.getFirst().jobacct().userCpuUsec());
    assertFalse(first.isDone() || last.isDone());
    gather.told();
    assertTrue(first.get());
    assertTrue(last.get());
  }

  @Test
  void nodesThatHaveSpokenForThemselvesLeaveAGap() throws Exception {
    CompletableFuture<Boolean> last = takes(part(5, 5, 0, 0));
    BitSet told = new BitSet();
    told.set(3, 5);
    gather.elsewhere(told);
    List<StepComplete> up = gather.close(part(2, 2, 0, 0), LONG);
    assertEquals(2, up.size());
    assertEquals(2, up.get(0).rangeLast());
    assertEquals(5, up.get(1).rangeFirst());
    gather.told();
    assertTrue(last.get());
    assertFalse(gather.take(part(4, 4, 0, 0), LONG, LONG), "who comes late speaks for itself");
  }

  @Test
  void whileThisNodeRunsNobodyWaitsLongerThanTheHoldAndNobodyIsWaitedForTwice() throws Exception {
    for (int rank = 3; rank <= 5; rank++) {
      assertFalse(gather.take(part(rank, rank, 0, 0), 1, LONG));
    }
    List<StepComplete> up = gather.close(part(2, 2, 0, 0), LONG);
    assertEquals(1, up.size());
    assertEquals(2, up.getFirst().rangeLast());
  }

  @Test
  void aNodeThatSaysItAgainAndOneThatIsNotBelowAreNotTaken() throws Exception {
    assertFalse(gather.take(part(2, 3, 0, 0), LONG, LONG));
    assertFalse(gather.take(part(5, 6, 0, 0), LONG, LONG));
    assertFalse(gather.take(part(5, 4, 0, 0), LONG, LONG));
    assertFalse(gather.take(part(4, 5, 0, 0), 1, LONG));
    assertFalse(gather.take(part(5, 5, 0, 0), LONG, LONG));
  }

  @Test
  void whoTellsInVainLetsTheNodesBelowSpeakForThemselves() throws Exception {
    CompletableFuture<Boolean> below = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            below.complete(gather.take(part(3, 5, 0, 0), LONG, 1));
          } catch (InterruptedException e) {
            below.completeExceptionally(e);
          }
        });
    assertEquals(1, gather.close(part(2, 2, 0, 0), LONG).size());
    assertFalse(below.get());
  }
}
