package org.slurmctldj.core;

/**
 * The state's scalars.
 *
 * @param lastSequence journal sequence applied last
 * @param lastMillis highest nowMillis applied
 * @param nextJobId the id the next job gets unless taken
 * @param lowestPriority the priority that priority/basic gave out last, before nice
 * @param birthMillis when this state began, which tells it from one that was forgotten ({@code -c}) and has the same job ids; 0:
 *     before feature level 3
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
    long jobsFailed,
    long lowestPriority,
    long birthMillis) {
  /** priority/basic: the first job gets 4294901759, each later one less (observed on 22.05.8). */
  public static final long FIRST_PRIORITY = 0xfffeffffL;

  public static final Globals INITIAL = new Globals(0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, FIRST_PRIORITY + 1, 0);
}
