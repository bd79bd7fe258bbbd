package org.slurmctldj.proto.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slurmctldj.proto.wire.SlurmConstants;

/** Our text forms beside those of the installed Slurm 22.05. Random parts print their seed. */
class TextAgainstSlurmTest {
  private static RealSlurm slurm;
  private static final long SEED = System.nanoTime();

  @BeforeAll
  static void load() {
    slurm = RealSlurm.load();
    System.out.println("TextAgainstSlurmTest seed " + SEED);
  }

  @Test
  void timeLimits() throws Throwable {
    String[] texts = {
      "5", "1:30", "1:2:3", "1-2", "1-2:3", "1-2:3:4", "1-", "-1", "UNLIMITED", "INFINITE", "unlimited", "Infinite", "0", "60:00", "1:99",
      "99:99:99", "1-25", "1-24:60:60", "", "abc", "5m", "1d", "1:2:3:4", "1-2-3", " 5", "5 ", "1 :2", "0:01", "1:", "1::2", ":30", "1.5", "+5",
      "365-0", "INF", "1-0:0:30", "0:30", "1-x", "x-1", "0-0:0:1", "n/a", "1:2-3", "1-2:3:4:5", "35791394"
    };
    for (String text : texts) {
      assertEquals(slurm.timeStr2Secs(text) & 0xffffffffL, TimeLimit.seconds(text), text);
      if (!text.equals("35791394")) { // Slurm's own sum overflows here
        assertEquals(slurm.timeStr2Mins(text) & 0xffffffffL, TimeLimit.minutes(text), text);
      }
    }
    Random random = new Random(SEED);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(8); k >= 0; k--) {
        text.append("0123456789::--".charAt(random.nextInt(14)));
      }
      // A leading dash (days missing) gives nonsense there and is an error here; so do sums beyond 31 bits.
      if (text.charAt(0) != '-' && TimeLimit.seconds(text.toString()) != SlurmConstants.NO_VAL) {
        assertEquals(slurm.timeStr2Secs(text.toString()) & 0xffffffffL, TimeLimit.seconds(text.toString()), text.toString());
      }
    }
    for (long n : new long[] {0, 1, 59, 60, 3599, 3600, 86399, 86400, 93784, 1_000_000_000, -1, 0xffffffffL, 100 * 86400, 1000 * 86400}) {
      assertEquals(slurm.secs2TimeStr(n), TimeLimit.ofSeconds(n));
      assertEquals(slurm.mins2TimeStr((int) n), TimeLimit.ofMinutes(n & 0xffffffffL));
    }
  }

  @Test
  void pointsInTime() throws Throwable {
    String[] texts = {
      "now", "now+1hour", "now+1", "now+60", "now+5minutes", "now+1day", "now+1week", "now+2weeks", "now-1hour", "now+1minute", "now+1seconds",
      "now + 1 hour", "now+1 hour", "now-30", "NOW", "now+1Hour", "now - 5minutes", "now+00005", "midnight", "noon", "Noon", "teatime", "today",
      "tomorrow", "fika", "16:00", "16:00:30", "4:30pm", "12:30am", "12:30pm", "0:30pm", "0:30am", "12:00am", "10:00:00 pm", "10:00 am", "0:00",
      "23:59", "010125", "112226", "01/02/26", "1/2", "12/25", "12/25/26", "12/25-10:00", "12.25.26", "1231", "0229", "02/30", "0101", "123199",
      "2027-01-20", "2027-01-20T12:34", "2027-01-20T12:34:56", "2026-11-22T01:00", "01:00 tomorrow", "tomorrow 01:00", "tomorrow noon",
      "noon tomorrow", "today 10:00", "10:00 today", "today-20:00", "uts1798761600", "UTS1000000", "2026-02-30", "2027-03-28T02:30",
      "2027-10-31T02:30", "122526-10:00", "2027-01-20-10:00", "10:00-12/25", "10:00 12/25", "10:00 2027-01-20", "10:00T2027-01-20", "12/25 now",
      "noon 10:00", "12/25 12/26", "tomorrow today", "T16:00", "--16:00", "T", "-", "", "1:05", "1970-01-02", "9999-12-31", "teatime tomorrow",
      // refused
      "now+1min", "now+1month", "now+1h", "now+90s", "now+", "now+x", "now10", "now 12/25", "now+1hourx", "now+1hour+1minute", "elevenses", "4pm",
      "12am", "24:00", "25:00", "10:60", "10:10:60", "13:00pm", "10:00a", "25.12.26", "13/1", "0/1", "1/0", "1/32", "12/25/5", "12/25/2026",
      "2026-13-01", "2027-00-10", "2027-01-00", "2027-1-2", "20270120", "1798761600", "@1798761600", "friday", "garbage", "today+1day",
      "noon+1hour", "Today", "Tomorrow", "uts5", "uts", "uts1798761600x", "1200", "10:0", "1:5", "1:22x", "10:00,", "2027-01-20T10:00:00Z",
      "2027-01-20t10:00", "+1hour", "2026-11-22T25:00", "2027-01-20T12", "001:05"
    };
    for (String zone : new String[] {"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"}) {
      slurm.zone(zone);
      for (String text : texts) {
        for (boolean past : new boolean[] {false, true}) {
          long now;
          long theirs;
          do { // it reads the clock itself
            now = secondThatHasBegun();
            theirs = slurm.parseTime(text, past);
          } while (System.currentTimeMillis() / 1000 != now);
          assertEquals(theirs, parse(text, now, ZoneId.of(zone), past), text + " in " + zone + (past ? " past" : "") + " at " + now);
        }
      }
    }
  }

  /** Today or tomorrow: around the present second, minute and hour, with seconds and without. */
  @Test
  void timesOfDayAroundNow() throws Throwable {
    ZoneId zone = ZoneId.of("UTC");
    slurm.zone(zone.getId());
    for (String pattern : new String[] {"HH:mm:ss", "HH:mm", "MM/dd-HH:mm:ss", "MM/dd-HH:mm"}) {
      for (int offset : new int[] {-3601, -3599, -61, -60, -59, -31, -1, 0, 1, 2, 15, 31, 59, 60, 61, 3599, 3601}) {
        for (boolean past : new boolean[] {false, true}) {
          long now;
          String text;
          long theirs;
          do { // it reads the clock itself
            now = secondThatHasBegun();
            text = DateTimeFormatter.ofPattern(pattern).format(Instant.ofEpochSecond(now + offset).atZone(zone));
            theirs = slurm.parseTime(text, past);
          } while (System.currentTimeMillis() / 1000 != now);
          assertEquals(theirs, parse(text, now, zone, past), text + (past ? " past" : "") + " at " + Instant.ofEpochSecond(now));
        }
      }
    }
  }

  /** time(2) of the kernel's coarse clock is up to a tick (10 ms at most) behind: in a second's first moments it says the one before. */
  private static long secondThatHasBegun() {
    long millis;
    do {
      millis = System.currentTimeMillis();
    } while (millis % 1000 < 20);
    return millis / 1000;
  }

  /** 0 for wrong text, as Slurm's function. */
  private static long parse(String text, long now, ZoneId zone, boolean past) {
    try {
      return TimeSpec.parse(text, now, zone, past);
    } catch (TimeSpecException e) {
      return 0;
    }
  }

  @Test
  void wrongPointsInTimeNameThePosition() {
    String[][] wrong = {
      {"now+1min", "4"}, {"now+90s", "5"}, {"now+", "3"}, {"now10", "3"}, {"now+1hour+1minute", "9"}, {"4pm", "1"}, {"12am", "2"}, {"24:00", "0"},
      {"25.12.26", "0"}, {"12/25/2026", "8"}, {"2026-13-01", "5"}, {"10:60", "3"}, {"10:10:60", "6"}, {"2026-11-22T25:00", "11"}, {"1/32", "2"},
      {"1/0", "1"}, {"noon+1hour", "4"}, {"10:00a", "5"}, {"13:00pm", "5"}, {"Today", "1"}, {"friday", "0"}, {"10:0", "4"}, {"20270120", "0"},
      {"2027-01-20T10:00:00Z", "19"}, {"1200", "2"}};
    for (String[] w : wrong) {
      String message = org.junit.jupiter.api.Assertions.assertThrows(
          TimeSpecException.class, () -> TimeSpec.parse(w[0], 1_795_359_389L, ZoneId.of("UTC"), false), w[0]).getMessage();
      assertEquals("Invalid time specification (pos=" + w[1] + "): " + w[0], message);
    }
  }

  @Test
  void timeStamps() throws Throwable {
    slurm.zone("Europe/Berlin");
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    TimeStamp standard = new TimeStamp(berlin, null, 0);
    for (long t : new long[] {1_795_359_389L, 0, 0xffffffffL, 0xfffffffeL, 1, 1_780_000_000L, 253_402_210_800L}) {
      assertEquals(slurm.makeTimeStr(t), standard.print(t));
    }
    Random random = new Random(SEED);
    String conversions = "aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%";
    String[] modes = {"", "_", "-", "0", "^", "#", "5", "05", "_6"};
    for (int i = 0; i < 3000; i++) {
      String mode = modes[random.nextInt(modes.length)];
      char c = conversions.charAt(random.nextInt(conversions.length()));
      // composed conversions pass flags on to their parts in ways nobody asks for
      if ("cDFrRTxXznt%".indexOf(c) >= 0 && !mode.isEmpty() ) {
        continue;
      }
      if ("aAbBhpPZ".indexOf(c) >= 0 && (mode.startsWith("0"))) {
        continue;
      }
      String format = "<%" + mode + c + ">";
      long t = 1_700_000_000L + random.nextInt(200_000_000);
      assertEquals(slurm.strftime(format, t), new TimeStamp(berlin, format, t).print(t), format + " of " + t);
    }
  }

  @Test
  void relativeTimeStamps() {
    // printed by Slurm 22.05.8 at 1795359386 (15:56:26) with SLURM_TIME_FORMAT=relative in Europe/Berlin
    long now = 1_795_359_386L;
    TimeStamp relative = new TimeStamp(ZoneId.of("Europe/Berlin"), "relative", now);
    Object[][] seen = {{0, "15:56:26"}, {1, "Tomorr 15:56"}, {-1, "Ystday 15:56"}, {5, "Fri 15:56"}, {6, "Sat 15:56"}, {7, "29 Nov 15:56"},
      {200, "10 Jun 2027"}, {-3, "19 Nov 15:56"}, {-400, "18 Oct 2025"}, {-2, "20 Nov 15:56"}};
    for (Object[] s : seen) {
      assertEquals(s[1], relative.print(now + (int) s[0] * 86400L));
    }
    assertEquals("1 Jan 1970", relative.print(1));
  }

  @Test
  void memorySizes() throws Throwable {
    String[] texts = {
      "100", "100M", "1G", "1g", "1T", "1K", "1k", "1023K", "1025K", "1024K", "0", "512", "1P", "1GB", "1MB", "1.5G", "-1", "", "abc", "10X", "1 G",
      "1Gi", "1GiB", "1gib", "1m", "1t", "99999999999999999999", "5KB", "UNLIMITED", "+5", "0x10", " 5", "5 ", "2K", "-1G", "1GX", "1GBB"};
    for (String text : texts) {
      assertEquals(slurm.strToMbytes(text), MemorySize.parseMebibytes(text), text);
    }
    for (long n : new long[] {1, 512, 1000, 1024, 1025, 1536, 2048, 3000, 64000, 1048576, 1048577, 1 << 30, 3L << 30, 102400}) {
      assertEquals(slurm.mbytesToStr(n), MemorySize.ofMebibytes(n));
    }
    Random random = new Random(SEED);
    MemorySize.Conversion[] conversions = {
      MemorySize.Conversion.ROUNDED, MemorySize.Conversion.EXACT, MemorySize.Conversion.KEEP, null, MemorySize.Conversion.RAW};
    for (int i = 0; i < 5000; i++) {
      double number = switch (random.nextInt(4)) {
        case 0 -> random.nextInt(5000);
        case 1 -> random.nextInt(5000) * 512.0;
        case 2 -> random.nextInt();
        default -> random.nextDouble() * 1e7;
      };
      int unit = random.nextInt(4);
      for (int flags : new int[] {0, 1, 2, 4}) {
        assertEquals(slurm.convertNumUnit(number, unit, (int) SlurmConstants.NO_VAL, flags), MemorySize.print(number, unit, conversions[flags]),
            number + " unit " + unit + " flags " + flags);
      }
      int wanted = random.nextInt(5);
      assertEquals(slurm.convertNumUnit(number, unit, wanted, 0), MemorySize.printAs(number, unit, wanted), number + " from " + unit + " to " + wanted);
    }
  }
}
