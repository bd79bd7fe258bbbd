package org.slurmctldj.config;

import org.slurmctldj.proto.wire.SlurmConstants;

/** SuspendTime=: seconds; -1, NONE and INFINITE mean never, as does no value. */
final class SuspendTimeText {
  private SuspendTimeText() {}

  /** Seconds, or INFINITE. */
  static long seconds(String text) {
    if (text == null || text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return SlurmConstants.INFINITE;
    }
    return Long.parseLong(text);
  }
}
