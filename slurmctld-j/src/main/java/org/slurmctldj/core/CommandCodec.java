package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.core.TagReader.FormatException;

/**
 * The journal's encoding of {@link Command}: one byte format version, one byte kind, then tagged
 * fields. Kinds and tags are for ever: a journal written by any release replays in every later one.
 * A field that this release does not know is an error that names the feature level; one that is
 * missing has its default.
 */
public final class CommandCodec {
  public static final int FORMAT_VERSION = 1;
  private static final long NO_VAL = 0xfffffffeL;

  /** Of launches, since feature level 3: the node by name, in place of its index. */
  private static final int NODE_NAME = 100;

  /** Of requeues, since feature level 3. */
  private static final int LAUNCH_FAILED = 101;
  private static final int INCOMPLETE = 212;
  private static final int SPECIAL = 221;
  private static final int WAITS = 210;
  private static final int WAITS_TEXT = 211;
  private static final int EPILOG_FAILED = 230;

  /** Of submissions. */
  private static final int PLACE = 214;

  private CommandCodec() {}

  public static byte[] encode(Command c) {
    TagWriter w = new TagWriter(256);
    write(w, c);
    return w.toBytes();
  }

  public static Command decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  public static Command decode(byte[] bytes, int offset, int length) {
    TagReader r = new TagReader(bytes, offset, length);
    int version = r.raw();
    if (version != FORMAT_VERSION) {
      throw new FormatException("command format " + version + ", this release reads " + FORMAT_VERSION);
    }
    return read(r.raw(), r);
  }

  static void kind(TagWriter w, int kind, long nowMillis) {
    w.raw(FORMAT_VERSION);
    w.raw(kind);
    w.number(1, nowMillis);
  }

