package org.slurmctldj.sched;

import java.util.List;
import org.slurmctldj.core.Proposal;

/**
 * What a planner wants.
 *
 * @param proposals in the order in which they should be tried
 * @param againAtMillis plan again then even if nothing happens; 0 no need
 * @param complete false if the planner stopped at its limit: plan again once these are applied
 * @param tried jobs that were looked at
 * @param queued jobs in the queue
 * @param left of these, jobs that stay there when the proposals are carried out
 * @param exit why the pass ended: a place of {@link PassStatistics#exits}
 */
public record Plan(
    List<Proposal> proposals, PendingReasons reasons, boolean complete, long againAtMillis, int tried, int queued, int left,
    int exit) {
  public Plan {
    proposals = List.copyOf(proposals);
  }
}
