package org.slurmctldj.proto.text;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/**
 * Points in time as users write them in {@code --begin}, {@code --deadline}, reservations: {@code
 * now+2hours}, {@code 16:00}, {@code 4:30pm}, {@code MMDD[YY]}, {@code MM/DD[/YY]}, {@code
 * MM.DD[.YY]}, {@code YYYY-MM-DD[THH:MM[:SS]]}, {@code midnight}, {@code noon}, {@code fika}, {@code
 * teatime}, {@code today}, {@code tomorrow}, {@code uts1700000000}, and a date and a time of day in
 * either order.
 *
 * <p>As observed on Slurm 22.05: a time of day that has passed means tomorrow, a day of the year that
 * has passed means next year; or, for queries about the past, today and this or last year.
 */
public final class TimeSpec {
  private static final long SMALLEST_UTS = 1_000_000;

  private final String text;
  private final ZonedDateTime now;
  private int at;
  private LocalDate date;
  private boolean yearGiven;
  private int monthWritten;
  private int dayWritten;
  private LocalTime time;
  private long absolute = -1;

  private TimeSpec(String text, ZonedDateTime now) {
    this.text = text;
    this.now = now;
  }

  /**
   * Seconds since the epoch; 0 for empty text.
   *
   * @param now seconds since the epoch
   * @param past the text asks about the past (sacct's --starttime)
   * @throws TimeSpecException for wrong text
   */
  public static long parse(String text, long now, ZoneId zone, boolean past) {
    TimeSpec spec = new TimeSpec(text, Instant.ofEpochSecond(now).atZone(zone));
    if (text.regionMatches(true, 0, "uts", 0, 3)) {
      return spec.uts();
    }
    spec.scan();
    return spec.result(past);
  }

  private TimeSpecException wrong(int position) {
    return new TimeSpecException(position, text);
  }

