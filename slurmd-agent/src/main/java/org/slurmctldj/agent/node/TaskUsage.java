package org.slurmctldj.agent.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a task's living processes have used, from /proc, as jobacct_gather/linux counts it: CPU time with that of the children
 * they have waited for, memory by its high-water mark, bytes by read and write calls.
 *
 * @param cpuMillis user and system time
 * @param rssBytes the sum of the processes' largest resident sets
 * @param vmBytes the sum of their largest address spaces
 * @param pages major page faults
 */
public record TaskUsage(long cpuMillis, long rssBytes, long vmBytes, long pages, long readBytes, long writtenBytes) {
  private static final long TICKS_PER_SECOND = 100;
  private static final long KIB = 1024;

  // Places in /proc/PID/stat behind the command's name
  private static final int MAJOR_FAULTS = 9;
  private static final int CHILDREN_MAJOR_FAULTS = 10;
  private static final int USER_TICKS = 11;
  private static final int CHILDREN_SYSTEM_TICKS = 14;

  /** Of a task by its first process and all below it; zeros if it is gone. */
  public static TaskUsage of(long pid) {
    return of(Path.of("/proc"), ProcessFamily.below(new long[] {pid}));
  }

  static TaskUsage of(Path proc, long[] pids) {
    long ticks = 0;
    long rss = 0;
    long vm = 0;
    long pages = 0;
    long read = 0;
    long written = 0;
    for (long pid : pids) {
      Path process = proc.resolve(Long.toString(pid));
      try {
        String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
        String[] field = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        pages += Long.parseLong(field[MAJOR_FAULTS]) + Long.parseLong(field[CHILDREN_MAJOR_FAULTS]);
        for (int i = USER_TICKS; i <= CHILDREN_SYSTEM_TICKS; i++) {
          ticks += Long.parseLong(field[i]);
        }
        rss += value(process.resolve("status"), "VmHWM:") * KIB;
        vm += value(process.resolve("status"), "VmPeak:") * KIB;
        read += value(process.resolve("io"), "rchar:");
        written += value(process.resolve("io"), "wchar:");
      } catch (IOException | RuntimeException e) {
        continue; // it ended meanwhile
      }
    }
    return new TaskUsage(ticks * 1000 / TICKS_PER_SECOND, rss, vm, pages, read, written);
  }

  /** The number behind a word at a line's beginning; 0 without such a line. */
  private static long value(Path file, String word) throws IOException {
    for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith(word)) {
        return Long.parseLong(line.substring(word.length()).strip().split(" ")[0]);
      }
    }
    return 0;
  }
}
