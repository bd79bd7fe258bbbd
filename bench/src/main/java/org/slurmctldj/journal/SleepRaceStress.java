package org.slurmctldj.journal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * The two looks the wake-up rests on, without the parking: the consumer announces its sleep and looks
 * at the queue; the producer queues and looks for a sleeper. Not both may see nothing.
 */
@JCStressTest
@State
@Outcome(id = {"true, true", "true, false", "false, true"}, expect = Expect.ACCEPTABLE, desc = "one of them sees the other")
@Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "lost wake-up: the consumer sleeps, the producer does not wake it")
public class SleepRaceStress {
  private final MpscQueue<MpscQueue.Link> queue = new MpscQueue<>();
  private volatile Thread sleeper;

  @Actor
  public void consumer(ZZ_Result r) {
    sleeper = Thread.currentThread();
    r.r1 = !queue.isEmpty();
  }

  @Actor
  public void producer(ZZ_Result r) {
    queue.add(new MpscQueue.Link());
    r.r2 = sleeper != null;
  }
}
