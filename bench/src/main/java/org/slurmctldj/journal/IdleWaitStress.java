package org.slurmctldj.journal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;

/**
 * The hand-over to a sleeping thread: the writer goes to sleep while a producer queues and wakes. A
 * writer that slept over it would let a client wait for ever.
 */
@JCStressTest(Mode.Termination)
@State
@Outcome(id = "TERMINATED", expect = Expect.ACCEPTABLE, desc = "the sleeper saw the work")
@Outcome(id = "STALE", expect = Expect.FORBIDDEN, desc = "lost wake-up: work queued, everyone asleep")
public class IdleWaitStress {
  private final IdleWait idle = new IdleWait("stress");
  private final MpscQueue<MpscQueue.Link> queue = new MpscQueue<>();

  @Actor
  public void writer() {
    idle.whileTrue(queue::isEmpty);
  }

  @Signal
  public void producer() {
    queue.add(new MpscQueue.Link());
    idle.wake();
  }
}
