package org.slurmctldj.client.text;

import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** strftime(3) of the C locale, which Slurm's tools never leave. */
final class Strftime {
  private static final String[] DAYS = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  private static final String[] MONTHS = {
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"
  };

  static String format(String format, ZonedDateTime t) {
    StringBuilder b = new StringBuilder();
    int n = format.length();
    for (int i = 0; i < n; i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == n) {
        b.append(c);
        continue;
      }
      int start = i++;
      char flag = 0;
      while (i < n && "_-0^#+".indexOf(format.charAt(i)) >= 0) {
        flag = format.charAt(i++);
      }
      int width = 0;
      while (i < n && Character.isDigit(format.charAt(i))) {
        width = width * 10 + format.charAt(i++) - '0';
      }
      while (i < n && (format.charAt(i) == 'E' || format.charAt(i) == 'O')) {
        i++;
      }
      String text = i < n ? field(format.charAt(i), flag, t) : null;
      if (text == null) {
        b.append(format, start, Math.min(i + 1, n));
        continue;
      }
      if (flag == '^') {
        text = text.toUpperCase(Locale.ROOT);
      } else if (flag == '#') {
        text = format.charAt(i) == 'Z' || format.charAt(i) == 'p' ? text.toLowerCase(Locale.ROOT) : text.toUpperCase(Locale.ROOT);
      }
      boolean numeric = !text.isEmpty() && Character.isDigit(text.charAt(0));
      b.repeat(flag == '_' || flag != '0' && !numeric ? ' ' : '0', Math.max(0, width - text.length())).append(text);
    }
    return b.toString();
  }

  private static String field(char letter, char flag, ZonedDateTime t) {
    int hour12 = t.getHour() % 12 == 0 ? 12 : t.getHour() % 12;
    int weekday = t.getDayOfWeek().getValue() % 7;
    int yearDay = t.getDayOfYear() - 1;
    return switch (letter) {
      case 'a' -> DAYS[weekday].substring(0, 3);
      case 'A' -> DAYS[weekday];
      case 'b', 'h' -> MONTHS[t.getMonthValue() - 1].substring(0, 3);
      case 'B' -> MONTHS[t.getMonthValue() - 1];
      case 'c' -> format("%a %b %e %H:%M:%S %Y", t);
      case 'C' -> number(t.getYear() / 100, 2, '0', flag);
      case 'd' -> number(t.getDayOfMonth(), 2, '0', flag);
      case 'D', 'x' -> format("%m/%d/%y", t);
      case 'e' -> number(t.getDayOfMonth(), 2, ' ', flag);
      case 'F' -> format("%Y-%m-%d", t);
      case 'g' -> number(t.get(IsoFields.WEEK_BASED_YEAR) % 100, 2, '0', flag);
      case 'G' -> Integer.toString(t.get(IsoFields.WEEK_BASED_YEAR));
      case 'H' -> number(t.getHour(), 2, '0', flag);
      case 'I' -> number(hour12, 2, '0', flag);
      case 'j' -> number(t.getDayOfYear(), 3, '0', flag);
      case 'k' -> number(t.getHour(), 2, ' ', flag);
      case 'l' -> number(hour12, 2, ' ', flag);
      case 'm' -> number(t.getMonthValue(), 2, '0', flag);
      case 'M' -> number(t.getMinute(), 2, '0', flag);
      case 'n' -> "\n";
      case 'p' -> t.getHour() < 12 ? "AM" : "PM";
      case 'P' -> t.getHour() < 12 ? "am" : "pm";
      case 'r' -> format("%I:%M:%S %p", t);
      case 'R' -> format("%H:%M", t);
      case 's' -> Long.toString(t.toEpochSecond());
      case 'S' -> number(t.getSecond(), 2, '0', flag);
      case 't' -> "\t";
      case 'T', 'X' -> format("%H:%M:%S", t);
      case 'u' -> Integer.toString(t.getDayOfWeek().getValue());
      case 'U' -> number((yearDay + 7 - weekday) / 7, 2, '0', flag);
      case 'V' -> number(t.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0', flag);
      case 'w' -> Integer.toString(weekday);
      case 'W' -> number((yearDay + 7 - (weekday + 6) % 7) / 7, 2, '0', flag);
      case 'y' -> number(t.getYear() % 100, 2, '0', flag);
      case 'Y' -> Integer.toString(t.getYear());
      case 'z' -> offset(t.getOffset().getTotalSeconds());
      case 'Z' -> t.getZone().getId().equals("Etc/UTC") ? "UTC" : zoneName(t);
      case '%' -> "%";
      default -> null;
    };
  }

  private static String zoneName(ZonedDateTime t) {
    boolean summer = t.getZone().getRules().isDaylightSavings(t.toInstant());
    return java.util.TimeZone.getTimeZone(t.getZone()).getDisplayName(summer, java.util.TimeZone.SHORT, Locale.ENGLISH);
  }

  private static String number(int n, int width, char pad, char flag) {
    String text = Integer.toString(n);
    if (flag == '-') {
      return text;
    }
    char with = flag == '_' ? ' ' : flag == '0' ? '0' : pad;
    return String.valueOf(with).repeat(Math.max(0, width - text.length())) + text;
  }

  private static String offset(int seconds) {
    int minutes = Math.abs(seconds) / 60;
    return (seconds < 0 ? "-" : "+") + number(minutes / 60, 2, '0', '\0') + number(minutes % 60, 2, '0', '\0');
  }

  private Strftime() {}
}
