package org.slurmctldj.sched;

import java.util.List;
import org.slurmctldj.core.Proposal;

/**
 * What a planner wants.
 *
 * @param proposals in the order in which they should be tried
 * @param complete false if the planner stopped at its limit: plan again once these are applied
 */
public record Plan(List<Proposal> proposals, PendingReasons reasons, boolean complete) {
  public Plan {
    proposals = List.copyOf(proposals);
  }
}
