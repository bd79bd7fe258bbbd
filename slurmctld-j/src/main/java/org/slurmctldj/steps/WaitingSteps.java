package org.slurmctldj.steps;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;

/**
 * The sruns that were told that their job's resources are in use: they ask again by themselves, and are told to when a
 * step of their job ends. Soft: a restart forgets them, and they ask again all the same. Any thread.
 */
public final class WaitingSteps {
  private static final int MOST_PER_JOB = 1_000;
  private static final long FORGET_SECONDS = 600;

  /** One request; srun's own address tells it from others. */
  public record Waiting(JobFields request, long sinceSeconds) {}

  private final Map<Long, Map<String, Waiting>> byJob = new ConcurrentHashMap<>();

  private static String key(JobFields request) {
    return request.text(JobField.RESP_HOST) + ":" + request.number(JobField.OTHER_PORT);
  }

  void waits(long jobId, JobFields request, long nowSeconds) {
    byJob.compute(
        jobId,
        (_, old) -> {
          Map<String, Waiting> m = old == null ? new LinkedHashMap<>() : new LinkedHashMap<>(old);
          m.values().removeIf(w -> w.sinceSeconds() + FORGET_SECONDS < nowSeconds);
          if (m.size() < MOST_PER_JOB) {
            m.put(key(request), new Waiting(request, nowSeconds));
          }
          return m;
        });
  }

  void got(long jobId, JobFields request) {
    byJob.computeIfPresent(
        jobId,
        (_, old) -> {
          if (!old.containsKey(key(request))) {
            return old;
          }
          Map<String, Waiting> m = new LinkedHashMap<>(old);
          m.remove(key(request));
          return m.isEmpty() ? null : m;
        });
  }

  /** Whether somebody waits for a step of that job. */
  boolean anyOf(long jobId) {
    return byJob.containsKey(jobId);
  }

  /** Those of that job, first come first. */
  public List<Waiting> of(long jobId) {
    Map<String, Waiting> m = byJob.get(jobId);
    return m == null ? List.of() : new ArrayList<>(m.values());
  }

  /** Takes the first ones of that job. */
  public List<Waiting> take(long jobId, int most) {
    List<Waiting> out = new ArrayList<>();
    byJob.computeIfPresent(
        jobId,
        (_, old) -> {
          Map<String, Waiting> m = new LinkedHashMap<>(old);
          for (var e : old.entrySet()) {
            if (out.size() < most) {
              out.add(e.getValue());
              m.remove(e.getKey());
            }
          }
          return m.isEmpty() ? null : m;
        });
    return out;
  }

  public void forget(long jobId) {
    byJob.remove(jobId);
  }
}
