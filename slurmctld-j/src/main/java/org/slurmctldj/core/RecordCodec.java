package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.core.TagReader.FormatException;

/**
 * The encoding of jobs, nodes and globals, for the off-heap store, snapshots and digests. Tags are
 * for ever; a new field gets a new tag and must read as its default where it is missing. The same
 * record always encodes to the same bytes, so equal states can be told by comparing them.
 */
public final class RecordCodec {
  private static final long NO_VAL = 0xfffffffeL;

  private RecordCodec() {}

  public static byte[] encodeJob(JobRecord job) {
    TagWriter w = new TagWriter(512);
    writeJob(w, job);
    return w.toBytes();
  }

  public static JobRecord decodeJob(byte[] bytes) {
    return readJob(new TagReader(bytes), true);
  }

  /** Without what lists leave out; {@link #encodeBulky} appended to it reads as the whole job. */
  public static byte[] encodeLight(JobRecord job) {
    TagWriter w = new TagWriter(512);
    writeLight(w, job);
    return w.toBytes();
  }

  /** The history and the bulky fields of the request; empty if there are none. */
  public static byte[] encodeBulky(JobRecord job) {
    TagWriter w = new TagWriter(512);
    writeBulky(w, job);
    return w.toBytes();
  }

  public static void writeJob(TagWriter w, JobRecord j) {
    writeLight(w, j);
    writeBulky(w, j);
  }

  private static void writeBulky(TagWriter w, JobRecord j) {
    if (!j.history.isEmpty()) {
      w.texts(40, j.history);
    }
    JobFieldsCodec.write(w, 42, j.request, JobFieldsCodec.Part.BULKY);
  }

  private static void writeLight(TagWriter w, JobRecord j) {
    w.number(1, j.jobId);
    w.number(2, j.arrayJobId, 0);
    w.number(3, j.arrayTaskId, NO_VAL);
    if (j.arrayPending != null) {
      w.numbers(4, j.arrayPending.ranges());
    }
    w.number(5, j.arrayMaxRunning, 0);
    w.number(6, j.arrayRunning, 0);
    w.number(7, j.arrayEnded, 0);
    w.number(8, j.phase.code());
    w.number(9, j.outcome.slurmState(), 0);
    w.number(10, j.reason, 0);
    w.text(11, j.reasonText);
    w.number(12, j.priority, 0);
    w.flag(13, j.prioritySet);
    w.number(14, j.partition, 0);
    if (j.partitions.length > 0) {
      w.numbers(15, j.partitions);
    }
    w.number(16, j.submitTime, 0);
    w.number(17, j.eligibleTime, 0);
    w.number(18, j.accrueTime, 0);
    w.number(19, j.startTime, 0);
    w.number(20, j.endTime, 0);
    w.number(21, j.suspendTime, 0);
    w.number(22, j.preSuspendedSeconds, 0);
    w.number(23, j.resizeTime, 0);
    w.number(24, j.lastSchedTime, 0);
    w.number(25, j.timeLimit, 0);
    w.number(26, j.exitCode, 0);
    w.number(27, j.derivedExitCode, 0);
    w.number(28, j.restarts, 0);
    w.flag(29, j.requeueAfterEnd);
    w.flag(30, j.requeueHold);
    w.flag(220, j.specialExit);
    if (j.allocation != null) {
      writeAllocation(w, 31, j.allocation);
    }
    if (j.nodesEnding.length > 0) {
      w.numbers(32, j.nodesEnding);
    }
    w.number(33, j.batchNode, -1);
    w.number(34, j.epoch, 0);
    w.number(35, j.endedBy, NO_VAL);
    w.number(36, j.deadlineMillis, 0);
    w.number(37, j.version, 0);
    w.number(38, j.changedAt, 0);
    w.text(39, j.failure);
    JobFieldsCodec.write(w, 41, j.request, JobFieldsCodec.Part.LIGHT);
    w.number(43, j.arrayFailed, 0);
    w.flag(44, j.warned);
    w.flag(75, j.configuring);
    w.number(45, j.arrayTasks, 0);
    w.number(46, j.nodesExpected, 0);
    StepCodec.write(w, 70, j.steps);
    if (j.arrayDropped != null) {
      w.numbers(47, j.arrayDropped.ranges());
    }
    w.number(120, j.hetJobId, 0);
    w.number(121, j.hetSize, 0);
    w.flag(60, j.suspended);
    w.flag(61, j.coresReleased);
    w.flag(100, j.launchFailed);
    w.flag(228, j.expediting);
    w.flag(213, j.stopped);
  }

