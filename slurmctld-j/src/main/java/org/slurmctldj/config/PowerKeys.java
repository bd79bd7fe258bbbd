package org.slurmctldj.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodeNames;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.PowerRules;
import org.slurmctldj.proto.conf.OptionList;
import org.slurmctldj.proto.conf.PartitionDef;
import org.slurmctldj.proto.wire.SlurmConstants;

/** The keys of power saving as {@link PowerRules}, and what the calls of its programs need. */
public final class PowerKeys {
  private PowerKeys() {}

  /**
   * How the programs are called.
   *
   * @param resumeRate nodes a minute at most; 0 any number
   * @param minIntervalMillis between two looks (power_save_min_interval)
   * @param programSeconds how long a program may take
   */
  public record Programs(
      Optional<String> resume,
      Optional<String> suspend,
      Optional<String> resumeFail,
      int resumeRate,
      int suspendRate,
      long minIntervalMillis,
      long programSeconds) {}

  public static Programs programs(ControllerConf conf) {
    OptionList options = conf.options("SlurmctldParameters");
    long min = options.number("power_save_min_interval", 0);
    long longest = Math.max(conf.slurm().number("ResumeTimeout", 60), conf.slurm().number("SuspendTimeout", 30));
    return new Programs(
        conf.slurm().text("ResumeProgram"),
        conf.slurm().text("SuspendProgram"),
        conf.slurm().text("ResumeFailProgram"),
        (int) conf.slurm().number("ResumeRate", 300),
        (int) conf.slurm().number("SuspendRate", 60),
        min * 1000,
        longest);
  }

  static PowerRules rules(ControllerConf conf, List<NodeDefinition> nodes, List<PartitionDefinition> partitions) {
    boolean programs = conf.slurm().text("SuspendProgram").isPresent() && conf.slurm().text("ResumeProgram").isPresent();
    List<PartitionDef> defs = conf.layout().partitions();
    boolean somebody = conf.slurm().text("SuspendTime").isPresent() || defs.stream().anyMatch(d -> d.text("SuspendTime").isPresent() || d.powerDownOnIdle());
    if (!programs || !somebody) {
      return conf.pools().groups().isEmpty()
          ? PowerRules.NONE
          : new PowerRules(false, List.of(), kept(conf, nodes, partitions), states(conf.slurm().text("SuspendExcStates").orElse("")));
    }
    long suspend = seconds(SuspendTimeText.seconds(conf.slurm().text("SuspendTime", "")));
    long suspendTimeout = conf.slurm().number("SuspendTimeout", 30);
    long resumeTimeout = conf.slurm().number("ResumeTimeout", 60);
    long[] time = new long[nodes.size()];
    long[] down = new long[nodes.size()];
    long[] up = new long[nodes.size()];
    boolean[] own = new boolean[nodes.size()];
    boolean[] idle = new boolean[nodes.size()];
    Arrays.fill(time, suspend);
    Arrays.fill(down, suspendTimeout);
    Arrays.fill(up, resumeTimeout);
    for (int p = 0; p < defs.size(); p++) {
      PartitionDef d = defs.get(p);
      for (int n : partitions.get(p).nodes()) {
        if (d.text("SuspendTime").isPresent()) {
          long t = seconds(SuspendTimeText.seconds(d.text("SuspendTime").orElse("")));
          // Of several partitions' the longest counts; -1, never, is the longest of all.
          time[n] = !own[n] ? t : time[n] < 0 || t < 0 ? -1 : Math.max(time[n], t);
          own[n] = true;
        }
        down[n] = Math.max(down[n], d.number("SuspendTimeout", 0));
        up[n] = Math.max(up[n], d.number("ResumeTimeout", 0));
        idle[n] |= d.powerDownOnIdle();
      }
    }
    List<PowerRules.NodePower> out = new ArrayList<>();
    for (int n = 0; n < nodes.size(); n++) {
      out.add(new PowerRules.NodePower(time[n], down[n], up[n], idle[n]));
    }
    return new PowerRules(true, out, kept(conf, nodes, partitions), states(conf.slurm().text("SuspendExcStates").orElse("")),
        conf.options("SlurmctldParameters").has("idle_on_node_suspend"));
  }

  /** SuspendTime's value in seconds; -1 never. */
  public static long suspendSeconds(String text) {
    return seconds(SuspendTimeText.seconds(text));
  }

  private static long seconds(long infiniteOrSeconds) {
    return infiniteOrSeconds >= SlurmConstants.NO_VAL ? -1 : infiniteOrSeconds;
  }

  /** "n[1-10]:4,n20": that many of a list; without a number all of it. */
  private static List<PowerRules.Kept> kept(ControllerConf conf, List<NodeDefinition> nodes, List<PartitionDefinition> partitions) {
    List<PowerRules.Kept> out = new ArrayList<>();
    for (String word : outsideBrackets(conf.slurm().text("SuspendExcNodes").orElse(""))) {
      int colon = word.lastIndexOf(':');
      String list = colon > word.lastIndexOf(']') ? word.substring(0, colon) : word;
      List<String> names = NodeNames.expand(list);
      int[] indexes = IntStream.range(0, nodes.size()).filter(i -> names != null && names.contains(nodes.get(i).name())).toArray();
      out.add(new PowerRules.Kept(indexes, count(word, list, indexes.length)));
    }
    for (String word : outsideBrackets(conf.slurm().text("SuspendExcParts").orElse(""))) {
      int colon = word.lastIndexOf(':');
      String name = colon > 0 ? word.substring(0, colon) : word;
      for (PartitionDefinition p : partitions) {
        if (p.name().equals(name)) {
          out.add(new PowerRules.Kept(p.nodes(), count(word, name, p.nodes().length)));
        }
      }
    }
    return out;
  }

  private static int count(String word, String list, int all) {
    return word.length() == list.length() ? all : Math.min(all, Integer.parseInt(word.substring(list.length() + 1).trim()));
  }

  private static List<String> outsideBrackets(String text) {
    List<String> out = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ',';
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (c == ',' && depth <= 0) {
        String word = text.substring(start, i).trim();
        if (!word.isEmpty()) {
          out.add(word);
        }
        start = i + 1;
      }
    }
    return out;
  }

  private static long states(String text) {
    long bits = 0;
    for (String word : text.split(",")) {
      bits |= switch (word.trim().toUpperCase(Locale.ROOT)) {
        case "CLOUD" -> 1L << 7;
        case "DRAIN" -> 1L << 9;
        case "DOWN" -> 1L << 17;
        case "IDLE" -> 1L << 18;
        default -> 0;
      };
    }
    return bits;
  }
}
