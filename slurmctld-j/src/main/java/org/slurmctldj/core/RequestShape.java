package org.slurmctldj.core;

import java.util.List;

/**
 * A number for what a request asks of the cluster: jobs with equal numbers fit on the same nodes in the
 * same way, so planners decode one of them for all. Written to the jobs' columns by apply. (Should two
 * different requests ever share one, apply refuses what does not fit.)
 */
public final class RequestShape {
  private RequestShape() {}

  /** Everything that {@link JobSize}, {@link NodeFit}, {@link PartitionLimits} and node lists look at. */
  private static final List<JobField> FIELDS =
      JobField.VALUES.stream()
          .filter(
              f ->
                  switch (f) {
                    case LICENSES, FEATURES, REQ_NODES, EXC_NODES, RESERVATION, NETWORK, QOS, ACCOUNT -> true;
                    case TIME_LIMIT, TIME_MIN, BITFLAGS -> true;
                    case CPU_BIND_TYPE, CPU_BIND, MEM_BIND_TYPE, MEM_BIND, CPU_FREQ_MIN, CPU_FREQ_MAX, CPU_FREQ_GOV -> false;
                    default -> f.number() >= 50 && f.number() < 100;
                  })
          .toList();

  public static long of(JobRecord job) {
    long h = 0x9e3779b97f4a7c15L;
    for (int p : job.partitions) {
      h = mix(h, p + 1);
    }
    for (JobField f : FIELDS) {
      if (!job.request.has(f)) {
        continue;
      }
      h = mix(h, f.number());
      switch (f.kind()) {
        case NUMBER -> h = mix(h, job.request.number(f));
        case TEXT -> h = mix(h, job.request.text(f));
        case NUMBERS -> {
          for (long v : job.request.numbers(f)) {
            h = mix(h, v);
          }
        }
        case TEXTS -> {
          for (String s : job.request.texts(f)) {
            h = mix(h, s);
          }
        }
      }
    }
    return h;
  }

  private static long mix(long h, String text) {
    for (int i = 0; i < text.length(); i++) {
      h = mix(h, text.charAt(i));
    }
    return mix(h, -1 - text.length());
  }

  private static long mix(long h, long v) {
    h = (h ^ v) * 0xff51afd7ed558ccdL;
    h = (h ^ h >>> 32) * 0xc4ceb9fe1a85ec53L;
    return h ^ h >>> 29;
  }
}
