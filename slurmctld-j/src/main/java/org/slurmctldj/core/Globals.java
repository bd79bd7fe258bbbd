package org.slurmctldj.core;

/**
 * The state's scalars.
 *
 * @param lastSequence journal sequence applied last
 * @param lastMillis highest nowMillis applied
 * @param nextJobId the id the next job gets unless taken
 * @param jobsChangedAt seconds; the last change of any job (clients' last_update)
 */
public record Globals(
    long lastSequence,
    long lastMillis,
    long nextJobId,
    int featureLevel,
    long jobsChangedAt,
    long nodesChangedAt,
    long partitionsChangedAt,
    long jobsSubmitted,
    long jobsStarted,
    long jobsCompleted,
    long jobsCanceled,
    long jobsFailed) {
  public static final Globals INITIAL = new Globals(0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
}
