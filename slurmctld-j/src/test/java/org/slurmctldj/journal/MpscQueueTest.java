package org.slurmctldj.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many producers, one sleeping consumer: nothing lost, nothing twice, each producer's order kept, no wake-up missed. */
final class MpscQueueTest {
  private static final int PRODUCERS = 4;
  private static final int EACH = 50_000;

  private static final class Item extends MpscQueue.Link {
    private final int producer;
    private final int number;

    private Item(int producer, int number) {
      this.producer = producer;
      this.number = number;
    }
  }

  @Test
  void everyItemComesOnceAndInItsProducersOrder() throws Exception {
    MpscQueue<Item> queue = new MpscQueue<>();
    IdleWait idle = new IdleWait("test");
    AtomicInteger finished = new AtomicInteger();
    List<Thread> producers = new ArrayList<>();
    for (int p = 0; p < PRODUCERS; p++) {
      int producer = p;
      producers.add(Thread.ofPlatform().start(() -> {
        for (int i = 0; i < EACH; i++) {
          queue.add(new Item(producer, i));
          idle.wake();
        }
        finished.incrementAndGet();
        idle.wake();
      }));
    }
    int[] next = new int[PRODUCERS];
    long until = System.nanoTime() + 60_000_000_000L;
    while (true) {
      Item item = queue.poll();
      if (item != null) {
        assertEquals(next[item.producer]++, item.number);
      } else if (finished.get() == PRODUCERS && queue.isEmpty()) {
        break;
      } else {
        idle.whileTrue(() -> queue.isEmpty() && finished.get() < PRODUCERS);
        assertTrue(System.nanoTime() < until);
      }
    }
    for (Thread t : producers) {
      t.join();
    }
    for (int n : next) {
      assertEquals(EACH, n);
    }
    assertNull(queue.poll());
  }
}