  /** Appends the whole encoding of one command. */
  public static void write(TagWriter w, Command command) {
    switch (command) {
      case Command.Reconfigure c -> {
        kind(w, 1, c.nowMillis());
        int mark = w.begin(2);
        ConfigCodec.write(w, c.config(), true);
        w.end(mark);
      }
      case Command.SubmitJob c -> {
        kind(w, 2, c.nowMillis());
        actor(w, c.actor());
        JobFieldsCodec.write(w, 3, c.request(), JobFieldsCodec.Part.ALL);
        if (c.place() != null) {
          int mark = w.begin(PLACE);
          proposal(w, c.place());
          w.end(mark);
        }
      }
      case Command.SubmitHetJob c -> {
        kind(w, 120, c.nowMillis());
        actor(w, c.actor());
        c.requests().forEach(r -> JobFieldsCodec.write(w, 3, r, JobFieldsCodec.Part.ALL));
      }
      case Command.UpdateJob c -> {
        kind(w, 3, c.nowMillis());
        actor(w, c.actor());
        selector(w, c.jobs());
        JobFieldsCodec.write(w, 6, c.changes(), JobFieldsCodec.Part.ALL);
        w.flag(7, c.userHold());
      }
      case Command.KillJob c -> {
        kind(w, 4, c.nowMillis());
        actor(w, c.actor());
        selector(w, c.jobs());
        w.number(6, c.signal());
        w.number(7, c.flags(), 0);
        w.number(WAITS, c.waits(), 0);
        w.text(WAITS_TEXT, c.waitsText());
      }
      case Command.RequeueJob c -> {
        kind(w, 5, c.nowMillis());
        actor(w, c.actor());
        selector(w, c.jobs());
        w.flag(6, c.hold());
        w.flag(LAUNCH_FAILED, c.launchFailed());
        w.flag(INCOMPLETE, c.incomplete());
        w.flag(SPECIAL, c.special());
      }
      case Command.StartJob c -> {
        kind(w, 6, c.nowMillis());
        proposal(w, c.proposal());
      }
      case Command.LaunchStarted c -> launch(w, 7, c.nowMillis(), c.jobId(), c.restarts(), c.node(), c.nodeName());
      case Command.LaunchEnded c -> {
        launch(w, 8, c.nowMillis(), c.jobId(), c.restarts(), c.node(), c.nodeName());
        w.number(5, c.waitStatus(), 0);
        w.flag(6, c.outOfMemory());
        w.text(7, c.failure());
        w.number(8, c.failureCode(), 0);
        w.number(9, c.userCpuMicros(), 0);
        w.number(10, c.systemCpuMicros(), 0);
        w.number(11, c.maxRssKib(), 0);
      }
      case Command.NodeReleased c -> {
        launch(w, 9, c.nowMillis(), c.jobId(), c.restarts(), c.node(), c.nodeName());
        w.flag(EPILOG_FAILED, c.epilogFailed());
      }
      case Command.RegisterNode c -> {
        kind(w, 10, c.nowMillis());
        w.text(2, c.node());
        RecordCodec.writeRegistration(w, 3, c.registration());
        w.texts(4, c.launches());
        w.number(140, c.lastResponse(), 0);
        w.text(224, c.instance());
        w.text(231, c.address());
        w.text(232, c.hostName());
      }
      case Command.NodeLost c -> {
        kind(w, 11, c.nowMillis());
        w.text(2, c.node());
      }
      case Command.NodeFailed c -> {
        kind(w, 12, c.nowMillis());
        w.text(2, c.node());
        w.text(3, c.reason());
      }
      case Command.UpdateNode c -> {
        kind(w, 13, c.nowMillis());
        actor(w, c.actor());
        w.texts(3, c.nodes());
        w.number(4, c.state(), NO_VAL);
        w.text(5, c.reason());
        w.text(6, c.comment());
        w.text(7, c.extra());
        w.number(8, c.weight(), NO_VAL);
        if (!c.more().equals(NodeChanges.NONE)) {
          int mark = w.begin(9);
          UpdateCodec.write(w, c.more());
          w.end(mark);
        }
      }
      case Command.UpdatePartition c -> {
        kind(w, 30, c.nowMillis());
        actor(w, c.actor());
        w.flag(3, c.create());
        int mark = w.begin(4);
        UpdateCodec.write(w, c.changes());
        w.end(mark);
      }
      case Command.UpdateSuspendExclusions c -> {
        kind(w, 220, c.nowMillis());
        actor(w, c.actor());
        w.text(3, c.exclusions().nodes());
        w.text(4, c.exclusions().parts());
        w.text(5, c.exclusions().states());
      }
      case Command.DeletePartition c -> {
        kind(w, 31, c.nowMillis());
        actor(w, c.actor());
        w.text(3, c.partition());
      }
      case Command.SuspendJob c -> {
        kind(w, 32, c.nowMillis());
        actor(w, c.actor());
        selector(w, c.jobs());
        w.flag(5, c.resume());
      }
      case Command.ChangeReservation c -> {
        kind(w, 34, c.nowMillis());
        actor(w, c.actor());
        int mark = w.begin(3);
        UpdateCodec.write(w, c);
        w.end(mark);
      }
      case Command.DeleteReservation c -> {
        kind(w, 35, c.nowMillis());
        actor(w, c.actor());
        w.text(3, c.name());
      }
      case Command.TopJobs c -> {
        kind(w, 33, c.nowMillis());
        actor(w, c.actor());
        w.numbers(3, c.jobs());
      }
      case Command.PowerIssued c -> {
        kind(w, 70, c.nowMillis());
        w.texts(2, c.nodes());
        w.number(3, c.what().ordinal());
        w.number(4, c.askedMillis());
      }
      case Command.LaunchOrdered c -> PoolCommandCodec.write(w, c);
      case Command.LaunchAnswered c -> PoolCommandCodec.write(w, c);
      case Command.InstanceSeen c -> PoolCommandCodec.write(w, c);
      case Command.InstanceGone c -> PoolCommandCodec.write(w, c);
      case Command.PoolBlocked c -> PoolCommandCodec.write(w, c);
      case Command.Tick c -> kind(w, 14, c.nowMillis());
      case Command.EndAllocation c -> StepCommandCodec.write(w, c);
      case Command.CreateStep c -> StepCommandCodec.write(w, c);
      case Command.CompleteStep c -> StepCommandCodec.write(w, c);
      case Command.SignalStep c -> StepCommandCodec.write(w, c);
      case Command.UpdateStep c -> StepCommandCodec.write(w, c);
      case Command.RaiseFeatureLevel c -> {
        kind(w, 15, c.nowMillis());
        w.number(2, c.level());
      }
    }
  }

