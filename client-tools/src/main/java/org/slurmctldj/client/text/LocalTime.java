package org.slurmctldj.client.text;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.slurmctldj.client.cli.Console;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * Points in time as Slurm's tables print them, in the form that SLURM_TIME_FORMAT asks for: unset or "standard" is {@code
 * 2026-11-22T14:44:00}, "relative" leaves out what is near, anything with a % is a strftime format.
 */
public final class LocalTime {
  private static final int LONGEST_FORMAT = 32;

  private final String format;
  private final boolean relative;
  private final ZoneId zone;
  private final long now;

  public LocalTime(String slurmTimeFormat, ZoneId zone, long now) {
    this.relative = "relative".equals(slurmTimeFormat);
    boolean own = slurmTimeFormat != null && slurmTimeFormat.indexOf('%') >= 0 && slurmTimeFormat.length() < LONGEST_FORMAT;
    this.format = own ? slurmTimeFormat : null;
    this.zone = zone;
    this.now = now;
  }

  /** What the environment asks for; a format that is none is complained about, as often as Slurm does: once. */
  public static LocalTime of(String slurmTimeFormat, long now, String program, Console console) {
    boolean known =
        slurmTimeFormat == null
            || slurmTimeFormat.isEmpty()
            || slurmTimeFormat.equals("standard")
            || slurmTimeFormat.equals("relative")
            || slurmTimeFormat.indexOf('%') >= 0 && slurmTimeFormat.length() < LONGEST_FORMAT;
    if (!known) {
      console.complain(program + ": error: invalid SLURM_TIME_FORMAT = '" + slurmTimeFormat + "'");
    }
    return new LocalTime(slurmTimeFormat, ZoneId.systemDefault(), now);
  }

  /** As {@link #text}, cut to what a C buffer of {@code size} bytes holds. */
  public String text(long seconds, int size) {
    String text = text(seconds);
    return text.length() < size ? text : text.substring(0, size - 1);
  }

  /** "Unknown" for 0 and INFINITE, "None" for NO_VAL. */
  public String text(long seconds) {
    if (seconds == 0 || seconds == SlurmConstants.INFINITE) {
      return "Unknown";
    }
    if (seconds == SlurmConstants.NO_VAL) {
      return "None";
    }
    ZonedDateTime t = at(seconds);
    if (format != null) {
      return Strftime.format(format, t);
    }
    return relative ? relative(t) : standard(t);
  }

  /** As ctime(3), without the line's end: "Sun Nov 22 14:44:00 2026". */
  public String ctime(long seconds) {
    return Strftime.format("%a %b %e %H:%M:%S %Y", at(seconds));
  }

  private ZonedDateTime at(long seconds) {
    return Instant.ofEpochSecond(seconds).atZone(zone);
  }

  private static String standard(ZonedDateTime t) {
    StringBuilder b = new StringBuilder(19);
    b.append(t.getYear()).append('-');
    two(b, t.getMonthValue()).append('-');
    two(b, t.getDayOfMonth()).append('T');
    two(b, t.getHour()).append(':');
    two(b, t.getMinute()).append(':');
    return two(b, t.getSecond()).toString();
  }

  private static StringBuilder two(StringBuilder b, int n) {
    return b.append((char) ('0' + n / 10)).append((char) ('0' + n % 10));
  }

  private String relative(ZonedDateTime t) {
    ZonedDateTime today = at(now);
    long days = t.toLocalDate().toEpochDay() - today.toLocalDate().toEpochDay();
    if (days == 0) {
      return Strftime.format("%H:%M:%S", t);
    }
    if (days == -1) {
      return Strftime.format("Ystday %H:%M", t);
    }
    if (days == 1) {
      return Strftime.format("Tomorr %H:%M", t);
    }
    if (days > 1 && days < 7) {
      return Strftime.format("%a %H:%M", t);
    }
    return Strftime.format(t.getYear() == today.getYear() ? "%-d %b %H:%M" : "%-d %b %Y", t);
  }
}
