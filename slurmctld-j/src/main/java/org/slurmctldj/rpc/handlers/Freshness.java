package org.slurmctldj.rpc.handlers;

/** last_update of requests: clients that poll are told 1900 instead of the same list again. */
final class Freshness {
  static final int NO_CHANGE_IN_DATA = 1900;

  /** Whether the client has seen everything up to the last change; seconds. The same second does not count. */
  static boolean nothingNew(long clientsLastUpdate, long changedAt) {
    return clientsLastUpdate - 1 >= changedAt && clientsLastUpdate > 0;
  }

  private Freshness() {}
}