  private static void proposal(TagWriter w, Proposal p) {
    w.number(2, p.jobId());
    w.number(3, p.jobVersion());
    w.number(4, p.epoch());
    w.number(5, p.partition());
    RecordCodec.writeAllocation(w, 6, p.allocation());
    w.numbers(7, p.nodeVersions());
    for (Proposal other : p.others()) {
      int mark = w.begin(120);
      proposal(w, other);
      w.end(mark);
    }
  }

  private static Proposal proposal(TagReader r) {
    Fields f = new Fields();
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      if (tag == 1 || !field(6, tag, r, f)) {
        throw r.unknown("a proposal", tag);
      }
    }
    return f.proposal();
  }

  private static void launch(TagWriter w, int kind, long nowMillis, long jobId, int restarts, int node, String nodeName) {
    kind(w, kind, nowMillis);
    w.number(2, jobId);
    w.number(3, restarts, 0);
    if (nodeName == null) {
      w.number(4, node);
    } else {
      w.text(NODE_NAME, nodeName);
    }
  }

  static void actor(TagWriter w, Actor a) {
    int mark = w.begin(2);
    w.number(1, a.uid());
    w.number(2, a.gid());
    w.flag(3, a.privileged());
    w.text(4, a.from());
    w.end(mark);
  }

  static Actor actor(TagReader r) {
    long uid = NO_VAL;
    long gid = NO_VAL;
    boolean privileged = false;
    String from = null;
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1 -> uid = r.number();
        case 2 -> gid = r.number();
        case 3 -> privileged = r.flag();
        case 4 -> from = r.text();
        default -> throw r.unknown("an actor", tag);
      }
    }
    return new Actor(uid, gid, privileged, from);
  }

  private static Command.PowerProgram powerProgram(int code) {
    return switch (code) {
      case 0 -> Command.PowerProgram.RESUME;
      case 1 -> Command.PowerProgram.SUSPEND;
      case 2 -> Command.PowerProgram.RESUME_FAILED;
      default -> throw new FormatException("power program " + code);
    };
  }

  private static void selector(TagWriter w, JobSelector s) {
    w.number(3, s.jobId());
    if (s.tasks() != null) {
      w.numbers(4, s.tasks().ranges());
    }
    w.number(120, s.component(), JobSelector.WHOLE);
  }

  /** What the fields of any command were read into; unset ones keep their default. */
  private static final class Fields {
    final long[] numbers = new long[12];
    final String[] texts = new String[12];
    String nodeName;
    boolean launchFailed;
    boolean incomplete;
    boolean special;
    int waits;
    String waitsText;
    boolean epilogFailed;
    String address;
    String hostName;
    Actor actor;
    TaskSet tasks;
    ClusterConfig config;
    Allocation allocation = new Allocation(List.of());
    long[] versions = {};
    List<String> list = List.of();
    NodeRecord.Registration registration;
    long lastResponse;
    String instance;
    NodeChanges nodeChanges = NodeChanges.NONE;
    PartitionChanges partitionChanges;
    TagReader reservation;
    final JobFields fields = new JobFields();
    int component = JobSelector.WHOLE;
    final List<JobFields> requests = new ArrayList<>();
    final List<Proposal> others = new ArrayList<>();
    Proposal place;

    JobSelector selector() {
      return new JobSelector(numbers[3], tasks, component);
    }

    Proposal proposal() {
      return new Proposal(numbers[2], numbers[3], numbers[4], integer(5), allocation, versions, others);
    }

    int node() {
      return nodeName == null ? integer(4) : -1;
    }

    int integer(int tag) {
      if (numbers[tag] != (int) numbers[tag]) {
        throw new FormatException("number " + numbers[tag] + " beyond 32 bits");
      }
      return (int) numbers[tag];
    }
  }

  private static Command read(int kind, TagReader r) {
    if (kind >= StepCommandCodec.FIRST_KIND && kind <= StepCommandCodec.LAST_KIND) {
      return StepCommandCodec.read(kind, r);
    }
    if (kind >= PoolCommandCodec.FIRST_KIND && kind <= PoolCommandCodec.LAST_KIND) {
      return PoolCommandCodec.read(kind, r);
    }
    Fields f = new Fields();
    if (kind == 13) {
      f.numbers[4] = NO_VAL;
      f.numbers[8] = NO_VAL;
    }
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      if (!field(kind, tag, r, f)) {
        throw r.unknown("command " + kind, tag);
      }
    }
    long now = f.numbers[1];
    return switch (kind) {
      case 1 -> new Command.Reconfigure(now, required(f.config, "configuration"));
      case 2 -> new Command.SubmitJob(now, required(f.actor, "actor"), f.fields, f.place);
      case 3 -> new Command.UpdateJob(now, required(f.actor, "actor"), f.selector(), f.fields, f.numbers[7] != 0);
      case 4 -> new Command.KillJob(now, required(f.actor, "actor"), f.selector(), f.integer(6), f.integer(7), f.waits, f.waitsText);
      case 5 -> new Command.RequeueJob(now, required(f.actor, "actor"), f.selector(), f.numbers[6] != 0, f.launchFailed, f.incomplete, f.special);
      case 6 -> new Command.StartJob(now, f.proposal());
      case 120 -> new Command.SubmitHetJob(now, required(f.actor, "actor"), f.requests);
      case 7 -> new Command.LaunchStarted(now, f.numbers[2], f.integer(3), f.node(), f.nodeName);
      case 8 -> new Command.LaunchEnded(
          now, f.numbers[2], f.integer(3), f.node(), f.nodeName, f.integer(5), f.numbers[6] != 0, f.texts[7], f.integer(8),
          f.numbers[9], f.numbers[10], f.numbers[11]);
      case 9 -> new Command.NodeReleased(now, f.numbers[2], f.integer(3), f.node(), f.nodeName, f.epilogFailed);
      case 10 -> new Command.RegisterNode(now, f.texts[2], required(f.registration, "registration"), f.list, f.lastResponse, f.instance,
          f.address, f.hostName);
      case 11 -> new Command.NodeLost(now, f.texts[2]);
      case 12 -> new Command.NodeFailed(now, f.texts[2], f.texts[3]);
      case 13 -> new Command.UpdateNode(
          now, required(f.actor, "actor"), f.list, f.numbers[4], f.texts[5], f.texts[6], f.texts[7], f.numbers[8],
          f.nodeChanges);
      case 14 -> new Command.Tick(now);
      case 70 -> new Command.PowerIssued(now, f.list, powerProgram(f.integer(3)), f.numbers[4]);
      case 15 -> new Command.RaiseFeatureLevel(now, f.integer(2));
      case 30 -> new Command.UpdatePartition(
          now, required(f.actor, "actor"), f.numbers[3] != 0, required(f.partitionChanges, "changes"));
      case 32 -> new Command.SuspendJob(now, required(f.actor, "actor"), f.selector(), f.numbers[5] != 0);
      case 34 -> UpdateCodec.changeReservation(now, required(f.actor, "actor"), f.reservation == null ? new TagReader(new byte[0]) : f.reservation);
      case 35 -> new Command.DeleteReservation(now, required(f.actor, "actor"), f.texts[3]);
      case 220 -> new Command.UpdateSuspendExclusions(
          now, required(f.actor, "actor"), new SuspendExclusions(f.texts[3], f.texts[4], f.texts[5]));
      case 33 -> new Command.TopJobs(now, required(f.actor, "actor"), f.versions);
      case 31 -> new Command.DeletePartition(now, required(f.actor, "actor"), f.texts[3]);
      default -> throw new FormatException("command kind " + kind + " is not known to this release (feature level "
          + StateMachine.FEATURE_LEVEL + ")");
    };
  }

  private static <T> T required(T value, String what) {
    if (value == null) {
      throw new FormatException("command without its " + what);
    }
    return value;
  }

  /** Reads one field; false if that command has no such field. */
  private static boolean field(int kind, int tag, TagReader r, Fields f) {
    if (tag == 1) {
      f.numbers[1] = r.number();
      return true;
    }
    if (tag > 0xff) {
      return false; // no field of ours, and the case labels below have 8 bits for it
    }
    switch (kind << 8 | tag) {
      case 1 << 8 | 2 -> f.config = ConfigCodec.read(r.group());
      case 2 << 8 | 2, 3 << 8 | 2, 4 << 8 | 2, 5 << 8 | 2, 13 << 8 | 2, 30 << 8 | 2, 31 << 8 | 2, 32 << 8 | 2, 33 << 8 | 2, 34 << 8 | 2, 35 << 8 | 2, 220 << 8 | 2 -> f.actor = actor(r.group());
      case 2 << 8 | 3, 3 << 8 | 6 -> JobFieldsCodec.read(r.group(), f.fields);
      case 3 << 8 | 4, 4 << 8 | 4, 5 << 8 | 4, 32 << 8 | 4 -> f.tasks = RecordCodec.tasks(r);
      case 120 << 8 | 2 -> f.actor = actor(r.group());
      case 120 << 8 | 3 -> {
        JobFields request = new JobFields();
        JobFieldsCodec.read(r.group(), request);
        f.requests.add(request);
      }
      case 3 << 8 | 120, 4 << 8 | 120, 5 << 8 | 120, 32 << 8 | 120 -> f.component = r.integer();
      case 2 << 8 | PLACE -> f.place = proposal(r.group());
      case 6 << 8 | 120 -> f.others.add(proposal(r.group()));
      case 6 << 8 | 6 -> f.allocation = RecordCodec.readAllocation(r.group());
      case 6 << 8 | 7, 33 << 8 | 3 -> f.versions = r.numbers();
      case 10 << 8 | 140 -> f.lastResponse = r.number();
      case 10 << 8 | 224 -> f.instance = r.text();
      case 10 << 8 | 231 -> f.address = r.text();
      case 10 << 8 | 232 -> f.hostName = r.text();
      case 10 << 8 | 3 -> f.registration = RecordCodec.readRegistration(r.group());
      case 10 << 8 | 4, 13 << 8 | 3, 70 << 8 | 2 -> f.list = r.texts();
      case 8 << 8 | 7, 10 << 8 | 2, 11 << 8 | 2, 12 << 8 | 2, 12 << 8 | 3, 13 << 8 | 5, 13 << 8 | 6, 13 << 8 | 7 ->
        f.texts[tag] = r.text();
      case 7 << 8 | NODE_NAME, 8 << 8 | NODE_NAME, 9 << 8 | NODE_NAME -> f.nodeName = r.text();
      case 5 << 8 | LAUNCH_FAILED -> f.launchFailed = r.flag();
      case 5 << 8 | INCOMPLETE -> f.incomplete = r.flag();
      case 5 << 8 | SPECIAL -> f.special = r.flag();
      case 4 << 8 | WAITS -> f.waits = r.integer();
      case 4 << 8 | WAITS_TEXT -> f.waitsText = r.text();
      case 9 << 8 | EPILOG_FAILED -> f.epilogFailed = r.flag();
      case 13 << 8 | 9 -> f.nodeChanges = UpdateCodec.nodeChanges(r.group());
      case 30 << 8 | 4 -> f.partitionChanges = UpdateCodec.partitionChanges(r.group());
      case 31 << 8 | 3, 35 << 8 | 3, 220 << 8 | 3, 220 << 8 | 4, 220 << 8 | 5 -> f.texts[tag] = r.text();
      case 34 << 8 | 3 -> f.reservation = r.group();
      case 30 << 8 | 3,
          32 << 8 | 3, 32 << 8 | 5,
          3 << 8 | 3, 3 << 8 | 7,
          4 << 8 | 3, 4 << 8 | 6, 4 << 8 | 7,
          5 << 8 | 3, 5 << 8 | 6,
          6 << 8 | 2, 6 << 8 | 3, 6 << 8 | 4, 6 << 8 | 5,
          7 << 8 | 2, 7 << 8 | 3, 7 << 8 | 4,
          8 << 8 | 2, 8 << 8 | 3, 8 << 8 | 4, 8 << 8 | 5, 8 << 8 | 6, 8 << 8 | 8, 8 << 8 | 9, 8 << 8 | 10, 8 << 8 | 11,
          9 << 8 | 2, 9 << 8 | 3, 9 << 8 | 4,
          13 << 8 | 4, 13 << 8 | 8,
          70 << 8 | 3, 70 << 8 | 4,
          15 << 8 | 2 -> f.numbers[tag] = r.number();
      default -> {
        return false;
      }
    }
    return true;
  }
}
