package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * SuspendExcNodes, SuspendExcParts and SuspendExcStates as they were written, and what they stand for. Names that do not
 * exist are told and passed over, as slurmctld does.
 *
 * @param nodes "n[1-10]:4,n20": so many of a list, all of it without a number; null none
 * @param parts the same of partitions
 * @param states names of node states; null none
 */
public record SuspendExclusions(String nodes, String parts, String states) {
  public static final SuspendExclusions NONE = new SuspendExclusions(null, null, null);

  // Slurm's numbers where updates have them, else bits of our own; a base state is 1 << (16 + its number).
  static final long NOT_RESPONDING = 1 << 11;
  static final long DOWN = 1 << 17;
  static final long IDLE = 1 << 18;
  static final long INVALID_REGISTRATION = 1L << 40;
  static final long MAINTENANCE = 1L << 41;
  static final long RESERVED = 1L << 42;

  /** Which nodes stay on. */
  public List<PowerRules.Kept> kept(List<NodeDefinition> all, List<PartitionDefinition> partitions) {
    List<PowerRules.Kept> out = new ArrayList<>();
    for (String word : outsideBrackets(nodes)) {
      String list = withoutCount(word);
      List<String> names = NodeNames.expand(list);
      Set<String> named = names == null ? Set.of() : new HashSet<>(names);
      int[] indexes = IntStream.range(0, all.size()).filter(i -> named.contains(all.get(i).name())).toArray();
      out.add(new PowerRules.Kept(indexes, count(word, list, indexes.length)));
    }
    for (String word : outsideBrackets(parts)) {
      String name = withoutCount(word);
      for (PartitionDefinition p : partitions) {
        if (p.name().equals(name)) {
          out.add(new PowerRules.Kept(p.nodes(), count(word, name, p.nodes().length)));
        }
      }
    }
    return out;
  }

  /** {@link PowerRules#keptStates}. */
  public long keptStates() {
    long bits = 0;
    for (String word : words(states)) {
      bits |= Math.max(0, state(word));
    }
    return bits;
  }

  /** What names nothing, each in slurmctld's words. */
  public List<String> wrong(List<NodeDefinition> all, List<PartitionDefinition> partitions) {
    List<String> out = new ArrayList<>();
    Set<String> there = new HashSet<>();
    all.forEach(d -> there.add(d.name()));
    for (String word : outsideBrackets(nodes)) {
      List<String> names = NodeNames.expand(withoutCount(word));
      if (names == null || !there.containsAll(names)) {
        out.add("Invalid SuspendExcNodes " + nodes + " some nodes may be ignored.");
        break;
      }
    }
    for (String word : outsideBrackets(parts)) {
      if (partitions.stream().noneMatch(p -> p.name().equals(withoutCount(word)))) {
        out.add("Invalid SuspendExcPart " + word + " ignored");
      }
    }
    for (String word : words(states)) {
      if (state(word) < 0) {
        out.add("Invalid SuspendExcState " + word);
      }
    }
    return out;
  }

  /** -1 for a name that is no state to exclude by; 0 for one that no node of this controller is ever in. */
  private static long state(String word) {
    return switch (word.toUpperCase(Locale.ROOT)) {
      case "CLOUD" -> SlurmNumbers.NODE_STATE_CLOUD;
      case "DRAIN" -> SlurmNumbers.NODE_STATE_DRAIN;
      case "DOWN" -> DOWN;
      case "NOT_RESPONDING" -> NOT_RESPONDING;
      case "INVALID_REG" -> INVALID_REGISTRATION;
      case "MAINT", "MAINTENANCE" -> MAINTENANCE;
      case "RESERVED" -> RESERVED;
      case "DYNAMIC_FUTURE", "DYNAMIC_NORM", "FAIL", "PLANNED" -> 0;
      default -> -1;
    };
  }

  private static String withoutCount(String word) {
    int colon = word.lastIndexOf(':');
    return colon > word.lastIndexOf(']') && colon > 0 ? word.substring(0, colon) : word;
  }

  private static int count(String word, String list, int all) {
    String number = word.length() == list.length() ? "" : word.substring(list.length() + 1).trim();
    return number.matches("[0-9]{1,9}") ? Math.min(all, Integer.parseInt(number)) : all;
  }

  private static List<String> words(String text) {
    return text == null ? List.of() : java.util.Arrays.stream(text.split(",")).map(String::trim).filter(s -> !s.isEmpty()).toList();
  }

  /** The words between commas; those within brackets belong to a word. */
  static List<String> outsideBrackets(String text) {
    List<String> out = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; text != null && i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ',';
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (c == ',' && depth <= 0 || i == text.length()) {
        String word = text.substring(start, i).trim();
        if (!word.isEmpty()) {
          out.add(word);
        }
        start = i + 1;
      }
    }
    return out;
  }

  /** {@link Command.UpdateSuspendExclusions}: until slurm.conf is read again, as in Slurm. */
  static Result apply(Change c, Command.UpdateSuspendExclusions u) {
    if (!u.actor().privileged()) {
      return Result.error(SlurmNumbers.ESLURM_USER_ID_MISSING);
    }
    ClusterConfig config = c.config();
    SuspendExclusions x = u.exclusions();
    x.wrong(config.nodes(), config.partitions()).forEach(c::error);
    PowerRules p = config.power();
    c.amendConfig(config.withPower(new PowerRules(
        p.enabled(), p.nodes(), x.kept(config.nodes(), config.partitions()), x.keptStates(), p.idleOnSuspend(), x)));
    c.info("SuspendExcNodes '" + x.nodes + "' SuspendExcParts '" + x.parts + "' SuspendExcStates '" + x.states + "' set by uid "
        + u.actor().uid());
    return Result.OK;
  }
}
