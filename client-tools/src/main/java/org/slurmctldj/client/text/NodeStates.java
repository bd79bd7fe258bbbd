package org.slurmctldj.client.text;

import java.util.Locale;

/**
 * Node states by name, with the mark for the flag that matters most. Checked against libslurm 22.05.8 for every base state with
 * every combination of up to four flags.
 */
public final class NodeStates {
  public static final int UNKNOWN = 0;
  public static final int DOWN = 1;
  public static final int IDLE = 2;
  public static final int ALLOCATED = 3;
  public static final int ERROR = 4;
  public static final int MIXED = 5;
  public static final int FUTURE = 6;
  public static final int BASE = 0xf;

  public static final long NET = 1 << 4;
  public static final long RESERVED = 1 << 5;
  public static final long CLOUD = 1 << 7;
  public static final long RESUME = 1 << 8;
  public static final long DRAIN = 1 << 9;
  public static final long COMPLETING = 1 << 10;
  public static final long NO_RESPOND = 1 << 11;
  public static final long POWERED_DOWN = 1 << 12;
  public static final long FAIL = 1 << 13;
  public static final long POWERING_UP = 1 << 14;
  public static final long MAINT = 1 << 15;
  public static final long REBOOT_REQUESTED = 1 << 16;
  public static final long REBOOT_CANCEL = 1 << 17;
  public static final long POWERING_DOWN = 1 << 18;
  public static final long DYNAMIC_FUTURE = 1 << 19;
  public static final long REBOOT_ISSUED = 1 << 20;
  public static final long PLANNED = 1 << 21;
  public static final long INVALID_REG = 1 << 22;
  public static final long POWER_DOWN = 1 << 23;
  public static final long POWER_UP = 1 << 24;
  public static final long DYNAMIC_NORM = 1 << 26;
  public static final long BLOCKED = 1 << 27;

  private static final long[] MARK_FLAGS = {
    MAINT, REBOOT_ISSUED, REBOOT_REQUESTED, POWERING_UP, POWERING_DOWN, POWERED_DOWN, POWER_DOWN, NO_RESPOND
  };
  private static final String MARKS = "$^@#%~!*";

  private static final String[] BASE_NAMES = {"UNKNOWN", "DOWN", "IDLE", "ALLOCATED", "ERROR", "MIXED", "FUTURE"};

  /** Alone on an unknown node, these show as they are. */
  private static final long[] LONE_FLAGS = {
    CLOUD, POWERED_DOWN, POWERING_UP, REBOOT_CANCEL, POWERING_DOWN, POWER_DOWN, POWER_UP
  };
  private static final String[] LONE_NAMES = {
    "CLOUD", "POWERED_DOWN", "POWERING_UP", "CANCEL_REBOOT", "POWERING_DOWN", "POWER_DOWN", "POWER_UP"
  };

  /** In the order of {@link #complete}. */
  private static final long[] COMPLETE_FLAGS = {
    BLOCKED, CLOUD, COMPLETING, DRAIN, DYNAMIC_FUTURE, DYNAMIC_NORM, INVALID_REG, FAIL, MAINT, POWER_DOWN, POWER_UP, NET,
    POWERED_DOWN, REBOOT_REQUESTED, REBOOT_ISSUED, RESERVED, RESUME, NO_RESPOND, PLANNED, POWERING_UP, POWERING_DOWN
  };
  private static final String[] COMPLETE_NAMES = {
    "BLOCKED", "CLOUD", "COMPLETING", "DRAIN", "DYNAMIC_FUTURE", "DYNAMIC_NORM", "INVALID_REG", "FAIL", "MAINTENANCE",
    "POWER_DOWN", "POWER_UP", "PERFCTRS", "POWERED_DOWN", "REBOOT_REQUESTED", "REBOOT_ISSUED", "RESERVED", "RESUME",
    "NOT_RESPONDING", "PLANNED", "POWERING_UP", "POWERING_DOWN"
  };

  /** "IDLE", "MIXED*", "DRAINING". */
  public static String name(long state) {
    return text(state, true);
  }

  /** "IDLE", "MIX*", "DRNG". */
  public static String compact(long state) {
    return text(state, false);
  }

  public static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** The base state and every flag: "IDLE+CLOUD+POWERED_DOWN". */
  public static String complete(long state) {
    int base = base(state);
    StringBuilder b = new StringBuilder(base < BASE_NAMES.length ? BASE_NAMES[base] : "INVALID");
    for (int i = 0; i < COMPLETE_FLAGS.length; i++) {
      if (has(state, COMPLETE_FLAGS[i])) {
        b.append('+').append(COMPLETE_NAMES[i]);
      }
    }
    return b.toString();
  }

  public static int base(long state) {
    return (int) (state & BASE);
  }

  public static boolean has(long state, long flag) {
    return (state & flag) != 0;
  }

  private static String text(long state, boolean full) {
    int base = base(state);
    boolean works = base == ALLOCATED || base == MIXED;
    boolean completing = has(state, COMPLETING);
    String star = has(state, NO_RESPOND) ? "*" : "";
    if (has(state, INVALID_REG)) {
      return "INVAL";
    }
    if (has(state, MAINT) && !has(state, DRAIN) && !works && base != DOWN) {
      return "MAINT" + star;
    }
    if (has(state, REBOOT_REQUESTED | REBOOT_ISSUED) && !works) {
      return (full ? "REBOOT" : "BOOT") + (has(state, REBOOT_ISSUED) ? "^" : star);
    }
    String mark = mark(state);
    if (has(state, DRAIN)) {
      return (completing || works ? full ? "DRAINING" : "DRNG" : full ? "DRAINED" : "DRAIN") + mark;
    }
    if (has(state, FAIL)) {
      return (completing || base == ALLOCATED ? full ? "FAILING" : "FAILG" : "FAIL") + star;
    }
    if (base == DOWN) {
      return "DOWN" + mark;
    }
    if (base == ALLOCATED) {
      return (full ? "ALLOCATED" : "ALLOC") + (mark.isEmpty() && completing ? "+" : mark);
    }
    if (completing) {
      return (full ? "COMPLETING" : "COMP") + mark;
    }
    return switch (base) {
      case IDLE -> mark.isEmpty() ? idle(state, full) : "IDLE" + mark;
      case MIXED -> (full ? "MIXED" : "MIX") + (mark.isEmpty() && has(state, PLANNED) ? "-" : mark);
      case FUTURE -> (full ? "FUTURE" : "FUTR") + mark;
      default -> has(state, RESUME) ? full ? "RESUME" : "RESM" : base == UNKNOWN ? unknown(state, full, star) : "?";
    };
  }

  private static String idle(long state, boolean full) {
    if (has(state, NET)) {
      return full ? "PERFCTRS" : "NPC";
    } else if (has(state, RESERVED)) {
      return full ? "RESERVED" : "RESV";
    } else if (has(state, PLANNED)) {
      return full ? "PLANNED" : "PLND";
    } else if (has(state, BLOCKED)) {
      return full ? "BLOCKED" : "BLOCK";
    }
    return "IDLE";
  }

  private static String unknown(long state, boolean full, String star) {
    if (full) {
      for (int i = 0; i < LONE_FLAGS.length; i++) {
        if (state == LONE_FLAGS[i]) {
          return LONE_NAMES[i];
        }
      }
    }
    return (full ? "UNKNOWN" : "UNK") + star;
  }

  private static String mark(long state) {
    for (int i = 0; i < MARK_FLAGS.length; i++) {
      if (has(state, MARK_FLAGS[i])) {
        return MARKS.substring(i, i + 1);
      }
    }
    return "";
  }

  private NodeStates() {}
}
