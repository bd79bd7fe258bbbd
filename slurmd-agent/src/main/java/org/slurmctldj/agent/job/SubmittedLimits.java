package org.slurmctldj.agent.job;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.slurmctldj.proto.os.ResourceLimit;

/** Limits and umask of the submitting shell, as clients put them into a job's or step's environment. Pure. */
public final class SubmittedLimits {
  public static final String RLIMIT = "SLURM_RLIMIT_";
  private static final String UMASK = "SLURM_UMASK=";
  private static final int DEFAULT_UMASK = 022;

  public static int umask(Stream<String> environment) {
    return environment
        .filter(entry -> entry.startsWith(UMASK))
        .map(entry -> entry.substring(UMASK.length()))
        .filter(value -> value.matches("[0-7]{1,4}"))
        .map(value -> Integer.parseInt(value, 8))
        .findFirst()
        .orElse(DEFAULT_UMASK);
  }

  /** "7 NOFILE 1024". A value that starts with U was asked for by --propagate; both are set. */
  public static List<String> of(Stream<String> environment) {
    return environment
        .filter(entry -> entry.startsWith(RLIMIT))
        .flatMap(
            entry -> {
              int equals = entry.indexOf('=');
              String name = equals < 0 ? "" : entry.substring(RLIMIT.length(), equals);
              String value = entry.substring(equals + 1).replaceFirst("^U", "");
              return Arrays.stream(ResourceLimit.values())
                  .filter(limit -> limit.name().equals(name) && unsigned(value))
                  .map(limit -> limit.number() + " " + name + " " + Long.toUnsignedString(parse(value)));
            })
        .toList();
  }

  private static boolean unsigned(String value) {
    try {
      parse(value);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** "-1" is infinity, too. */
  private static long parse(String value) {
    return value.equals("-1") ? -1 : Long.parseUnsignedLong(value);
  }

  private SubmittedLimits() {}
}
