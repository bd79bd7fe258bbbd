package org.slurmctldj.client.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.proto.wire.ProtocolVersion;

/**
 * An option of sbatch, salloc or srun: what the command line, directives and environment are read by, and what the documentation of
 * compatibility is printed from.
 *
 * @param name of the long option
 * @param argument {@link Getopt#NO_ARGUMENT} and its kin
 * @param letter of the short option; 0 for none
 * @param variable environment variables of the same meaning, separated by commas; empty for none
 * @param releases all of them, only those before 23.02, or only later ones
 * @param works false: refused by name
 */
public record JobOption(String name, int argument, char letter, String variable, Releases releases, boolean works) {
  /** Which releases have the option. */
  public enum Releases {
    ALL,
    OLD,
    NEW
  }

  /** Letters of options with an argument are marked in {@link #shortOptions}; values of long ones without a letter start here. */
  public static final int FIRST_VALUE = 256;

  /**
   * The options of a release.
   *
   * @param table a line each: name, "=" (argument), "?" (optional one) or "-", letter or "-", environment variables or nothing,
   *     "old" or "new" (releases), "no" (refused)
   */
  public static List<JobOption> parse(String table, int version) {
    boolean old = version < ProtocolVersion.V23_02;
    List<JobOption> list = new ArrayList<>(128);
    for (String line : table.split("\n")) {
      String[] words = line.split(" ");
      Releases releases = Releases.ALL;
      boolean works = true;
      for (int i = 3; i < words.length; i++) {
        switch (words[i]) {
          case "old" -> releases = Releases.OLD;
          case "new" -> releases = Releases.NEW;
          case "no" -> works = false;
          default -> {}
        }
      }
      if (releases != (old ? Releases.NEW : Releases.OLD)) {
        int argument =
            switch (words[1]) {
              case "=" -> Getopt.REQUIRED_ARGUMENT;
              case "?" -> Getopt.OPTIONAL_ARGUMENT;
              default -> Getopt.NO_ARGUMENT;
            };
        String variable = words.length > 3 && words[3].startsWith("S") ? words[3] : "";
        list.add(new JobOption(words[0], argument, words[2].equals("-") ? 0 : words[2].charAt(0), variable, releases, works));
      }
    }
    return list;
  }

  /** What getopt answers for the option. */
  public static Map<Integer, JobOption> byValue(List<JobOption> options) {
    Map<Integer, JobOption> map = new HashMap<>();
    for (int i = 0; i < options.size(); i++) {
      map.put(options.get(i).value(i), options.get(i));
    }
    return map;
  }

  public static List<Getopt.LongOption> longOptions(List<JobOption> options) {
    List<Getopt.LongOption> list = new ArrayList<>(options.size());
    for (int i = 0; i < options.size(); i++) {
      JobOption o = options.get(i);
      list.add(new Getopt.LongOption(o.name, o.argument, o.value(i)));
    }
    return list;
  }

  /** As getopt(3) takes them; options end at the script's name. */
  public static String shortOptions(List<JobOption> options) {
    StringBuilder b = new StringBuilder("+");
    for (JobOption o : options) {
      if (o.letter != 0) {
        b.append(o.letter).append(o.argument == Getopt.NO_ARGUMENT ? "" : o.argument == Getopt.REQUIRED_ARGUMENT ? ":" : "::");
      }
    }
    return b.toString();
  }

  private int value(int index) {
    return letter != 0 ? letter : FIRST_VALUE + index;
  }
}
