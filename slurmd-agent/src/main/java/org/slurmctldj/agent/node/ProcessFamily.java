package org.slurmctldj.agent.node;

import java.util.stream.LongStream;

/** Processes by their descent. */
public final class ProcessFamily {
  /** Those of {@code roots} that live, and all below them, in order of pid. */
  public static long[] below(long[] roots) {
    return LongStream.of(roots)
        .mapToObj(ProcessHandle::of)
        .flatMap(java.util.Optional::stream)
        .flatMap(p -> java.util.stream.Stream.concat(java.util.stream.Stream.of(p), p.descendants()))
        .filter(ProcessHandle::isAlive)
        .mapToLong(ProcessHandle::pid)
        .sorted()
        .distinct()
        .toArray();
  }

  private ProcessFamily() {}
}
