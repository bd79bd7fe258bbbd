package org.slurmctldj.core;

/**
 * On whose behalf a command was sent, from the credential and nothing else.
 *
 * @param uid the authenticated user id
 * @param privileged root or SlurmUser
 * @param from peer address for the log, never decides anything
 */
public record Actor(long uid, long gid, boolean privileged, String from) {
  /** The controller itself: timers, planners, node events. */
  public static final Actor CONTROLLER = new Actor(0, 0, true, "slurmctld-j");
}
