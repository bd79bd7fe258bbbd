package org.slurmctldj.proto.text;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.Locale;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * Prints points in time as Slurm's clients do: {@code 2026-11-22T15:56:25}, or as SLURM_TIME_FORMAT
 * says: {@code standard}, {@code relative}, or a strftime(3) format (C locale, with glibc's flags and
 * widths). 0 is "Unknown", NO_VAL "None".
 */
public final class TimeStamp {
  private static final String[] DAYS = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  private static final String[] MONTHS = {
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"
  };

  private final ZoneId zone;
  private final String format;
  private final long now;

  /**
   * A printer for one run of a client.
   *
   * @param format value of SLURM_TIME_FORMAT, or null
   * @param now seconds since the epoch, for {@code relative}
   */
  public TimeStamp(ZoneId zone, String format, long now) {
    this.zone = zone;
    this.format = format == null || format.isEmpty() || format.equals("standard") ? null : format;
    this.now = now;
  }

  /**
   * The text of a point in time.
   *
   * @param seconds since the epoch
   */
  public String print(long seconds) {
    if (seconds == 0 || seconds == SlurmConstants.INFINITE) {
      return "Unknown";
    }
    if (seconds == SlurmConstants.NO_VAL) {
      return "None";
    }
    ZonedDateTime t = Instant.ofEpochSecond(seconds).atZone(zone);
    if (format == null) {
      StringBuilder out = new StringBuilder(20);
      pad(out, t.getYear(), 4, '0').append('-');
      pad(out, t.getMonthValue(), 2, '0').append('-');
      pad(out, t.getDayOfMonth(), 2, '0').append('T');
      return clock(out, t, true).toString();
    }
    return format.equals("relative") ? relative(t) : strftime(format, t);
  }

  private String relative(ZonedDateTime t) {
    ZonedDateTime today = Instant.ofEpochSecond(now).atZone(zone);
    long days = ChronoUnit.DAYS.between(today.toLocalDate(), t.toLocalDate());
    StringBuilder out = new StringBuilder();
    if (days == 0) {
      return clock(out, t, true).toString();
    }
    if (days == -1) {
      out.append("Ystday ");
    } else if (days == 1) {
      out.append("Tomorr ");
    } else if (days > 1 && days < 7) {
      out.append(DAYS[weekday(t)], 0, 3).append(' ');
    } else {
      out.append(t.getDayOfMonth()).append(' ').append(MONTHS[t.getMonthValue() - 1], 0, 3).append(' ');
      if (t.getYear() != today.getYear()) {
        return out.append(t.getYear()).toString();
      }
    }
    return clock(out, t, false).toString();
  }

  /** 0 = Sunday. */
  private static int weekday(ZonedDateTime t) {
    return t.getDayOfWeek().getValue() % 7;
  }

  private static StringBuilder clock(StringBuilder out, ZonedDateTime t, boolean seconds) {
    pad(out, t.getHour(), 2, '0').append(':');
    pad(out, t.getMinute(), 2, '0');
    return seconds ? pad(out.append(':'), t.getSecond(), 2, '0') : out;
  }

  private static StringBuilder pad(StringBuilder out, long value, int width, char with) {
    String digits = Long.toString(value);
    for (int i = digits.length(); i < width; i++) {
      out.append(with);
    }
    return out.append(digits);
  }

