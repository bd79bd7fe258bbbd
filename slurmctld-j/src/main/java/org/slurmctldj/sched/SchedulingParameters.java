package org.slurmctldj.sched;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What SchedulerType and SchedulerParameters say to the planners; numbers are Slurm's, with Slurm's defaults (22.05).
 *
 * @param backfill SchedulerType=sched/backfill
 * @param queueDepth default_queue_depth: jobs that a pass tries in vain before it stops
 * @param partitionDepth partition_job_depth: the same of one partition; 0 no limit
 * @param fullPassSeconds sched_interval: so often a pass tries every job
 * @param minIntervalMicros sched_min_interval: no pass begins sooner after the last one's begin
 * @param mostStarts sched_max_job_start: so many starts end a pass; 0 no limit
 * @param bfIntervalSeconds bf_interval, or -1 if it is not set
 * @param bfWindowMinutes bf_window: so far backfill looks ahead
 * @param bfResolutionSeconds bf_resolution: the grain of planned starts
 * @param bfMostTests bf_max_job_test
 * @param bfMostStarts bf_max_job_start; 0 no limit, likewise the following
 * @param bfMostPerPartition bf_max_job_part
 * @param bfMostPerUser bf_max_job_user
 * @param bfMostPerUserAndPartition bf_max_job_user_part
 * @param bfMostOfArray bf_max_job_array_resv: tasks of one array that get a planned start
 * @param bfMostSeconds bf_max_time, or the interval
 * @param bfMinPriority bf_min_prio_reserve: jobs of lower priority start if they fit but reserve nothing
 * @param bfMinAgeSeconds bf_min_age_reserve: likewise jobs that have waited less
 */
public record SchedulingParameters(
    boolean backfill,
    int queueDepth,
    int partitionDepth,
    int fullPassSeconds,
    long minIntervalMicros,
    int mostStarts,
    int bfIntervalSeconds,
    int bfWindowMinutes,
    int bfResolutionSeconds,
    int bfMostTests,
    int bfMostStarts,
    int bfMostPerPartition,
    int bfMostPerUser,
    int bfMostPerUserAndPartition,
    int bfMostOfArray,
    int bfMostSeconds,
    long bfMinPriority,
    long bfMinAgeSeconds) {

  /** What a slurm.conf without SchedulerParameters says. */
  public static final SchedulingParameters DEFAULT = of("sched/backfill", null);

  /** The same without a schedule ahead. */
  public static final SchedulingParameters BUILTIN = of("sched/builtin", null);

  private static final Set<String> NUMBERS =
      Set.of(
          "default_queue_depth", "partition_job_depth", "sched_interval", "sched_min_interval", "sched_max_job_start",
          "bf_interval", "bf_window", "bf_resolution", "bf_max_job_test", "bf_max_job_start",
          "bf_max_job_part", "bf_max_job_user", "bf_max_job_user_part", "bf_max_job_array_resv", "bf_max_time",
          "bf_min_prio_reserve", "bf_min_age_reserve");

  /** @param parameters the key's text, or null; a number that is none counts as not there, as in Slurm */
  public static SchedulingParameters of(String schedulerType, String parameters) {
    Words w = new Words(parameters == null ? "" : parameters);
    int interval = (int) w.number("bf_interval", -1, -1, 10_800);
    return new SchedulingParameters(
        schedulerType == null || !schedulerType.equals("sched/builtin"),
        (int) w.number("default_queue_depth", 100, 0, Integer.MAX_VALUE),
        (int) w.number("partition_job_depth", 0, 0, Integer.MAX_VALUE),
        (int) w.number("sched_interval", 60, -1, Integer.MAX_VALUE),
        w.number("sched_min_interval", 2, 0, Integer.MAX_VALUE),
        (int) w.number("sched_max_job_start", 0, 0, Integer.MAX_VALUE),
        interval,
        (int) w.number("bf_window", 1_440, 1, 43_200),
        (int) w.number("bf_resolution", 60, 1, 3_600),
        (int) w.number("bf_max_job_test", 500, 1, 1_000_000),
        (int) w.number("bf_max_job_start", 0, 0, 10_000),
        (int) w.number("bf_max_job_part", 0, 0, 1_000_000),
        (int) w.number("bf_max_job_user", 0, 0, 1_000_000),
        (int) w.number("bf_max_job_user_part", 0, 0, 1_000_000),
        (int) w.number("bf_max_job_array_resv", 20, 0, 1_000),
        (int) w.number("bf_max_time", interval > 0 ? interval : 30, 1, 3_600),
        w.number("bf_min_prio_reserve", 0, 0, 0xffffffffL),
        w.number("bf_min_age_reserve", 0, 0, 30L * 86_400));
  }

  private static final class Words {
    private final List<String[]> numbers = new ArrayList<>();

    Words(String text) {
      for (String part : text.split(",")) {
        String[] pair = part.strip().split("=", 2);
        pair[0] = pair[0].toLowerCase(Locale.ROOT);
        if (pair.length == 2 && NUMBERS.contains(pair[0])) {
          numbers.add(pair);
        }
      }
    }

    long number(String name, long ifAbsent, long least, long most) {
      for (String[] pair : numbers) {
        if (pair[0].equals(name)) {
          try {
            long v = Long.parseLong(pair[1].strip());
            return v < least || v > most ? ifAbsent : v;
          } catch (NumberFormatException e) {
            return ifAbsent;
          }
        }
      }
      return ifAbsent;
    }
  }
}
