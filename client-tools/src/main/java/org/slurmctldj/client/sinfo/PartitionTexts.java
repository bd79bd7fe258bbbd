package org.slurmctldj.client.sinfo;

import org.slurmctldj.client.text.Durations;
import org.slurmctldj.proto.slurm.PartitionInfo;
import org.slurmctldj.proto.wire.SlurmConstants;

/** What sinfo prints about a partition. */
final class PartitionTexts {
  private static final long DEFAULT = 1;
  private static final long ROOT_ONLY = 1 << 3;
  private static final int FORCE = 0x8000;

  static boolean rootOnly(PartitionInfo p) {
    return (p.flags() & ROOT_ONLY) != 0;
  }

  static boolean isDefault(PartitionInfo p) {
    return (p.flags() & DEFAULT) != 0;
  }

  static String available(PartitionInfo p) {
    return switch (p.stateUp()) {
      case 3 -> "up";
      case 1 -> "down";
      case 2 -> "drain";
      case 0 -> "inactive";
      default -> "unk";
    };
  }

  static String time(long minutes) {
    if (minutes == SlurmConstants.NO_VAL) {
      return "n/a";
    }
    return minutes == SlurmConstants.INFINITE ? "infinite" : Durations.seconds(minutes * 60);
  }

  static String jobSize(PartitionInfo p) {
    long least = Math.max(1, p.minNodes());
    if (least == p.maxNodes()) {
      return Long.toString(least);
    }
    return least + "-" + (p.maxNodes() == SlurmConstants.INFINITE ? "infinite" : Long.toString(p.maxNodes()));
  }

  static String oversubscribe(PartitionInfo p) {
    int share = p.maxShare();
    int count = share & ~FORCE;
    if (share == SlurmConstants.NO_VAL16 || share == 1) {
      return "NO";
    }
    if (share == 0) {
      return "EXCLUSIVE";
    }
    return ((share & FORCE) != 0 ? "FORCE:" : "YES:") + count;
  }

  static String preemptMode(int mode) {
    if (mode == 0) {
      return "OFF";
    }
    StringBuilder b = new StringBuilder();
    add(b, mode, 1 << 14, "WITHIN");
    add(b, mode, 1 << 15, "GANG");
    add(b, mode, 1, "SUSPEND");
    add(b, mode, 1 << 1, "REQUEUE");
    add(b, mode, 1 << 3, "CANCEL");
    return b.isEmpty() ? "UNKNOWN" : b.toString();
  }

  private static void add(StringBuilder b, int mode, int bit, String name) {
    if ((mode & bit) != 0) {
      b.append(b.isEmpty() ? "" : ",").append(name);
    }
  }

  private PartitionTexts() {}
}
