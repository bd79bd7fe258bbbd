package org.slurmctldj.journal;

import java.util.Arrays;

/**
 * Where the last blobs that were named lie: users submit the same script and environment over and over, and comparing
 * their hash with the one on disk costs a read each time. A location is never given to another blob, so what is
 * remembered here stays true; whether the blob is still there the index says. The writer thread's own.
 */
final class RecentBlobs {
  private static final int SLOTS = 1 << 10;

  private final byte[][] hashes = new byte[SLOTS][];
  private final long[] locations = new long[SLOTS];

  boolean isAt(byte[] hash, long location) {
    int slot = slot(hash);
    return locations[slot] == location && Arrays.equals(hashes[slot], hash);
  }

  void remember(byte[] hash, long location) {
    int slot = slot(hash);
    hashes[slot] = hash;
    locations[slot] = location;
  }

  private static int slot(byte[] hash) {
    return (hash[0] << 8 | hash[1] & 0xff) & SLOTS - 1;
  }
}
