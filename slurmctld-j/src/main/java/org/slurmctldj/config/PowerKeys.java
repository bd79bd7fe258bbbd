package org.slurmctldj.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.PowerRules;
import org.slurmctldj.core.SuspendExclusions;
import org.slurmctldj.proto.conf.NodeDef;
import org.slurmctldj.proto.conf.OptionList;
import org.slurmctldj.proto.conf.PartitionDef;
import org.slurmctldj.proto.wire.SlurmConstants;

/** The keys of power saving as {@link PowerRules}, and what the calls of its programs need. */
public final class PowerKeys {
  private static final Logger LOG = LoggerFactory.getLogger(PowerKeys.class);

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
    SuspendExclusions except = exclusions(conf);
    except.wrong(nodes, partitions).forEach(LOG::error);
    boolean programs = conf.slurm().text("SuspendProgram").isPresent() && conf.slurm().text("ResumeProgram").isPresent();
    List<PartitionDef> defs = conf.layout().partitions();
    List<NodeDef> lines = conf.layout().nodes();
    boolean somebody = conf.slurm().text("SuspendTime").isPresent() || lines.stream().anyMatch(n -> n.text("SuspendTime").isPresent()) || defs.stream().anyMatch(d -> d.text("SuspendTime").isPresent() || d.powerDownOnIdle());
    if (!programs || !somebody) {
      return conf.pools().groups().isEmpty()
          ? PowerRules.NONE
          : new PowerRules(false, List.of(), except.kept(nodes, partitions), except.keptStates());
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
    for (int n = 0; n < Math.min(lines.size(), nodes.size()); n++) {
      // 26.05: a node's own counts before its partitions' and the cluster's.
      Optional<String> line = lines.get(n).text("SuspendTime");
      if (line.isPresent()) {
        time[n] = seconds(SuspendTimeText.seconds(line.get()));
      }
    }
    List<PowerRules.NodePower> out = new ArrayList<>();
    for (int n = 0; n < nodes.size(); n++) {
      out.add(new PowerRules.NodePower(time[n], down[n], up[n], idle[n]));
    }
    return new PowerRules(true, out, except.kept(nodes, partitions), except.keptStates(),
        conf.options("SlurmctldParameters").has("idle_on_node_suspend"));
  }

  /** SuspendTime's value in seconds; -1 never. */
  public static long suspendSeconds(String text) {
    return seconds(SuspendTimeText.seconds(text));
  }

  private static long seconds(long infiniteOrSeconds) {
    return infiniteOrSeconds >= SlurmConstants.NO_VAL ? -1 : infiniteOrSeconds;
  }

  private static SuspendExclusions exclusions(ControllerConf conf) {
    return new SuspendExclusions(
        conf.slurm().text("SuspendExcNodes").orElse(null),
        conf.slurm().text("SuspendExcParts").orElse(null),
        conf.slurm().text("SuspendExcStates").orElse(null));
  }
}
