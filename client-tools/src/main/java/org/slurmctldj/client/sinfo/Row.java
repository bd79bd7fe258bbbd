package org.slurmctldj.client.sinfo;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.client.text.NodeStates;
import org.slurmctldj.proto.slurm.NodeInfo;
import org.slurmctldj.proto.slurm.PartitionInfo;
import org.slurmctldj.proto.wire.SlurmConstants;

/** One line of sinfo: the nodes of a partition that no column tells apart, with sums and ranges over them. */
final class Row {
  /** Smallest and largest of a number over the row's nodes. */
  static final class Range {
    long min;
    long max;

    void add(long value, boolean first) {
      if (first || value < min) {
        min = value;
      }
      if (first || value > max) {
        max = value;
      }
    }
  }

  /** In the controller's order; the row's partition is that of its first node. */
  final PartitionInfo partition;

  final int partitionIndex;
  final List<NodeInfo> nodes = new ArrayList<>();
  final Range cpus = new Range();
  final Range sockets = new Range();
  final Range cores = new Range();
  final Range threads = new Range();
  final Range disk = new Range();
  final Range memory = new Range();
  final Range weight = new Range();
  final Range load = new Range();
  final Range freeMemory = new Range();
  int nodesAllocated;
  int nodesIdle;
  int nodesOther;
  long cpusAllocated;
  long cpusIdle;
  long cpusOther;
  long cpusTotal;
  String version;

  Row(PartitionInfo partition, int partitionIndex) {
    this.partition = partition;
    this.partitionIndex = partitionIndex;
  }

  NodeInfo first() {
    return nodes.get(0);
  }

  boolean isEmpty() {
    return nodes.isEmpty();
  }

  long state() {
    return nodes.isEmpty() ? 0 : first().nodeState();
  }

  void add(NodeInfo n) {
    if (nodes.contains(n)) {
      return;
    }
    boolean first = nodes.isEmpty();
    nodes.add(n);
    cpus.add(n.cpus(), first);
    sockets.add(n.sockets(), first);
    cores.add(n.cores(), first);
    threads.add(n.threads(), first);
    disk.add(n.tmpDisk(), first);
    memory.add(n.realMemory(), first);
    weight.add(n.weight(), first);
    load.add(n.cpuLoad(), first);
    // unsigned: "unknown" is the largest
    freeMemory.add(n.freeMem() == SlurmConstants.NO_VAL64 ? Long.MAX_VALUE : n.freeMem(), first);
    if (version == null) {
      version = n.version();
    }
    long state = n.nodeState();
    int base = NodeStates.base(state);
    boolean unusable = base == NodeStates.DOWN || NodeStates.has(state, NodeStates.DRAIN);
    if (base == NodeStates.ALLOCATED || base == NodeStates.MIXED || NodeStates.has(state, NodeStates.COMPLETING)) {
      nodesAllocated++;
    } else if (unusable) {
      nodesOther++;
    } else {
      nodesIdle++;
    }
    long total = n.cpusEfctv() != 0 ? n.cpusEfctv() : n.cpus();
    long used = n.allocCpus();
    cpusTotal += total;
    cpusAllocated += used;
    if (unusable) {
      cpusOther += total - used;
    } else {
      cpusIdle += total - used;
    }
  }
}
