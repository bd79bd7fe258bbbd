package org.slurmctldj.rpc.handlers;

/** Bits of show_flags. */
final class ShowFlags {
  static final int ALL = 1;
  static final int DETAIL = 1 << 1;
  static final int FUTURE = 1 << 7;

  static boolean has(int flags, int bit) {
    return (flags & bit) != 0;
  }

  private ShowFlags() {}
}
