package org.slurmctldj.client.text;

import java.util.OptionalLong;

/** Job states by name and abbreviation; a flag hides the base state it stands on. Taken from libslurm 22.05.8 call by call. */
public final class JobStates {
  public static final int PENDING = 0;
  public static final int RUNNING = 1;
  public static final int SUSPENDED = 2;
  public static final int COMPLETED = 3;
  public static final int FAILED = 5;
  public static final int TIMEOUT = 6;
  public static final int BOOT_FAIL = 9;
  public static final int DEADLINE = 10;
  public static final int OUT_OF_MEMORY = 11;
  public static final long BASE = 0xff;

  public static final long REQUEUE = 1 << 10;
  public static final long REQUEUE_HOLD = 1 << 11;
  public static final long SPECIAL_EXIT = 1 << 12;
  public static final long RESIZING = 1 << 13;
  public static final long CONFIGURING = 1 << 14;
  public static final long COMPLETING = 1 << 15;
  public static final long STOPPED = 1 << 16;
  public static final long REVOKED = 1 << 19;
  public static final long REQUEUE_FED = 1 << 20;
  public static final long RESV_DEL_HOLD = 1 << 21;
  public static final long SIGNALING = 1 << 22;
  public static final long STAGE_OUT = 1 << 23;
  /** From 25.11 on. */
  public static final long EXPEDITING = 1 << 24;

  private static final String[] BASE_NAMES = {
    "PENDING", "RUNNING", "SUSPENDED", "COMPLETED", "CANCELLED", "FAILED", "TIMEOUT", "NODE_FAIL", "PREEMPTED", "BOOT_FAIL",
    "DEADLINE", "OUT_OF_MEMORY"
  };
  private static final String[] BASE_COMPACT = {"PD", "R", "S", "CD", "CA", "F", "TO", "NF", "PR", "BF", "DL", "OOM"};

  /** In the order in which the first one set is shown. */
  private static final long[] FLAGS = {
    COMPLETING, STAGE_OUT, CONFIGURING, RESIZING, REQUEUE, REQUEUE_FED, REQUEUE_HOLD, SPECIAL_EXIT, STOPPED, REVOKED,
    RESV_DEL_HOLD, SIGNALING, EXPEDITING
  };
  private static final String[] FLAG_NAMES = {
    "COMPLETING", "STAGE_OUT", "CONFIGURING", "RESIZING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT", "STOPPED",
    "REVOKED", "RESV_DEL_HOLD", "SIGNALING", "EXPEDITING"
  };
  private static final String[] FLAG_COMPACT = {"CG", "SO", "CF", "RS", "RQ", "RF", "RH", "SE", "ST", "RV", "RD", "SI", "PD"};

  public static String name(long state) {
    return text(state, FLAG_NAMES, BASE_NAMES);
  }

  public static String compact(long state) {
    return text(state, FLAG_COMPACT, BASE_COMPACT);
  }

  public static int base(long state) {
    return (int) (state & BASE);
  }

  /** The base state or flag of a name or abbreviation in any case. */
  public static OptionalLong parse(String text) {
    for (int i = 0; i < BASE_NAMES.length; i++) {
      if (text.equalsIgnoreCase(BASE_NAMES[i]) || text.equalsIgnoreCase(BASE_COMPACT[i])) {
        return OptionalLong.of(i);
      }
    }
    for (int i = 0; i < FLAGS.length; i++) {
      if (text.equalsIgnoreCase(FLAG_NAMES[i]) || text.equalsIgnoreCase(FLAG_COMPACT[i])) {
        return OptionalLong.of(FLAGS[i]);
      }
    }
    return OptionalLong.empty();
  }

  private static String text(long state, String[] flagTexts, String[] baseTexts) {
    for (int i = 0; i < FLAGS.length; i++) {
      if ((state & FLAGS[i]) != 0) {
        return flagTexts[i];
      }
    }
    int base = base(state);
    return base < baseTexts.length ? baseTexts[base] : "?";
  }

  private JobStates() {}
}
