package org.slurmctldj.config;

import java.util.Locale;
import org.slurmctldj.proto.conf.SlurmConf;

/** PriorityFlags= and PriorityUsageResetPeriod= as numbers on the wire. */
final class PriorityWords {
  private static final int FAIR_TREE = 1 << 5;

  private PriorityWords() {}

  static int flags(SlurmConf conf) {
    int bits = FAIR_TREE;
    for (String word : conf.options("PriorityFlags").items()) {
      switch (word.toUpperCase(Locale.ROOT)) {
        case "ACCRUE_ALWAYS" -> bits |= 1;
        case "MAX_TRES" -> bits |= 1 << 1;
        case "SMALL_RELATIVE_TO_TIME" -> bits |= 1 << 2;
        case "DEPTH_OBLIVIOUS" -> bits = bits & ~FAIR_TREE | 1 << 3;
        case "CALCULATE_RUNNING" -> bits |= 1 << 4;
        case "NO_FAIR_TREE" -> bits &= ~FAIR_TREE;
        case "INCR_ONLY" -> bits |= 1 << 6;
        case "NO_NORMAL_ALL" -> bits |= 0xf << 7;
        case "NO_NORMAL_ASSOC" -> bits |= 1 << 7;
        case "NO_NORMAL_PART" -> bits |= 1 << 8;
        case "NO_NORMAL_QOS" -> bits |= 1 << 9;
        case "NO_NORMAL_TRES" -> bits |= 1 << 10;
        case "MAX_TRES_GRES" -> bits |= 1 << 11;
        default -> {} // Slurm does not look
      }
    }
    return bits;
  }

  static int resetPeriod(SlurmConf conf) {
    return switch (conf.text("PriorityUsageResetPeriod", "NONE").toUpperCase(Locale.ROOT)) {
      case "NOW" -> 1;
      case "DAILY" -> 2;
      case "WEEKLY" -> 3;
      case "MONTHLY" -> 4;
      case "QUARTERLY" -> 5;
      case "YEARLY" -> 6;
      default -> 0;
    };
  }
}
