package org.slurmctldj.core;

/** The journal's encoding of commands about allocations without a script and about steps: kinds 50 to 69. */
final class StepCommandCodec {
  static final int FIRST_KIND = 50;
  static final int LAST_KIND = 69;
  private static final int END_ALLOCATION = 50;
  private static final int CREATE_STEP = 51;
  private static final int COMPLETE_STEP = 52;
  private static final int SIGNAL_STEP = 53;
  private static final int UPDATE_STEP = 54;

  private StepCommandCodec() {}

  static void write(TagWriter w, Command.EndAllocation c) {
    CommandCodec.kind(w, END_ALLOCATION, c.nowMillis());
    CommandCodec.actor(w, c.actor());
    w.number(3, c.jobId());
    w.number(4, c.jobRc());
    w.number(5, c.cause().code());
  }

  static void write(TagWriter w, Command.CreateStep c) {
    step(w, CREATE_STEP, c.nowMillis(), c.actor(), c.jobId(), c.stepId());
    JobFieldsCodec.write(w, 5, c.request(), JobFieldsCodec.Part.ALL);
  }

  static void write(TagWriter w, Command.CompleteStep c) {
    step(w, COMPLETE_STEP, c.nowMillis(), c.actor(), c.jobId(), c.stepId());
    w.number(6, c.first());
    w.number(7, c.last());
    w.number(8, c.exitCode());
    w.number(120, c.component(), SlurmNumbers.NO_VAL);
  }

  static void write(TagWriter w, Command.SignalStep c) {
    step(w, SIGNAL_STEP, c.nowMillis(), c.actor(), c.jobId(), c.stepId());
    w.number(6, c.signal());
    w.number(7, c.flags());
  }

  static void write(TagWriter w, Command.UpdateStep c) {
    step(w, UPDATE_STEP, c.nowMillis(), c.actor(), c.jobId(), c.stepId());
    w.number(6, c.timeLimit());
  }

  private static void step(TagWriter w, int kind, long nowMillis, Actor actor, long jobId, long stepId) {
    CommandCodec.kind(w, kind, nowMillis);
    CommandCodec.actor(w, actor);
    w.number(3, jobId);
    w.number(4, stepId);
  }

  static Command read(int kind, TagReader r) {
    return switch (kind) {
      case END_ALLOCATION -> endAllocation(r);
      case CREATE_STEP, COMPLETE_STEP, SIGNAL_STEP, UPDATE_STEP -> step(kind, r);
      default -> throw unknown(kind);
    };
  }

  private static Command step(int kind, TagReader r) {
    long[] n = new long[9];
    Actor actor = null;
    JobFields request = new JobFields();
    long component = SlurmNumbers.NO_VAL;
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1, 3, 4, 6, 7, 8 -> n[tag] = r.number();
        case 2 -> actor = CommandCodec.actor(r.group());
        case 5 -> JobFieldsCodec.read(r.group(), request);
        case 120 -> component = r.number();
        default -> throw r.unknown("command " + kind, tag);
      }
    }
    return switch (kind) {
      case CREATE_STEP -> new Command.CreateStep(n[1], required(actor), n[3], n[4], request);
      case COMPLETE_STEP -> new Command.CompleteStep(n[1], required(actor), n[3], n[4], integer(n[6]), integer(n[7]), integer(n[8]), component);
      case SIGNAL_STEP -> new Command.SignalStep(n[1], required(actor), n[3], n[4], integer(n[6]), integer(n[7]));
      default -> new Command.UpdateStep(n[1], required(actor), n[3], n[4], n[6]);
    };
  }

  private static int integer(long v) {
    if (v != (int) v) {
      throw new TagReader.FormatException("number " + v + " beyond 32 bits");
    }
    return (int) v;
  }

  private static TagReader.FormatException unknown(int kind) {
    return new TagReader.FormatException(
        "command kind " + kind + " is not known to this release (feature level " + StateMachine.FEATURE_LEVEL + ")");
  }

  private static Actor required(Actor actor) {
    if (actor == null) {
      throw new TagReader.FormatException("command without its actor");
    }
    return actor;
  }

  private static Command endAllocation(TagReader r) {
    long now = 0;
    Actor actor = null;
    long jobId = 0;
    long rc = 0;
    AllocationEnd cause = AllocationEnd.CLIENT;
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1 -> now = r.number();
        case 2 -> actor = CommandCodec.actor(r.group());
        case 3 -> jobId = r.number();
        case 4 -> rc = r.number();
        case 5 -> cause = AllocationEnd.byCode(r.integer());
        default -> throw r.unknown("command " + END_ALLOCATION, tag);
      }
    }
    return new Command.EndAllocation(now, required(actor), jobId, rc, cause);
  }
}
