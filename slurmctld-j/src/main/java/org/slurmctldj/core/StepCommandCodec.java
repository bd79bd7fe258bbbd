package org.slurmctldj.core;

/** The journal's encoding of commands about allocations without a script and about steps: kinds 50 to 69. */
final class StepCommandCodec {
  static final int FIRST_KIND = 50;
  static final int LAST_KIND = 69;
  private static final int END_ALLOCATION = 50;

  private StepCommandCodec() {}

  static void write(TagWriter w, Command.EndAllocation c) {
    CommandCodec.kind(w, END_ALLOCATION, c.nowMillis());
    CommandCodec.actor(w, c.actor());
    w.number(3, c.jobId());
    w.number(4, c.jobRc());
    w.number(5, c.cause().code());
  }

  static Command read(int kind, TagReader r) {
    return switch (kind) {
      case END_ALLOCATION -> endAllocation(r);
      default -> throw unknown(kind);
    };
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
