package org.slurmctldj.config.pools;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slurmctldj.cloud.GroupSettings;
import org.slurmctldj.cloud.LaunchOrder;
import org.slurmctldj.core.PoolDefinition;
import org.slurmctldj.core.PoolRules;
import org.slurmctldj.core.PowerRules;
import org.slurmctldj.proto.conf.ClusterLayout;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.NodeDef;
import org.slurmctldj.proto.conf.PartitionDef;
import org.slurmctldj.proto.conf.SlurmConf;

/**
 * A pools.yaml that has passed all checks: the lines of slurm.conf that it stands for, the pools for core, and how
 * instances of each group are had. Immutable.
 */
public final class Pools {
  /** Where there is no pools.yaml. */
  public static final Pools NONE = new Pools(null, List.of(), List.of(), "", "", "");

  /** PCS's own values where neither group nor slurm.conf has one, seconds. */
  private static final long IDLE_SECONDS = 60;

  private static final long RESUME_SECONDS = 1800;

  private final PoolsFile.Cloud cloud;
  private final List<GroupConf> groups;
  private final List<QueueConf> queues;
  private final String lines;
  private final String allLines;
  private final String gresLines;
  private final Map<String, GroupSettings> settings = new LinkedHashMap<>();
  private CloudFacts facts = CloudFacts.NONE;
  private List<String> warnings = List.of();

  private Pools(
      PoolsFile.Cloud cloud, List<GroupConf> groups, List<QueueConf> queues, String lines, String allLines, String gresLines) {
    this.cloud = cloud;
    this.groups = List.copyOf(groups);
    this.queues = List.copyOf(queues);
    this.lines = lines;
    this.allLines = allLines;
    this.gresLines = gresLines;
    this.groups.forEach(g -> settings.put(g.name(), new GroupSettings(g.name(), g.options(), tagged(cloud, g.launch()))));
  }

  /** A group's own tags win over the cloud's. */
  private static LaunchOrder.LaunchSettings tagged(PoolsFile.Cloud cloud, LaunchOrder.LaunchSettings s) {
    Map<String, String> tags = new LinkedHashMap<>(cloud == null ? Map.of() : cloud.tags());
    tags.putAll(s.tags());
    return new LaunchOrder.LaunchSettings(
        s.launchTemplateId(), s.launchTemplateVersion(), s.imageId(), s.instanceProfile(), tags, s.userData());
  }

  /**
   * The file beside slurm.conf, checked against it.
   *
   * @param slurm as it is on the disk
   * @param examiner asks the cloud
   * @param always also where all instance types are known already
   * @throws ConfException with every fault, a sentence a line
   */
  public static Pools beside(Path slurmConf, SlurmConf slurm, Examiner examiner, boolean always) {
    List<String> faults = new ArrayList<>();
    PoolsFile file = PoolsFile.beside(slurmConf, faults);
    if (file.cloud() == null) {
      return of(file, slurm, faults);
    }
    CloudFacts kept = CloudFacts.read(Path.of(slurm.stateSaveLocation()));
    boolean unknown = file.groups().stream().flatMap(g -> g.options().stream())
        .anyMatch(o -> !file.types().containsKey(o.instanceType()) && !kept.types().containsKey(o.instanceType()));
    Examiner.Examination e = always || unknown ? examiner.examine(file, slurm) : Examiner.Examination.NOTHING;
    CloudFacts facts = kept.with(e.facts());
    faults.addAll(e.faults());
    Pools pools = of(file.knowing(facts), slurm, faults);
    pools.facts = facts;
    pools.warnings = e.warnings();
    return pools;
  }

  /** What the cloud said: to be kept for a start without it. */
  public CloudFacts facts() {
    return facts;
  }

  public List<String> warnings() {
    return warnings;
  }

  static Pools of(PoolsFile file, SlurmConf slurm, List<String> faults) {
    PoolLines lines = new PoolLines(file, slurm);
    new PoolChecks(file, slurm, lines, faults).run();
    if (!faults.isEmpty()) {
      throw new ConfException(String.join("\n", faults));
    }
    return new Pools(file.cloud(), file.groups(), file.queues(), lines.missing(), lines.all(), lines.gres());
  }

  public PoolsFile.Cloud cloud() {
    return cloud;
  }

  public List<GroupConf> groups() {
    return groups;
  }

  /** How instances are had, by group. */
  public Map<String, GroupSettings> settings() {
    return settings;
  }

  /** Lines that slurm.conf has not: those of groups and queues that an Include of it does not have already. */
  public String lines() {
    return lines;
  }

  /** All lines of groups and queues, for an Include. */
  public String allLines() {
    return allLines;
  }

  /** The devices of its nodes, as lines of gres.conf. */
  public String gresLines() {
    return gresLines;
  }

  /** For core. {@code layout} has the nodes and partitions of slurm.conf and of {@link #lines}. */
  public PoolRules rules(SlurmConf slurm, ClusterLayout layout) {
    if (groups.isEmpty() && queues.isEmpty()) {
      return PoolRules.NONE;
    }
    List<PoolDefinition> out = new ArrayList<>();
    for (GroupConf g : groups) {
      int[] nodes = new int[g.max()];
      boolean downOnIdle = false;
      for (int i = 0; i < nodes.length; i++) {
        nodes[i] = layout.node(g.name() + "-" + (i + 1)).orElseThrow().index();
      }
      for (PartitionDef p : layout.partitions()) {
        downOnIdle |= p.powerDownOnIdle() && p.nodes().stream().map(NodeDef::name).anyMatch(n -> n.equals(g.name() + "-1"));
      }
      out.add(new PoolDefinition(g.name(), nodes, g.min(), power(g, slurm, downOnIdle), g.bootFailures(), g.probeSeconds()));
    }
    return new PoolRules(out, queues.stream().map(QueueConf::name).toList());
  }

  private static PowerRules.NodePower power(GroupConf g, SlurmConf slurm, boolean downOnIdle) {
    long idle = g.idleSeconds();
    if (idle == GroupConf.NOT_SET) {
      idle = slurm.text("SuspendTime").isEmpty()
          ? IDLE_SECONDS
          : org.slurmctldj.config.PowerKeys.suspendSeconds(slurm.text("SuspendTime", ""));
    }
    long resume = g.resumeSeconds() == GroupConf.NOT_SET ? slurm.number("ResumeTimeout", RESUME_SECONDS) : g.resumeSeconds();
    return new PowerRules.NodePower(idle, slurm.number("SuspendTimeout", 30), resume, downOnIdle);
  }
}
