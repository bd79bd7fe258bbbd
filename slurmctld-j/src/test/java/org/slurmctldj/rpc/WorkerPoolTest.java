package org.slurmctldj.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {

  /** A task whose wake-up was lost would wait for ever: nobody else comes. */
  @Test
  void noTaskIsForgotten_howeverTheyComeInBetweenTheWorkersGoingToSleep() throws Exception {
    try (WorkerPool pool = new WorkerPool("pool-test", 3, 100_000)) {
      int rounds = 3000;
      List<Thread> senders = new ArrayList<>();
      AtomicInteger late = new AtomicInteger();
      for (int s = 0; s < 3; s++) {
        int seed = s;
        senders.add(Thread.ofPlatform().start(() -> {
          for (int i = 0; i < rounds; i++) {
            int burst = 1 + (i * 7 + seed) % 4;
            CountDownLatch done = new CountDownLatch(burst);
            for (int k = 0; k < burst; k++) {
              pool.follow(done::countDown);
            }
            try {
              if (!done.await(10, TimeUnit.SECONDS)) {
                late.incrementAndGet();
                return;
              }
            } catch (InterruptedException e) {
              return;
            }
            if (i % 16 == 0) {
              LockSupport.parkNanos(50_000); // lets all workers fall asleep
            }
          }
        }));
      }
      for (Thread t : senders) {
        t.join();
      }
      assertEquals(0, late.get(), "senders whose tasks were never served");
      assertEquals(0, pool.queued());
    }
  }

  @Test
  void aBlockedWorkerDoesNotKeepTheOthersFromServing() throws Exception {
    try (WorkerPool pool = new WorkerPool("pool-test", 3, 100)) {
      CountDownLatch hold = new CountDownLatch(1);
      CountDownLatch held = new CountDownLatch(2);
      for (int i = 0; i < 2; i++) {
        assertTrue(pool.execute(() -> {
          held.countDown();
          try {
            hold.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        }));
      }
      assertTrue(held.await(10, TimeUnit.SECONDS), "both blocking tasks run at the same time");
      CountDownLatch served = new CountDownLatch(20);
      for (int i = 0; i < 20; i++) {
        pool.execute(served::countDown);
      }
      assertTrue(served.await(10, TimeUnit.SECONDS));
      hold.countDown();
    }
  }

  /** Three nodes that do not answer, and a fourth that would: the pool begins with one thread. */
  @Test
  void aPoolThatMayGrowServesWhileItsFirstWorkersAreStuck() throws Exception {
    try (WorkerPool pool = new WorkerPool("pool-test", 1, 4, 100)) {
      CountDownLatch hold = new CountDownLatch(1);
      CountDownLatch held = new CountDownLatch(3);
      for (int i = 0; i < 3; i++) {
        pool.follow(() -> {
          held.countDown();
          try {
            hold.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
      }
      CountDownLatch served = new CountDownLatch(1);
      pool.follow(served::countDown);
      while (!served.await(1, TimeUnit.MILLISECONDS)) {
        pool.relieve();
      }
      assertEquals(0, held.getCount(), "tasks are taken in their order");
      hold.countDown();
    }
  }

  @Test
  void aFullQueueRefuses_butNotWhatFollowsFromWorkTaken() throws Exception {
    try (WorkerPool pool = new WorkerPool("pool-test", 1, 2)) {
      CountDownLatch hold = new CountDownLatch(1);
      CountDownLatch held = new CountDownLatch(1);
      pool.execute(() -> {
        held.countDown();
        try {
          hold.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
      held.await();
      CountDownLatch served = new CountDownLatch(3);
      assertTrue(pool.execute(served::countDown));
      assertTrue(pool.execute(served::countDown));
      assertFalse(pool.execute(served::countDown));
      pool.follow(served::countDown);
      hold.countDown();
      assertTrue(served.await(10, TimeUnit.SECONDS));
    }
  }
}