  /**
   * @param bulky whether to decode the fields that lists leave out, history included
   */
  public static JobRecord readJob(TagReader r, boolean bulky) {
    JobRecord j = new JobRecord();
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1 -> j.jobId = r.number();
        case 2 -> j.arrayJobId = r.number();
        case 3 -> j.arrayTaskId = r.number();
        case 4 -> j.arrayPending = tasks(r);
        case 47 -> j.arrayDropped = tasks(r);
        case 120 -> j.hetJobId = r.number();
        case 121 -> j.hetSize = r.integer();
        case 5 -> j.arrayMaxRunning = r.integer();
        case 6 -> j.arrayRunning = r.integer();
        case 7 -> j.arrayEnded = r.integer();
        case 8 -> j.phase = JobPhase.byCode(r.integer());
        case 9 -> j.outcome = Outcome.bySlurmState(r.integer());
        case 10 -> j.reason = r.integer();
        case 11 -> j.reasonText = r.text();
        case 12 -> j.priority = r.number();
        case 13 -> j.prioritySet = r.flag();
        case 14 -> j.partition = r.integer();
        case 15 -> j.partitions = r.integers();
        case 16 -> j.submitTime = r.number();
        case 17 -> j.eligibleTime = r.number();
        case 18 -> j.accrueTime = r.number();
        case 19 -> j.startTime = r.number();
        case 20 -> j.endTime = r.number();
        case 21 -> j.suspendTime = r.number();
        case 22 -> j.preSuspendedSeconds = r.number();
        case 23 -> j.resizeTime = r.number();
        case 24 -> j.lastSchedTime = r.number();
        case 25 -> j.timeLimit = r.number();
        case 26 -> j.exitCode = r.integer();
        case 27 -> j.derivedExitCode = r.integer();
        case 28 -> j.restarts = r.integer();
        case 29 -> j.requeueAfterEnd = r.flag();
        case 30 -> j.requeueHold = r.flag();
        case 220 -> j.specialExit = r.flag();
        case 31 -> j.allocation = readAllocation(r.group());
        case 32 -> j.nodesEnding = r.integers();
        case 33 -> j.batchNode = r.integer();
        case 34 -> j.epoch = r.number();
        case 35 -> j.endedBy = r.number();
        case 36 -> j.deadlineMillis = r.number();
        case 37 -> j.version = r.number();
        case 38 -> j.changedAt = r.number();
        case 39 -> j.failure = r.text();
        case 75 -> j.configuring = r.flag();
        case 100 -> j.launchFailed = r.flag();
        case 228 -> j.expediting = r.flag();
        case 213 -> j.stopped = r.flag();
        case 40 -> {
          if (bulky) {
            j.history.addAll(r.texts());
          } else {
            r.skip();
          }
        }
        case 41 -> JobFieldsCodec.read(r.group(), j.request);
        case 42 -> {
          if (bulky) {
            JobFieldsCodec.read(r.group(), j.request);
          } else {
            r.skip();
          }
        }
        case 43 -> j.arrayFailed = r.integer();
        case 44 -> j.warned = r.flag();
        case 45 -> j.arrayTasks = r.integer();
        case 46 -> j.nodesExpected = r.integer();
        case 70 -> j.steps = StepCodec.read(r.group());
        case 60 -> j.suspended = r.flag();
        case 61 -> j.coresReleased = r.flag();
        default -> throw r.unknown("a job record", tag);
      }
    }
    return j;
  }

  static TaskSet tasks(TagReader r) {
    try {
      return TaskSet.ofRanges(r.integers());
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new FormatException("array tasks: " + e.getMessage());
    }
  }

  static void writeAllocation(TagWriter w, int tag, Allocation a) {
    int mark = w.begin(tag);
    for (Allocation.NodeShare s : a.nodes()) {
      int share = w.begin(1);
      w.number(1, s.node());
      w.number(2, s.cpus());
      w.numbers(3, s.cores());
      w.number(4, s.memory(), 0);
      writeGres(w, 5, s.gres());
      w.end(share);
    }
    w.end(mark);
  }

  static Allocation readAllocation(TagReader r) {
    List<Allocation.NodeShare> shares = new ArrayList<>();
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      if (tag != 1) {
        throw r.unknown("an allocation", tag);
      }
      shares.add(readShare(r.group()));
    }
    return new Allocation(shares);
  }

  private static Allocation.NodeShare readShare(TagReader r) {
    int node = -1;
    int cpus = 0;
    long[] cores = {};
    long memory = 0;
    List<GresShare> gres = new ArrayList<>();
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1 -> node = r.integer();
        case 2 -> cpus = r.integer();
        case 3 -> cores = r.numbers();
        case 4 -> memory = r.number();
        case 5 -> gres.add(readGres(r.group()));
        default -> throw r.unknown("a node share", tag);
      }
    }
    return new Allocation.NodeShare(node, cpus, cores, memory, gres);
  }

  static void writeGres(TagWriter w, int tag, List<GresShare> gres) {
    for (GresShare g : gres) {
      int mark = w.begin(tag);
      w.number(1, g.entry());
      w.number(2, g.count());
      if (g.devices().length > 0) {
        w.numbers(3, g.devices());
      }
      w.end(mark);
    }
  }

  static GresShare readGres(TagReader r) {
    int entry = 0;
    long count = 0;
    long[] devices = {};
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1 -> entry = r.integer();
        case 2 -> count = r.number();
        case 3 -> devices = r.numbers();
        default -> throw r.unknown("a gres share", tag);
      }
    }
    return new GresShare(entry, count, devices);
  }

  public static byte[] encodeNode(NodeRecord node) {
    TagWriter w = new TagWriter(128);
    writeNode(w, node);
    return w.toBytes();
  }

  public static NodeRecord decodeNode(byte[] bytes) {
    return readNode(new TagReader(bytes));
  }

  public static void writeNode(TagWriter w, NodeRecord n) {
    w.number(1, n.index);
    w.text(2, n.name);
    w.number(3, n.phase.code());
    w.flag(4, n.drain);
    w.flag(223, n.failing);
    w.text(5, n.reason);
    w.number(6, n.reasonUid, NO_VAL);
    w.number(7, n.reasonTime, 0);
    if (n.registration != null) {
      writeRegistration(w, 8, n.registration);
    }
    w.number(9, n.allocatedCpus, 0);
    if (n.allocatedCores.length > 0) {
      w.numbers(10, n.allocatedCores);
    }
    w.number(11, n.allocatedMemory, 0);
    w.number(12, n.jobs, 0);
    w.number(13, n.jobsEnding, 0);
    w.flag(14, n.exclusive);
    w.number(15, n.lastBusy, 0);
    w.number(16, n.version, 0);
    w.number(17, n.changedAt, 0);
    w.text(18, n.comment);
    w.text(19, n.extra);
    w.number(20, n.weight, -1);
    w.flag(21, n.invalidRegistration);
    w.flag(22, n.linked);
    w.text(40, n.address);
    w.text(41, n.hostName);
    w.number(42, n.cpuBind, 0);
    w.text(43, n.instanceId);
    w.text(44, n.instanceType);
    w.number(45, n.jobsSuspended, 0);
    w.flag(60, n.powerUp);
    w.flag(61, n.powerDown);
    w.flag(62, n.poweredDown);
    w.flag(63, n.resumeFailed);
    w.number(64, n.powerSince, 0);
    w.number(65, n.powerKeepUntil, 0);
    w.number(66, n.powerDeadlineMillis, 0);
    w.flag(67, n.powerDrain);
    w.number(90, n.reboot.ordinal(), 0);
    w.number(91, n.rebootNext, 0);
    w.number(92, n.rebootTime, 0);
    w.flag(93, n.rebootDrain);
    writeGres(w, 46, n.gres);
    w.text(140, n.order);
    w.text(141, n.capacityOption);
    w.number(142, n.requestedMillis, 0);
    w.number(143, n.runningMillis, 0);
    w.number(144, n.helloMillis, 0);
    w.number(145, n.readyMillis, 0);
    w.number(146, n.bootFailures, 0);
    w.number(147, n.blockedUntil, 0);
    w.number(148, n.orderLeast, 0);
    w.text(149, n.instanceOrder);
    w.number(150, n.bootMillis, 0);
    for (NodeRecord.Leftover l : n.leftovers) {
      w.numbers(200, new long[] {l.jobId(), l.restarts()});
    }
  }

  public static NodeRecord readNode(TagReader r) {
    NodeRecord n = new NodeRecord();
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1 -> n.index = r.integer();
        case 2 -> n.name = r.text();
        case 3 -> n.phase = NodePhase.byCode(r.integer());
        case 4 -> n.drain = r.flag();
        case 223 -> n.failing = r.flag();
        case 5 -> n.reason = r.text();
        case 6 -> n.reasonUid = r.number();
        case 7 -> n.reasonTime = r.number();
        case 8 -> n.registration = readRegistration(r.group());
        case 9 -> n.allocatedCpus = r.integer();
        case 10 -> n.allocatedCores = r.numbers();
        case 11 -> n.allocatedMemory = r.number();
        case 12 -> n.jobs = r.integer();
        case 13 -> n.jobsEnding = r.integer();
        case 14 -> n.exclusive = r.flag();
        case 15 -> n.lastBusy = r.number();
        case 16 -> n.version = r.number();
        case 17 -> n.changedAt = r.number();
        case 18 -> n.comment = r.text();
        case 19 -> n.extra = r.text();
        case 20 -> n.weight = r.number();
        case 21 -> n.invalidRegistration = r.flag();
        case 22 -> n.linked = r.flag();
        case 40 -> n.address = r.text();
        case 41 -> n.hostName = r.text();
        case 42 -> n.cpuBind = r.number();
        case 43 -> n.instanceId = r.text();
        case 44 -> n.instanceType = r.text();
        case 45 -> n.jobsSuspended = r.integer();
        case 60 -> n.powerUp = r.flag();
        case 61 -> n.powerDown = r.flag();
        case 62 -> n.poweredDown = r.flag();
        case 63 -> n.resumeFailed = r.flag();
        case 64 -> n.powerSince = r.number();
        case 65 -> n.powerKeepUntil = r.number();
        case 66 -> n.powerDeadlineMillis = r.number();
        case 67 -> n.powerDrain = r.flag();
        case 90 -> n.reboot = NodeRecord.Reboot.values()[r.integer()];
        case 91 -> n.rebootNext = r.number();
        case 92 -> n.rebootTime = r.number();
        case 93 -> n.rebootDrain = r.flag();
        case 140 -> n.order = r.text();
        case 141 -> n.capacityOption = r.text();
        case 142 -> n.requestedMillis = r.number();
        case 143 -> n.runningMillis = r.number();
        case 144 -> n.helloMillis = r.number();
        case 145 -> n.readyMillis = r.number();
        case 146 -> n.bootFailures = r.integer();
        case 147 -> n.blockedUntil = r.number();
        case 148 -> n.orderLeast = r.integer();
        case 149 -> n.instanceOrder = r.text();
        case 150 -> n.bootMillis = r.number();
        case 200 -> {
          long[] l = r.numbers();
          List<NodeRecord.Leftover> all = new ArrayList<>(n.leftovers);
          all.add(new NodeRecord.Leftover(l[0], (int) l[1]));
          n.leftovers = List.copyOf(all);
        }
        case 46 -> {
          List<GresShare> all = new ArrayList<>(n.gres);
          all.add(readGres(r.group()));
          n.gres = List.copyOf(all);
        }
        default -> throw r.unknown("a node record", tag);
      }
    }
    return n;
  }

  static void writeRegistration(TagWriter w, int tag, NodeRecord.Registration g) {
    int mark = w.begin(tag);
    w.text(1, g.version());
    w.text(2, g.arch());
    w.text(3, g.os());
    w.number(4, g.cpus(), 0);
    w.number(5, g.boards(), 0);
    w.number(6, g.sockets(), 0);
    w.number(7, g.coresPerSocket(), 0);
    w.number(8, g.threadsPerCore(), 0);
    w.number(9, g.realMemory(), 0);
    w.number(10, g.tmpDisk(), 0);
    w.number(11, g.bootTime(), 0);
    w.number(12, g.startTime(), 0);
    w.text(13, g.bootId());
    w.number(14, g.protocolVersion(), 0);
    w.text(105, g.gres());
    w.end(mark);
  }

  static NodeRecord.Registration readRegistration(TagReader r) {
    String version = null;
    String arch = null;
    String os = null;
    String bootId = null;
    int[] n = new int[5];
    long memory = 0;
    long disk = 0;
    long boot = 0;
    long start = 0;
    int protocol = 0;
    String gres = null;
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1 -> version = r.text();
        case 2 -> arch = r.text();
        case 3 -> os = r.text();
        case 4, 5, 6, 7, 8 -> n[tag - 4] = r.integer();
        case 9 -> memory = r.number();
        case 10 -> disk = r.number();
        case 11 -> boot = r.number();
        case 12 -> start = r.number();
        case 13 -> bootId = r.text();
        case 14 -> protocol = r.integer();
        case 105 -> gres = r.text();
        default -> throw r.unknown("a node registration", tag);
      }
    }
    return new NodeRecord.Registration(
        version, arch, os, n[0], n[1], n[2], n[3], n[4], memory, disk, boot, start, bootId, protocol, gres);
  }

  /** Of the globals, since feature level 3. */
  private static final int BIRTH = 100;

  public static byte[] encodeGlobals(Globals g) {
    TagWriter w = new TagWriter(96);
    w.number(1, g.lastSequence());
    w.number(2, g.lastMillis());
    w.number(3, g.nextJobId());
    w.number(4, g.featureLevel());
    w.number(5, g.jobsChangedAt());
    w.number(6, g.nodesChangedAt());
    w.number(7, g.partitionsChangedAt());
    w.number(8, g.jobsSubmitted());
    w.number(9, g.jobsStarted());
    w.number(10, g.jobsCompleted());
    w.number(11, g.jobsCanceled());
    w.number(12, g.jobsFailed());
    w.number(13, g.lowestPriority());
    w.number(BIRTH, g.birthMillis(), 0);
    return w.toBytes();
  }

  public static Globals decodeGlobals(byte[] bytes) {
    TagReader r = new TagReader(bytes);
    long[] v = new long[14];
    v[4] = 1;
    v[13] = Globals.INITIAL.lowestPriority();
    long birth = 0;
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      if (tag == BIRTH) {
        birth = r.number();
        continue;
      }
      if (tag >= v.length) {
        throw r.unknown("the globals", tag);
      }
      v[tag] = r.number();
    }
    return new Globals(
        v[1], v[2], v[3], Math.toIntExact(v[4]), v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13], birth);
  }

  /** With its partitions and reservations, as commands carry it. */
  public static byte[] encodeConfig(ClusterConfig config) {
    return encode(config, true);
  }

  /** Without its partitions and reservations, which are records of their own in a store: {@link DefinitionCodec}. */
  public static byte[] encodeConfigAlone(ClusterConfig config) {
    return encode(config, false);
  }

  private static byte[] encode(ClusterConfig config, boolean whole) {
    TagWriter w = new TagWriter(4096);
    ConfigCodec.write(w, config, whole);
    return w.toBytes();
  }

  public static ClusterConfig decodeConfig(byte[] bytes) {
    return ConfigCodec.read(new TagReader(bytes));
  }
}
