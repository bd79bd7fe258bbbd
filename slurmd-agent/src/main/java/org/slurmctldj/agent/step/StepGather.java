package org.slurmctldj.agent.step;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slurmctldj.proto.slurm.StepComplete;

/**
 * What one node of a step hears of the nodes below it, until it is told upward together with this node's own end. A node
 * below gets its answer when the controller (or the slurmd above) has taken its word: what dies here meanwhile loses
 * nothing, for the node below then tells the controller itself. Its threads are those of the requests and the step's
 * follower.
 */
final class StepGather {
  private final int rank;
  private final int below;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<StepComplete> parts = new ArrayList<>();

  /** Ranks below that need not be waited for: they are here or have been told without this node. */
  private final BitSet heard = new BitSet();

  private boolean over;
  private boolean closed;
  private boolean told;

  StepGather(int rank, int below) {
    this.rank = rank;
    this.below = below;
  }

  /** These have been told already. */
  void elsewhere(BitSet ranks) {
    lock.lock();
    try {
      heard.or(ranks);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the part has been told upward. While this node's own part goes on it does so for at most {@code hold}.
   *
   * @param longest for the answer of whoever is told
   * @return false: the part is the caller's to tell
   */
  boolean take(StepComplete part, long holdMillis, long longestMillis) throws InterruptedException {
    lock.lock();
    try {
      if (closed || part.rangeFirst() <= rank || part.rangeLast() > rank + below || part.rangeLast() < part.rangeFirst()) {
        return false;
      }
      int first = (int) part.rangeFirst();
      int end = (int) part.rangeLast() + 1;
      boolean again = !heard.get(first, end).isEmpty();
      heard.set(first, end);
      changed.signalAll();
      if (again) {
        return false;
      }
      parts.add(part);
      long hold = TimeUnit.MILLISECONDS.toNanos(holdMillis);
      while (!over && hold > 0) {
        hold = changed.awaitNanos(hold);
      }
      if (!over) {
        parts.remove(part);
        return false;
      }
      long left = TimeUnit.MILLISECONDS.toNanos(longestMillis);
      while (!told && left > 0) {
        left = changed.awaitNanos(left);
      }
      return told;
    } finally {
      lock.unlock();
    }
  }

  /**
   * This node's part is over: what is to be told upward, by ranges without a gap. Waits for the nodes below for at most
   * {@code wait}; who comes later speaks for itself.
   */
  List<StepComplete> close(StepComplete own, long waitMillis) throws InterruptedException {
    lock.lock();
    try {
      over = true;
      changed.signalAll();
      long left = TimeUnit.MILLISECONDS.toNanos(waitMillis);
      while (heard.cardinality() < below && left > 0) {
        left = changed.awaitNanos(left);
      }
      closed = true;
      List<StepComplete> all = new ArrayList<>(parts);
      all.add(own);
      return ranges(all);
    } finally {
      lock.unlock();
    }
  }

  private static List<StepComplete> ranges(List<StepComplete> parts) {
    parts.sort(Comparator.comparingLong(StepComplete::rangeFirst));
    List<StepComplete> ranges = new ArrayList<>();
    for (StepComplete part : parts) {
      StepComplete last = ranges.isEmpty() ? null : ranges.getLast();
      if (last == null || last.rangeLast() + 1 != part.rangeFirst()) {
        ranges.add(
            new StepComplete()
                .stepId(part.stepId())
                .rangeFirst(part.rangeFirst())
                .rangeLast(part.rangeLast())
                .stepRc(part.stepRc())
                .jobacct(part.jobacct())
                .sendToStepmgr(part.sendToStepmgr()));
      } else {
        last.rangeLast(part.rangeLast())
            // as slurmstepd: the largest wait status stands for all
            .stepRc(Math.max(last.stepRc(), part.stepRc()))
            .jobacct(StepUsage.sum(last.jobacct(), part.jobacct()));
      }
    }
    return ranges;
  }

  /** All of {@link #close}'s list has been taken. */
  void told() {
    lock.lock();
    try {
      told = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
