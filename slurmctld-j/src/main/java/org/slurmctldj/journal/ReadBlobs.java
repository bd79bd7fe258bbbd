package org.slurmctldj.journal;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The contents that were read last: a thousand jobs with the same script and environment are launched with one read of each.
 * A location is never given to another blob, so what is remembered here stays true; whether the blob is still there the
 * index says. Any thread; at most {@link #SLOTS} times {@link #LARGEST} bytes.
 */
final class ReadBlobs {
  private static final int SLOTS = 128;
  private static final int LARGEST = 32 << 10;

  private record Read(byte[] hash, long location, byte[] content) {}

  private final AtomicReferenceArray<Read> slots = new AtomicReferenceArray<>(SLOTS);

  Optional<byte[]> at(byte[] hash, long location) {
    Read r = slots.get(slot(hash));
    return r != null && r.location == location && Arrays.equals(r.hash, hash) ? Optional.of(r.content) : Optional.empty();
  }

  void remember(byte[] hash, long location, byte[] content) {
    if (content.length <= LARGEST) {
      slots.set(slot(hash), new Read(hash, location, content));
    }
  }

  private static int slot(byte[] hash) {
    return (hash[0] << 8 | hash[1] & 0xff) & SLOTS - 1;
  }
}