  /** strftime(3) of glibc in the C locale; what it does not know is left as it stands. */
  static String strftime(String format, ZonedDateTime t) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < format.length()) {
      char c = format.charAt(i);
      if (c != '%') {
        out.append(c);
        i++;
        continue;
      }
      int k = i + 1;
      char padding = 0;
      boolean upper = false;
      boolean swap = false;
      while (k < format.length() && "_-0^#".indexOf(format.charAt(k)) >= 0) {
        switch (format.charAt(k++)) {
          case '_' -> padding = ' ';
          case '-' -> padding = '-';
          case '0' -> padding = '0';
          case '^' -> upper = true;
          default -> swap = true;
        }
      }
      int width = 0;
      while (k < format.length() && format.charAt(k) >= '0' && format.charAt(k) <= '9' && width < 1000) {
        width = width * 10 + format.charAt(k++) - '0';
      }
      if (k < format.length() && (format.charAt(k) == 'E' || format.charAt(k) == 'O')) {
        k++; // of other locales
      }
      String text = k < format.length() ? conversion(format.charAt(k), t, padding, width, swap) : null;
      if (text == null) {
        out.append(format, i, Math.min(k + 1, format.length()));
      } else {
        out.append(upper && format.charAt(k) != 'P' ? text.toUpperCase(Locale.ROOT) : text);
      }
      i = k + 1;
    }
    return out.toString();
  }

  private static String conversion(char c, ZonedDateTime t, char padding, int width, boolean swap) {
    int weekday = weekday(t);
    int hour12 = t.getHour() % 12 == 0 ? 12 : t.getHour() % 12;
    return switch (c) {
      case 'a' -> word(DAYS[weekday].substring(0, 3), width, swap, true);
      case 'A' -> word(DAYS[weekday], width, swap, true);
      case 'b', 'h' -> word(MONTHS[t.getMonthValue() - 1].substring(0, 3), width, swap, true);
      case 'B' -> word(MONTHS[t.getMonthValue() - 1], width, swap, true);
      case 'c' -> word(strftime("%a %b %e %H:%M:%S %Y", t), width, false, false);
      case 'C' -> number(t.getYear() / 100, 2, '0', padding, width);
      case 'd' -> number(t.getDayOfMonth(), 2, '0', padding, width);
      case 'D', 'x' -> word(strftime("%m/%d/%y", t), width, false, false);
      case 'e' -> number(t.getDayOfMonth(), 2, ' ', padding, width);
      case 'F' -> word(strftime("%Y-%m-%d", t), width, false, false);
      case 'g' -> number(t.get(IsoFields.WEEK_BASED_YEAR) % 100, 2, '0', padding, width);
      case 'G' -> number(t.get(IsoFields.WEEK_BASED_YEAR), 4, '0', padding, width);
      case 'H' -> number(t.getHour(), 2, '0', padding, width);
      case 'I' -> number(hour12, 2, '0', padding, width);
      case 'j' -> number(t.getDayOfYear(), 3, '0', padding, width);
      case 'k' -> number(t.getHour(), 2, ' ', padding, width);
      case 'l' -> number(hour12, 2, ' ', padding, width);
      case 'm' -> number(t.getMonthValue(), 2, '0', padding, width);
      case 'M' -> number(t.getMinute(), 2, '0', padding, width);
      case 'n' -> "\n";
      case 'p' -> word(t.getHour() < 12 ? "AM" : "PM", width, swap, false);
      case 'P' -> word(t.getHour() < 12 ? "am" : "pm", width, false, false);
      case 'r' -> word(strftime("%I:%M:%S %p", t), width, false, false);
      case 'R' -> word(strftime("%H:%M", t), width, false, false);
      case 's' -> number(t.toEpochSecond(), 1, '0', padding, width);
      case 'S' -> number(t.getSecond(), 2, '0', padding, width);
      case 't' -> "\t";
      case 'T', 'X' -> word(strftime("%H:%M:%S", t), width, false, false);
      case 'u' -> number(weekday == 0 ? 7 : weekday, 1, '0', padding, width);
      case 'U' -> number((t.getDayOfYear() + 6 - weekday) / 7, 2, '0', padding, width);
      case 'V' -> number(t.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0', padding, width);
      case 'w' -> number(weekday, 1, '0', padding, width);
      case 'W' -> number((t.getDayOfYear() + 6 - (weekday + 6) % 7) / 7, 2, '0', padding, width);
      case 'y' -> number(t.getYear() % 100, 2, '0', padding, width);
      case 'Y' -> number(t.getYear(), 4, '0', padding, width);
      case 'z' -> offset(t);
      case 'Z' -> word(zoneName(t), width, swap, false);
      case '%' -> "%";
      default -> null;
    };
  }

  private static String number(long value, int width, char usual, char padding, int asked) {
    if (padding == '-') {
      return Long.toString(value);
    }
    return pad(new StringBuilder(), value, Math.max(width, asked), padding == 0 ? usual : padding).toString();
  }

  private static String word(String text, int width, boolean swap, boolean swapIsUpper) {
    String out = swap ? (swapIsUpper ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT)) : text;
    return " ".repeat(Math.max(0, width - out.length())) + out;
  }

  private static String offset(ZonedDateTime t) {
    int minutes = t.getOffset().getTotalSeconds() / 60;
    StringBuilder out = new StringBuilder().append(minutes < 0 ? '-' : '+');
    return pad(out, Math.abs(minutes) / 60 * 100 + Math.abs(minutes) % 60, 4, '0').toString();
  }

  private static String zoneName(ZonedDateTime t) {
    String id = t.getZone().getId();
    if (id.equals("Z") || id.equals("GMT0")) {
      return "UTC";
    }
    return java.util.TimeZone.getTimeZone(t.getZone())
        .getDisplayName(t.getZone().getRules().isDaylightSavings(t.toInstant()), java.util.TimeZone.SHORT, Locale.ENGLISH);
  }
}
