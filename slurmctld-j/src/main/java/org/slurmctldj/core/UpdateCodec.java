package org.slurmctldj.core;

import java.util.List;

/** The encoding of what admins change of nodes and partitions; rules as in {@link RecordCodec}. */
final class UpdateCodec {
  private static final long NO_VAL = 0xfffffffeL;

  private UpdateCodec() {}

  static void write(TagWriter w, NodeChanges c) {
    w.text(1, c.features());
    w.text(2, c.activeFeatures());
    w.text(3, c.gres());
    w.texts(4, c.addresses());
    w.texts(5, c.hostNames());
    w.number(6, c.cpuBind(), 0);
    w.text(7, c.instanceId());
    w.text(8, c.instanceType());
  }

  static NodeChanges nodeChanges(TagReader r) {
    String[] t = new String[9];
    List<String> addresses = List.of();
    List<String> hostNames = List.of();
    long cpuBind = 0;
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1, 2, 3, 7, 8 -> t[tag] = r.text();
        case 4 -> addresses = r.texts();
        case 5 -> hostNames = r.texts();
        case 6 -> cpuBind = r.number();
        default -> throw r.unknown("changes of a node", tag);
      }
    }
    return new NodeChanges(t[1], t[2], t[3], addresses, hostNames, cpuBind, t[7], t[8]);
  }

  static void write(TagWriter w, PartitionChanges c) {
    w.text(1, c.name());
    w.text(2, c.nodes());
    w.text(3, c.allowGroups());
    if (c.allowUids() != null) {
      w.numbers(4, c.allowUids());
    }
    w.text(5, c.allowAccounts());
    w.text(6, c.denyAccounts());
    w.text(7, c.allowQos());
    w.text(8, c.denyQos());
    w.text(9, c.allowAllocNodes());
    w.text(10, c.alternate());
    w.text(11, c.qos());
    w.number(12, c.flags(), 0);
    w.number(13, c.state(), NO_VAL);
    w.number(14, c.maxTime(), NO_VAL);
    w.number(15, c.defaultTime(), NO_VAL);
    w.number(16, c.minNodes(), NO_VAL);
    w.number(17, c.maxNodes(), NO_VAL);
    w.number(18, c.maxCpusPerNode(), NO_VAL);
    w.number(19, c.maxShare(), NO_VAL);
    w.number(20, c.priorityTier(), NO_VAL);
    w.number(21, c.priorityJobFactor(), NO_VAL);
    w.number(22, c.overTimeLimit(), NO_VAL);
    w.number(23, c.preemptMode(), NO_VAL);
    w.number(24, c.graceTime(), NO_VAL);
    w.number(25, c.defMemory(), SlurmNumbers.NO_VAL64);
    w.number(26, c.maxMemory(), SlurmNumbers.NO_VAL64);
  }

  static void write(TagWriter w, Command.ChangeReservation c) {
    w.flag(1, c.create());
    w.text(2, c.name());
    w.number(3, c.start(), NO_VAL);
    w.number(4, c.end(), NO_VAL);
    w.number(5, c.duration(), NO_VAL);
    w.number(6, c.flagsOn(), 0);
    w.number(7, c.flagsOff(), 0);
    w.text(8, c.nodes());
    w.number(9, c.nodeCount(), NO_VAL);
    w.text(10, c.users());
    w.text(11, c.accounts());
    w.text(12, c.partition());
    w.text(13, c.comment());
    w.number(222, c.zoneSeconds(), 0);
  }

  static Command changeReservation(long now, Actor actor, TagReader r) {
    String[] t = new String[14];
    long[] v = new long[14];
    v[3] = v[4] = v[5] = v[9] = NO_VAL;
    int zone = 0;
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 2, 8, 10, 11, 12, 13 -> t[tag] = r.text();
        case 1, 3, 4, 5, 6, 7, 9 -> v[tag] = r.number();
        case 222 -> zone = r.integer();
        default -> throw r.unknown("changes of a reservation", tag);
      }
    }
    return new Command.ChangeReservation(
        now, actor, v[1] != 0, t[2], v[3], v[4], v[5], v[6], v[7], t[8], v[9], t[10], t[11], t[12], t[13], zone);
  }

  static PartitionChanges partitionChanges(TagReader r) {
    String[] t = new String[12];
    long[] uids = null;
    long[] v = new long[27];
    java.util.Arrays.fill(v, NO_VAL);
    v[12] = 0;
    v[25] = SlurmNumbers.NO_VAL64;
    v[26] = SlurmNumbers.NO_VAL64;
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      if (tag == 4) {
        uids = r.numbers();
      } else if (tag < t.length) {
        t[tag] = r.text();
      } else if (tag < v.length) {
        v[tag] = r.number();
      } else {
        throw r.unknown("changes of a partition", tag);
      }
    }
    return new PartitionChanges(
        t[1], t[2], t[3], uids, t[5], t[6], t[7], t[8], t[9], t[10], t[11], v[12], v[13], v[14], v[15], v[16], v[17], v[18],
        v[19], v[20], v[21], v[22], v[23], v[24], v[25], v[26]);
  }
}
