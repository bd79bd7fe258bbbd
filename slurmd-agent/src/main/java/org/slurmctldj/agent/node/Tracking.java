package org.slurmctldj.agent.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a job's processes are kept together and limited on this node: cgroup v2 if its root offers memory and cpuset, else
 * v1 with a memory or freezer hierarchy, else /proc alone. Decided once at start; immutable.
 */
public final class Tracking {
  public enum Kind {
    CGROUP_V2("cgroup/v2"),
    CGROUP_V1("cgroup/v1"),
    PROC("proc");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** As the registration and the log say it. */
    public String text() {
      return text;
    }
  }

  /**
   * What the shepherd makes, writes and reads for one job.
   *
   * @param directories made and joined
   * @param writes "file=value", in order, before the script joins
   * @param oomFile holds a line "oom_kill N"
   * @param peakFile holds the highest memory use in bytes
   */
  public record Plan(
      List<String> directories, List<String> writes, Optional<String> oomFile, Optional<String> peakFile) {}

  private static final Plan NOTHING = new Plan(List.of(), List.of(), Optional.empty(), Optional.empty());

  private final Kind kind;
  private final Path mount;
  private final Optional<String> v1Controller;
  private final boolean memoryLimits;
  private final String why;
  private final CgroupConf conf;
  private final String nodeSuffix;

  private Tracking(
      Kind kind,
      Path mount,
      Optional<String> v1Controller,
      boolean memoryLimits,
      String why,
      CgroupConf conf,
      String nodeSuffix) {
    this.kind = kind;
    this.mount = mount;
    this.v1Controller = v1Controller;
    this.memoryLimits = memoryLimits;
    this.why = why;
    this.conf = conf;
    this.nodeSuffix = nodeSuffix;
  }

  /**
   * @param nodeSuffix "" for a host's only agent, "_n1_0a1b2c3d" where several agents share the host
   * @param taskCgroup TaskPlugin names task/cgroup: Slurm limits nothing without it
   */
  public static Tracking find(CgroupConf conf, boolean privileged, boolean taskCgroup, String nodeSuffix) {
    Path mount = Path.of(conf.mountPoint());
    if (!privileged) {
      return new Tracking(Kind.PROC, mount, Optional.empty(), false, "the agent does not run as root", conf, nodeSuffix);
    }
    boolean limits = conf.constrainRam() && taskCgroup;
    String without =
        conf.constrainRam() && !taskCgroup
            ? "; ConstrainRAMSpace has no effect without TaskPlugin=task/cgroup"
            : limits ? "" : "; ConstrainRAMSpace=no";
    List<String> v2 = words(mount.resolve("cgroup.controllers"));
    if (v2.contains("memory") && v2.contains("cpuset")) {
      return new Tracking(
          Kind.CGROUP_V2, mount, Optional.empty(), limits, mount + "/cgroup.controllers" + without, conf, nodeSuffix);
    }
    for (String controller : List.of("memory", "freezer")) {
      if (Files.isWritable(mount.resolve(controller).resolve("cgroup.procs"))) {
        boolean memory = controller.equals("memory");
        String reason = mount + "/" + controller + (memory ? without : "; no memory hierarchy, no memory limits");
        return new Tracking(
            Kind.CGROUP_V1, mount, Optional.of(controller), limits && memory, reason, conf, nodeSuffix);
      }
    }
    return new Tracking(
        Kind.PROC, mount, Optional.empty(), false, "no usable cgroup hierarchy at " + mount, conf, nodeSuffix);
  }

  public Kind kind() {
    return kind;
  }

  public boolean enforcesMemory() {
    return memoryLimits;
  }

  /** One line for the log at start. */
  public String description() {
    return "tracking processes by " + kind.text() + " (" + why + "), memory limits " + (memoryLimits ? "on" : "off");
  }

  /** @param memoryMb the job's memory on this node, 0: none asked */
  public Plan plan(long uid, long jobId, String step, long memoryMb) {
    return switch (kind) {
      case PROC -> NOTHING;
      case CGROUP_V1 -> v1(uid, jobId, step, memoryMb);
      case CGROUP_V2 -> v2(jobId, step, memoryMb);
    };
  }

  private Plan v1(long uid, long jobId, String step, long memoryMb) {
    String controller = v1Controller.orElseThrow();
    String job = mount + "/" + controller + "/slurm" + nodeSuffix + "/uid_" + uid + "/job_" + jobId;
    String directory = job + "/step_" + step;
    if (!controller.equals("memory")) {
      return new Plan(List.of(directory), List.of(), Optional.empty(), Optional.empty());
    }
    List<String> writes = new ArrayList<>();
    if (memoryLimits && memoryMb > 0) {
      long bytes = conf.limitBytes(memoryMb);
      // the job's own directory holds the limit: all of its steps share it
      writes.add(job + "/memory.limit_in_bytes=" + bytes);
      writes.add(directory + "/memory.limit_in_bytes=" + bytes);
    }
    return new Plan(
        List.of(directory),
        List.copyOf(writes),
        Optional.of(directory + "/memory.oom_control"),
        Optional.of(directory + "/memory.max_usage_in_bytes"));
  }

  private Plan v2(long jobId, String step, long memoryMb) {
    String scope = mount + "/system.slice" + "/slurmstepd" + nodeSuffix + ".scope";
    String job = scope + "/job_" + jobId;
    String directory = job + "/step_" + step;
    List<String> writes = new ArrayList<>();
    if (memoryLimits && memoryMb > 0) {
      for (String above : List.of(mount + "/system.slice", scope, job)) {
        writes.add(above + "/cgroup.subtree_control=+memory");
      }
      writes.add(job + "/memory.max=" + conf.limitBytes(memoryMb));
      writes.add(directory + "/memory.max=" + conf.limitBytes(memoryMb));
    }
    return new Plan(
        List.of(directory),
        List.copyOf(writes),
        Optional.of(directory + "/memory.events"),
        Optional.of(directory + "/memory.peak"));
  }

  private static List<String> words(Path file) {
    try {
      return List.of(Files.readString(file).strip().split("\\s+"));
    } catch (IOException e) {
      return List.of();
    }
  }
}
