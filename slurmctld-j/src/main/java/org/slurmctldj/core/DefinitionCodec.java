package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;

/**
 * The encoding of partitions and reservations, each as a record of its own in stores and snapshots and within a whole {@link
 * ClusterConfig} in commands; rules as in {@link RecordCodec}.
 */
public final class DefinitionCodec {
  private DefinitionCodec() {}

  public static byte[] encode(PartitionDefinition p) {
    TagWriter w = new TagWriter();
    write(w, p);
    return w.toBytes();
  }

  public static PartitionDefinition decodePartition(byte[] bytes) {
    return readPartition(new TagReader(bytes));
  }

  public static byte[] encode(ReservationDefinition r) {
    TagWriter w = new TagWriter();
    write(w, r);
    return w.toBytes();
  }

  public static ReservationDefinition decodeReservation(byte[] bytes) {
    return readReservation(new TagReader(bytes));
  }

  static void write(TagWriter w, ReservationDefinition r) {
    w.text(1, r.name());
    w.number(2, r.start(), 0);
    w.number(3, r.end(), 0);
    w.number(4, r.flags(), 0);
    w.numbers(5, r.nodes());
    w.texts(6, r.users());
    w.texts(7, r.accounts());
    w.text(8, r.partition());
    w.text(9, r.comment());
    w.number(224, r.zoneSeconds(), 0);
  }

  static ReservationDefinition readReservation(TagReader r) {
    String[] t = new String[10];
    long[] v = new long[5];
    int[] nodes = {};
    List<String> users = List.of();
    List<String> accounts = List.of();
    int zone = 0;
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1, 8, 9 -> t[tag] = r.text();
        case 2, 3, 4 -> v[tag] = r.number();
        case 5 -> nodes = r.integers();
        case 6 -> users = r.texts();
        case 7 -> accounts = r.texts();
        case 224 -> zone = r.integer();
        default -> throw r.unknown("a reservation", tag);
      }
    }
    return new ReservationDefinition(t[1], v[2], v[3], v[4], nodes, users, accounts, t[8], t[9], zone);
  }

  static void write(TagWriter w, PartitionDefinition p) {
    w.text(1, p.name());
    w.numbers(2, p.nodes());
    w.text(3, p.nodesText());
    w.number(4, p.flags(), 0);
    w.number(5, p.state(), 0);
    w.number(6, p.maxTime(), 0);
    w.number(7, p.defaultTime(), 0);
    w.number(8, p.minNodes(), 0);
    w.number(9, p.maxNodes(), 0);
    w.number(10, p.maxCpusPerNode(), 0);
    w.number(11, p.maxShare(), 0);
    w.number(12, p.priorityTier(), 0);
    w.number(13, p.priorityJobFactor(), 0);
    w.number(14, p.overTimeLimit(), 0);
    w.number(15, p.preemptMode(), 0);
    w.number(16, p.graceTime(), 0);
    w.number(17, p.defMemory(), 0);
    w.number(18, p.maxMemory(), 0);
    w.text(19, p.alternate());
    list(w, 20, p.allowGroups());
    if (p.allowUids() != null) {
      w.numbers(21, p.allowUids());
    }
    list(w, 22, p.allowAccounts());
    list(w, 23, p.denyAccounts());
    list(w, 24, p.allowQos());
    list(w, 25, p.denyQos());
    list(w, 26, p.allowAllocNodes());
    w.text(27, p.qos());
  }

  private static void list(TagWriter w, int tag, List<String> list) {
    if (list != null) {
      w.texts(tag, list);
    }
  }

  static PartitionDefinition readPartition(TagReader r) {
    String[] t = new String[28];
    long[] v = new long[28];
    List<List<String>> lists = new ArrayList<>();
    for (int i = 0; i < 28; i++) {
      lists.add(null);
    }
    int[] nodes = {};
    long[] uids = null;
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1, 3, 19, 27 -> t[tag] = r.text();
        case 2 -> nodes = r.integers();
        case 5, 11, 12, 13, 14, 15, 16 -> v[tag] = r.integer();
        case 4, 6, 7, 8, 9, 10, 17, 18 -> v[tag] = r.number();
        case 20, 22, 23, 24, 25, 26 -> lists.set(tag, r.texts());
        case 21 -> uids = r.numbers();
        default -> throw r.unknown("a partition definition", tag);
      }
    }
    return new PartitionDefinition(
        t[1], nodes, t[3], v[4], (int) v[5], v[6], v[7], v[8], v[9], v[10], (int) v[11], (int) v[12], (int) v[13],
        (int) v[14], (int) v[15], (int) v[16], v[17], v[18], t[19], lists.get(20), uids, lists.get(22), lists.get(23),
        lists.get(24), lists.get(25), lists.get(26), t[27]);
  }
}
