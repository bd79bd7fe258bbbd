package org.slurmctldj.sched;

import java.util.List;
import org.slurmctldj.core.Proposal;

/**
 * What one pass of backfill came to.
 *
 * @param proposals jobs that can start now
 * @param starts when the others can
 * @param tested jobs looked at, in each of their partitions
 * @param tried those that were looked for a place for
 * @param queued jobs in the queue
 * @param moments at which something in the profile changes
 * @param exit why the pass ended: a place of {@link PassStatistics#exits}
 */
public record BackfillPlan(
    List<Proposal> proposals, PlannedStarts starts, int tested, int tried, int queued, int moments, int exit) {}
