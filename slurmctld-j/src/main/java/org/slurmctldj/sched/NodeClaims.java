package org.slurmctldj.sched;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.Proposal;

/**
 * Which nodes a planner's proposals on their way to the journal are about: a column of hints beside the state, so that the
 * other planner does not ask for what apply would refuse it. A claim is compare-and-set, waits for nobody, and is worth
 * nothing once its plan is over: a planner that dies leaves none behind. What counts is decided by apply alone.
 */
public final class NodeClaims {
  /** Who plans. */
  public enum Planner {
    MAIN,
    BACKFILL
  }

  private static final int PLANNERS = Planner.values().length;

  /** The number of the plan that each planner's proposals are of; 0 while it has none on their way. */
  private final AtomicLong[] current = new AtomicLong[PLANNERS];
  private final long[] last = new long[PLANNERS];
  private volatile AtomicLongArray column = new AtomicLongArray(0);

  public NodeClaims() {
    for (int i = 0; i < PLANNERS; i++) {
      current[i] = new AtomicLong();
    }
  }

  /** That planner's thread: its proposals are handed in from now on. {@code nodes}: how many there are. */
  public void begin(Planner planner, int nodes) {
    if (column.length() < nodes) {
      column = new AtomicLongArray(nodes); // claims that are lost with the old one are hints only
    }
    current[planner.ordinal()].setRelease(++last[planner.ordinal()]);
  }

  /** That planner's thread: apply has decided on all of them. */
  public void end(Planner planner) {
    current[planner.ordinal()].setRelease(0);
  }

  /**
   * Claims all nodes of a proposal for the plan on its way. False if the other planner has one of them; those that were
   * claimed before it stay so until the plan ends.
   */
  public boolean claim(Planner planner, Proposal p) {
    if (!claim(planner, p.allocation())) {
      return false;
    }
    for (Proposal other : p.others()) {
      if (!claim(planner, other.allocation())) {
        return false;
      }
    }
    return true;
  }

  private boolean claim(Planner planner, Allocation a) {
    for (Allocation.NodeShare s : a.nodes()) {
      if (!claim(planner, s.node())) {
        return false;
      }
    }
    return true;
  }

  /** One node. Never both planners are told yes for a node while both their plans go on. */
  public boolean claim(Planner planner, int node) {
    AtomicLongArray c = column;
    if (node >= c.length()) {
      return true; // of a newer configuration: apply looks at its epoch
    }
    long mine = current[planner.ordinal()].getPlain() * PLANNERS + planner.ordinal();
    while (true) {
      long seen = c.getAcquire(node);
      if (seen == mine) {
        return true;
      }
      int owner = (int) (seen % PLANNERS);
      if (owner != planner.ordinal() && isCurrent(seen, owner)) {
        return false;
      }
      if (c.compareAndSet(node, seen, mine)) {
        return true;
      }
    }
  }

  private boolean isCurrent(long claim, int owner) {
    long plan = claim / PLANNERS;
    return plan != 0 && plan == current[owner].getAcquire();
  }
}