  private char peek(int i) {
    return i < text.length() ? text.charAt(i) : 0;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private long uts() {
    long value = 0;
    for (int i = 3; i < text.length(); i++) {
      if (!isDigit(text.charAt(i)) || value > Long.MAX_VALUE / 20) {
        throw wrong(0);
      }
      value = value * 10 + text.charAt(i) - '0';
    }
    if (value < SMALLEST_UTS) {
      throw wrong(0);
    }
    return value;
  }

  private void scan() {
    while (at < text.length()) {
      char c = peek(at);
      if (isBlank(c) || c == '-' || c == '\n' || c == 'T') {
        at++;
      } else if (word("today")) {
        date = now.toLocalDate();
        yearGiven = true;
      } else if (word("tomorrow")) {
        date = now.toLocalDate().plusDays(1);
        yearGiven = true;
      } else if (word("midnight")) {
        time = LocalTime.MIDNIGHT;
      } else if (word("noon")) {
        time = LocalTime.NOON;
      } else if (word("fika")) {
        time = LocalTime.of(15, 0);
      } else if (word("teatime")) {
        time = LocalTime.of(16, 0);
      } else if (word("now")) {
        absolute = now.toEpochSecond() + offset();
      } else if (isDigit(c)) {
        numbers();
      } else {
        throw wrong(at);
      }
    }
  }

  private boolean word(String word) {
    if (!text.regionMatches(true, at, word, 0, word.length())) {
      return false;
    }
    at += word.length();
    return true;
  }

  /** What follows "now": nothing, or a signed count of units; nothing may come after it. */
  private long offset() {
    if (at == text.length()) {
      return 0;
    }
    int from = at;
    skipBlanks();
    char sign = peek(at);
    if (sign != '+' && sign != '-') {
      throw wrong(at);
    }
    at++;
    skipBlanks();
    if (!isDigit(peek(at))) {
      throw wrong(from);
    }
    long count = 0;
    while (isDigit(peek(at))) {
      if (count > Integer.MAX_VALUE * 64L) {
        throw wrong(at);
      }
      count = count * 10 + peek(at++) - '0';
    }
    skipBlanks();
    int unitAt = at;
    long unit = 1;
    if (at < text.length()) {
      unit = unit();
      if (unit < 0) {
        throw wrong(unitAt - 1);
      }
      if (peek(at) == 's' || peek(at) == 'S') {
        at++;
      }
    }
    if (at < text.length()) {
      throw wrong(at);
    }
    return sign == '-' ? -count * unit : count * unit;
  }

  private long unit() {
    if (word("second")) {
      return 1;
    }
    if (word("minute")) {
      return 60;
    }
    if (word("hour")) {
      return 3600;
    }
    if (word("day")) {
      return 86400;
    }
    return word("week") ? 7 * 86400 : -1;
  }

  private void skipBlanks() {
    while (isBlank(peek(at))) {
      at++;
    }
  }

  /** A time of day if a colon follows the first one or two digits, else a date. */
  private void numbers() {
    int start = at;
    int end = at;
    while (isDigit(peek(end))) {
      end++;
    }
    int digits = end - start;
    if (peek(end) == ':' && digits <= 2) {
      timeOfDay();
    } else if (digits == 4 && peek(end) == '-') {
      isoDate();
    } else if (digits <= 2 && (peek(end) == '/' || peek(end) == '.')) {
      separatedDate(peek(end));
    } else if (digits == 4 || digits == 6) {
      int month = two(1, 12, start);
      int day = two(1, 31, at);
      if (digits == 6) {
        setDate(2000 + two(0, 99, at), month, day);
      } else {
        setDate(-1, month, day);
      }
    } else {
      throw wrong(digits <= 2 ? end : start);
    }
  }

  /** Exactly two digits within bounds; on failure the position of the number, or of what is no digit. */
  private int two(int min, int max, int reported) {
    if (!isDigit(peek(at)) || !isDigit(peek(at + 1))) {
      throw wrong(isDigit(peek(at)) ? at + 1 : at);
    }
    int value = (peek(at) - '0') * 10 + peek(at + 1) - '0';
    if (value < min || value > max) {
      throw wrong(reported);
    }
    at += 2;
    return value;
  }

  /** One or two digits within bounds. */
  private int oneOrTwo(int min, int max) {
    if (!isDigit(peek(at))) {
      throw wrong(at);
    }
    int value = peek(at++) - '0';
    if (isDigit(peek(at))) {
      value = value * 10 + peek(at++) - '0';
    }
    if (value < min || value > max) {
      throw wrong(at - 2);
    }
    return value;
  }

  private void timeOfDay() {
    int hour = oneOrTwo(0, 23);
    at++;
    int minute = two(0, 59, at);
    int second = 0;
    if (peek(at) == ':') {
      at++;
      second = two(0, 59, at);
    }
    int before = at;
    skipBlanks();
    boolean pm = text.regionMatches(true, at, "pm", 0, 2);
    boolean am = text.regionMatches(true, at, "am", 0, 2);
    if (am || pm) {
      if (hour > 12) {
        throw wrong(at);
      }
      hour = hour % 12 + (pm ? 12 : 0);
      at += 2;
    } else {
      at = before;
    }
    time = LocalTime.of(hour, minute, second);
  }

  private void isoDate() {
    int year = two(0, 99, at) * 100 + two(0, 99, at);
    at++;
    int month = two(1, 12, at);
    if (peek(at) != '-') {
      throw wrong(at);
    }
    at++;
    int day = two(1, 31, at);
    setDate(year, month, day);
  }

  private void separatedDate(char separator) {
    int month = oneOrTwo(1, 12);
    at++;
    int day = oneOrTwo(1, 31);
    if (peek(at) != separator) {
      setDate(-1, month, day);
      return;
    }
    at++;
    int year = two(0, 99, at);
    if (isDigit(peek(at))) {
      throw wrong(at);
    }
    setDate(2000 + year, month, day);
  }

  /** As mktime(3): February 30th is March 1st or 2nd. */
  private void setDate(int year, int month, int day) {
    yearGiven = year >= 0;
    monthWritten = month;
    dayWritten = day;
    date = LocalDate.of(yearGiven ? year : now.getYear(), month, 1).plusDays(day - 1L);
  }

  private long result(boolean past) {
    if (absolute >= 0) {
      return absolute;
    }
    if (date == null && time == null) {
      return 0;
    }
    if (date == null) {
      return at(!isLaterToday(time) && !past ? now.toLocalDate().plusDays(1) : now.toLocalDate(), time);
    }
    LocalTime ofDay = time == null ? LocalTime.MIDNIGHT : time;
    if (yearGiven) {
      return at(date, ofDay);
    }
    int year = now.getYear();
    if (past) {
      year -= monthWritten > now.getMonthValue() ? 1 : 0;
    } else if (!isAhead(ofDay)) {
      year++;
    }
    return at(LocalDate.of(year, monthWritten, 1).plusDays(dayWritten - 1L), ofDay);
  }

  private boolean isAhead(LocalTime ofDay) {
    if (monthWritten != now.getMonthValue()) {
      return monthWritten > now.getMonthValue();
    }
    if (dayWritten != now.getDayOfMonth()) {
      return dayWritten > now.getDayOfMonth();
    }
    return isLaterToday(ofDay);
  }

  /** By hour and minute alone, as Slurm compares: at 16:00:24 the time 16:00:30 has passed. */
  private boolean isLaterToday(LocalTime ofDay) {
    return ofDay.truncatedTo(ChronoUnit.MINUTES).isAfter(now.toLocalTime().truncatedTo(ChronoUnit.MINUTES));
  }

  private long at(LocalDate day, LocalTime ofDay) {
    // When clocks go back an hour happens twice: mktime(3) takes the one in today's offset.
    return ZonedDateTime.ofLocal(day.atTime(ofDay), now.getZone(), now.getOffset()).toEpochSecond();
  }
}
