package org.slurmctldj.rpc.handlers;

import java.util.Arrays;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.rpc.Request;

/** PrivateData, hidden partitions, partitions of groups: what one user may see. */
final class Privacy {
  private static final int JOBS = 1;
  private static final int NODES = 1 << 1;
  private static final int PARTITIONS = 1 << 2;
  private static final int RESERVATIONS = 1 << 6;

  private final int privateData;

  Privacy(Controller c) {
    this.privateData = c.settings().privateData();
  }

  boolean mayList(Request r, int what) {
    return r.privileged() || (privateData & what) == 0;
  }

  boolean nodes(Request r) {
    return mayList(r, NODES);
  }

  boolean partitions(Request r) {
    return mayList(r, PARTITIONS);
  }

  boolean reservations(Request r) {
    return mayList(r, RESERVATIONS);
  }

  /** Whether a job of that owner may be shown. */
  boolean job(Request r, long owner) {
    return owner == r.uid() || mayList(r, JOBS);
  }

  /** Hidden ones and those of other groups are shown only on demand. */
  static boolean partition(Request r, PartitionDefinition p, int showFlags) {
    if (ShowFlags.has(showFlags, ShowFlags.ALL) || r.uid() == 0) {
      return true;
    }
    if ((p.flags() & PartitionDefinition.FLAG_HIDDEN) != 0) {
      return false;
    }
    return p.allowUids() == null || r.privileged() || Arrays.stream(p.allowUids()).anyMatch(u -> u == r.uid());
  }

  static boolean partition(Request r, ClusterConfig config, int index, int showFlags) {
    return index < 0 || index >= config.partitions().size() || partition(r, config.partitions().get(index), showFlags);
  }

  static final int ERROR_ACCESS_DENIED = 2002;
}
