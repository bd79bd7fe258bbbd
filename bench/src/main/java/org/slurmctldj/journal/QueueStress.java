package org.slurmctldj.journal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * The journal's queue: two producers and the one consumer. Producer one queues 1 then 2, producer two
 * queues 3; the consumer polls twice, the arbiter takes what is left. The result is the order in which
 * everything came out; the fourth number is how many.
 */
@JCStressTest
@State
@Outcome(id = {"1, 2, 3, 3", "1, 3, 2, 3", "3, 1, 2, 3"}, expect = Expect.ACCEPTABLE, desc = "each once, a producer's own order kept")
@Outcome(expect = Expect.FORBIDDEN, desc = "an element lost, taken twice, or a producer's two swapped")
public class QueueStress {
  private static final class Element extends MpscQueue.Link {
    private final int number;

    Element(int number) {
      this.number = number;
    }
  }

  private final MpscQueue<Element> queue = new MpscQueue<>();
  private final int[] out = new int[4];
  private int count;

  @Actor
  public void producerOne() {
    queue.add(new Element(1));
    queue.add(new Element(2));
  }

  @Actor
  public void producerTwo() {
    queue.add(new Element(3));
  }

  @Actor
  public void consumer() {
    take();
    take();
  }

  private void take() {
    Element e = queue.poll();
    if (e != null && count < out.length) {
      out[count++] = e.number;
    }
  }

  @Arbiter
  public void rest(IIII_Result r) {
    for (int i = 0; i < 4; i++) {
      take();
    }
    r.r1 = out[0];
    r.r2 = out[1];
    r.r3 = out[2];
    r.r4 = count;
  }
}
