package org.slurmctldj.core;

import java.util.List;

/**
 * A reservation of whole nodes. A record of the store, changed by scontrol; carried over when slurm.conf is read
 * again. One that is over is as good as gone; a recurring one moves on by itself ({@link #at}).
 *
 * @param start seconds
 * @param end seconds
 * @param flags Slurm's reservation flags
 * @param nodes indexes of the epoch, ascending
 * @param users names of those who may use it; empty: nobody by name
 * @param accounts likewise
 * @param zoneSeconds local time east of UTC when it was made: which days are a week's end
 */
public record ReservationDefinition(
    String name,
    long start,
    long end,
    long flags,
    int[] nodes,
    List<String> users,
    List<String> accounts,
    String partition,
    String comment,
    int zoneSeconds) {
  public static final long MAINT = 1;
  public static final long DAILY = 1 << 2;
  public static final long WEEKLY = 1 << 4;
  public static final long IGNORE_JOBS = 1 << 6;
  /** All nodes of the partition, whichever those are. */
  public static final long PART_NODES = 1 << 12;
  public static final long OVERLAP = 1 << 14;
  public static final long SPEC_NODES = 1 << 15;
  /** A node that a job takes, or that goes out of service, makes place for an idle one. */
  public static final long REPLACE = 1 << 18;
  public static final long ALL_NODES = 1 << 19;
  /** Monday to Friday. */
  public static final long WEEKDAY = 1 << 21;
  /** Saturday and Sunday. */
  public static final long WEEKEND = 1 << 23;
  /** A node that goes out of service makes place for an idle one. */
  public static final long REPLACE_DOWN = 1 << 30;
  public static final long HOURLY = 1L << 35;
  public static final long RECURRING = DAILY | WEEKLY | WEEKDAY | WEEKEND | HOURLY;

  private static final long DAY_SECONDS = 86_400;

  public ReservationDefinition {
    users = List.copyOf(users);
    accounts = List.copyOf(accounts);
  }

  public ReservationDefinition(
      String name, long start, long end, long flags, int[] nodes, List<String> users, List<String> accounts, String partition,
      String comment) {
    this(name, start, end, flags, nodes, users, accounts, partition, comment, 0);
  }

  private long period() {
    if ((flags & DAILY) != 0) {
      return DAY_SECONDS;
    }
    if ((flags & WEEKLY) != 0) {
      return 7 * DAY_SECONDS;
    }
    return (flags & HOURLY) != 0 ? 3600 : byDay() ? DAY_SECONDS : 0;
  }

  /** Every working day, or every day of the week's end; of several words DAILY, WEEKLY and HOURLY come first. */
  private boolean byDay() {
    return (flags & RECURRING & ~(WEEKDAY | WEEKEND)) == 0 && (flags & (WEEKDAY | WEEKEND)) != 0;
  }

  private boolean isItsDay(long seconds) {
    // 1 January 1970 was a Thursday: 0 is a Monday here.
    boolean weekend = Math.floorMod(Math.floorDiv(seconds + zoneSeconds, DAY_SECONDS) + 3, 7) >= 5;
    return (flags & (weekend ? WEEKEND : WEEKDAY)) != 0;
  }

  /** As it stands at that time: a recurring one is the next that is not over. */
  public ReservationDefinition at(long seconds) {
    long period = period();
    if (period == 0 || end > seconds) {
      return this;
    }
    long shift = ((seconds - end) / period + 1) * period;
    while (byDay() && !isItsDay(start + shift)) {
      shift += period;
    }
    return new ReservationDefinition(name, start + shift, end + shift, flags, nodes, users, accounts, partition, comment, zoneSeconds);
  }

  boolean ofPartition() {
    return (flags & PART_NODES) != 0;
  }

  public boolean isOver(long seconds) {
    return period() == 0 && end <= seconds;
  }

  /** Whether it stands at some time from {@code from} on and before {@code to}. */
  public boolean meets(long from, long to) {
    ReservationDefinition r = at(from);
    return r.start < to && r.end > from;
  }

  boolean admits(JobFields job) {
    String user = job.text(JobField.USER_NAME);
    String account = job.text(JobField.ACCOUNT);
    boolean byUser = users.isEmpty() || user != null && users.contains(user);
    boolean byAccount = accounts.isEmpty() || account != null && accounts.contains(account);
    return byUser && byAccount;
  }

  ReservationDefinition onNodes(int[] others) {
    return new ReservationDefinition(name, start, end, flags, others, users, accounts, partition, comment, zoneSeconds);
  }
}
