package org.slurmctldj.core;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The cluster's licences: {@code Licenses=foo:4,bar} in slurm.conf, {@code -L foo:2} in a request. A
 * job holds its licences from its start until it begins to end, as in Slurm.
 */
public final class Licenses {
  private Licenses() {}

  /** Counts by name, in name order; a name alone counts 1. Empty for null; null for a text that is none. */
  public static Map<String, Long> parse(String text) {
    if (text == null || text.isEmpty()) {
      return Collections.emptyMap();
    }
    Map<String, Long> counts = new TreeMap<>();
    for (String part : text.split("[,;]")) {
      int colon = Math.max(part.lastIndexOf(':'), part.lastIndexOf('*'));
      String name = (colon < 0 ? part : part.substring(0, colon)).strip();
      String number = colon < 0 ? "1" : part.substring(colon + 1).strip();
      if (name.isEmpty() || number.isEmpty() || number.length() > 9 || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return null;
      }
      counts.merge(name, Long.parseLong(number), Long::sum);
    }
    return counts;
  }

  /** What the configuration has. */
  public static Map<String, Long> configured(ClusterConfig config) {
    Map<String, Long> counts = parse(config.limits().licenses());
    return counts == null ? Collections.emptyMap() : counts;
  }

  /** What the jobs that run now hold. */
  public static Map<String, Long> inUse(ClusterView view) {
    Map<String, Long> counts = new TreeMap<>();
    if (configured(view.config()).isEmpty()) {
      return counts; // without licences no job can hold one: spares every plan a walk through all jobs
    }
    view.forEachJob(
        j -> {
          if (holds(j.phase)) {
            add(counts, j.request.text(JobField.LICENSES));
          }
        });
    return counts;
  }

  /** Whether a job in that phase keeps its licences from others. */
  static boolean holds(JobPhase phase) {
    return phase == JobPhase.STARTING || phase == JobPhase.RUNNING;
  }

  /** What that job holds now, by name. */
  public static Map<String, Long> held(JobRecord job) {
    Map<String, Long> counts = holds(job.phase) ? parse(job.request.text(JobField.LICENSES)) : null;
    return counts == null ? Collections.emptyMap() : counts;
  }

  public static void add(Map<String, Long> counts, String request) {
    Map<String, Long> wanted = parse(request);
    if (wanted != null) {
      wanted.forEach((name, n) -> counts.merge(name, n, Long::sum));
    }
  }

  /** Whether the request can ever be met: known names, no more than there are. */
  static boolean possible(ClusterConfig config, String request) {
    return available(config, Collections.emptyMap(), request);
  }

  /** Whether the request can be met now. */
  public static boolean available(ClusterConfig config, Map<String, Long> inUse, String request) {
    Map<String, Long> wanted = parse(request);
    if (wanted == null) {
      return false;
    }
    Map<String, Long> total = configured(config);
    return wanted.entrySet().stream()
        .allMatch(
            e -> {
              Long there = total.get(e.getKey());
              return there != null && e.getValue() <= there - inUse.getOrDefault(e.getKey(), 0L);
            });
  }
}
