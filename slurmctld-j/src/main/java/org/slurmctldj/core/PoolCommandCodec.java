package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.core.TagReader.FormatException;

/** The journal's encoding of commands about instances of pools: kinds 140 to 159. */
final class PoolCommandCodec {
  static final int FIRST_KIND = 140;
  static final int LAST_KIND = 159;
  private static final int LAUNCH_ORDERED = 140;
  private static final int LAUNCH_ANSWERED = 141;
  private static final int INSTANCE_SEEN = 142;
  private static final int INSTANCE_GONE = 143;
  private static final int POOL_BLOCKED = 144;

  private PoolCommandCodec() {}

  static void write(TagWriter w, Command.LaunchOrdered c) {
    CommandCodec.kind(w, LAUNCH_ORDERED, c.nowMillis());
    w.text(2, c.token());
    w.text(3, c.option());
    w.texts(8, c.nodes());
    w.number(10, c.least());
  }

  static void write(TagWriter w, Command.LaunchAnswered c) {
    CommandCodec.kind(w, LAUNCH_ANSWERED, c.nowMillis());
    w.text(2, c.token());
    w.text(3, c.code());
    w.text(4, c.message());
    for (Command.BoundInstance b : c.started()) {
      int mark = w.begin(9);
      w.text(1, b.node());
      w.text(2, b.instance());
      w.text(3, b.type());
      w.text(4, b.address());
      w.text(5, b.hostName());
      w.end(mark);
    }
  }

  static void write(TagWriter w, Command.InstanceSeen c) {
    CommandCodec.kind(w, INSTANCE_SEEN, c.nowMillis());
    w.text(2, c.node());
    w.text(3, c.instance());
    w.text(4, c.address());
    w.text(5, c.hostName());
    w.number(10, switch (c.phase()) {
      case RUNNING -> 1;
      case HELLO -> 2;
    });
  }

  static void write(TagWriter w, Command.InstanceGone c) {
    CommandCodec.kind(w, INSTANCE_GONE, c.nowMillis());
    w.text(2, c.node());
    w.text(3, c.instance());
    w.text(4, c.why());
  }

  static void write(TagWriter w, Command.PoolBlocked c) {
    CommandCodec.kind(w, POOL_BLOCKED, c.nowMillis());
    w.text(2, c.pool());
    w.text(3, c.code());
    w.text(4, c.message());
    w.number(10, c.untilMillis());
  }

  static Command read(int kind, TagReader r) {
    String[] t = new String[8];
    long now = 0;
    long number = 0;
    List<String> nodes = List.of();
    List<Command.BoundInstance> started = new ArrayList<>();
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1 -> now = r.number();
        case 2, 3, 4, 5 -> t[tag] = r.text();
        case 8 -> nodes = r.texts();
        case 9 -> started.add(bound(r.group()));
        case 10 -> number = r.number();
        default -> throw r.unknown("command " + kind, tag);
      }
    }
    return switch (kind) {
      case LAUNCH_ORDERED -> new Command.LaunchOrdered(now, t[2], t[3], nodes, (int) number);
      case LAUNCH_ANSWERED -> new Command.LaunchAnswered(now, t[2], started, t[3], t[4]);
      case INSTANCE_SEEN -> new Command.InstanceSeen(now, t[2], t[3], phase(number), t[4], t[5]);
      case INSTANCE_GONE -> new Command.InstanceGone(now, t[2], t[3], t[4]);
      case POOL_BLOCKED -> new Command.PoolBlocked(now, t[2], number, t[3], t[4]);
      default -> throw new FormatException("command kind " + kind + " is not known to this release (feature level "
          + StateMachine.FEATURE_LEVEL + ")");
    };
  }

  private static Command.InstancePhase phase(long code) {
    if (code == 1) {
      return Command.InstancePhase.RUNNING;
    } else if (code == 2) {
      return Command.InstancePhase.HELLO;
    }
    throw new FormatException("instance phase " + code);
  }

  private static Command.BoundInstance bound(TagReader r) {
    String[] t = new String[6];
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      if (tag > 5) {
        throw r.unknown("a started instance", tag);
      }
      t[tag] = r.text();
    }
    return new Command.BoundInstance(t[1], t[2], t[3], t[4], t[5]);
  }
}
