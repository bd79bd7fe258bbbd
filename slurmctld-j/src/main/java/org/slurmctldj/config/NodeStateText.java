package org.slurmctldj.config;

import java.util.Locale;
import java.util.OptionalLong;

/** State= of NodeName and DownNodes lines as Slurm's node state number. */
final class NodeStateText {
  static final long UNKNOWN = 0;
  static final long DOWN = 1;
  static final long IDLE = 2;
  static final long FUTURE = 6;
  static final long DRAIN = 1 << 9;
  static final long FAIL = 1 << 13;
  static final long CLOUD = 1 << 7;
  static final long POWERED_DOWN = 1 << 12;

  private NodeStateText() {}

  /** The number, or empty if a configuration file may not say that. */
  static OptionalLong of(String text) {
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "UNKNOWN" -> OptionalLong.of(UNKNOWN);
      case "DOWN" -> OptionalLong.of(DOWN);
      case "IDLE" -> OptionalLong.of(IDLE);
      case "DRAIN" -> OptionalLong.of(UNKNOWN | DRAIN);
      case "FAIL", "FAILING" -> OptionalLong.of(IDLE | FAIL);
      case "FUTURE" -> OptionalLong.of(FUTURE);
      case "CLOUD" -> OptionalLong.of(IDLE | CLOUD | POWERED_DOWN);
      default -> OptionalLong.empty();
    };
  }
}
