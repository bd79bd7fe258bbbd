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
  /** Empty: jobs are not kept on their cores. */
  private final Optional<CoreMap> cores;
  private final String why;
  private final CgroupConf conf;
  private final String nodeSuffix;

  private Tracking(
      Kind kind,
      Path mount,
      Optional<String> v1Controller,
      boolean memoryLimits,
      Optional<CoreMap> cores,
      String why,
      CgroupConf conf,
      String nodeSuffix) {
    this.kind = kind;
    this.mount = mount;
    this.v1Controller = v1Controller;
    this.memoryLimits = memoryLimits;
    this.cores = cores;
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
      return new Tracking(
          Kind.PROC, mount, Optional.empty(), false, Optional.empty(), "the agent does not run as root", conf, nodeSuffix);
    }
    boolean limits = conf.constrainRam() && taskCgroup;
    Optional<CoreMap> map =
        conf.constrainCores() && taskCgroup
            ? Optional.of(CoreMap.read(Path.of("/sys/devices/system/cpu")))
            : Optional.empty();
    String without =
        conf.constrainRam() && !taskCgroup
            ? "; ConstrainRAMSpace has no effect without TaskPlugin=task/cgroup"
            : limits ? "" : "; ConstrainRAMSpace=no";
    List<String> v2 = words(mount.resolve("cgroup.controllers"));
    if (v2.contains("memory") && v2.contains("cpuset")) {
      return new Tracking(
          Kind.CGROUP_V2,
          mount,
          Optional.empty(),
          limits,
          map,
          mount + "/cgroup.controllers" + without + "; no test of this project has run on cgroup v2 yet",
          conf,
          nodeSuffix);
    }
    for (String controller : List.of("memory", "freezer")) {
      if (Files.isWritable(mount.resolve(controller).resolve("cgroup.procs"))) {
        boolean memory = controller.equals("memory");
        String reason = mount + "/" + controller + (memory ? without : "; no memory hierarchy, no memory limits");
        Optional<CoreMap> v1Map = map.filter(_ -> Files.isWritable(mount.resolve("cpuset/cgroup.procs")));
        return new Tracking(
            Kind.CGROUP_V1, mount, Optional.of(controller), limits && memory, v1Map, reason, conf, nodeSuffix);
      }
    }
    return new Tracking(
        Kind.PROC, mount, Optional.empty(), false, Optional.empty(), "no usable cgroup hierarchy at " + mount, conf, nodeSuffix);
  }

  public Kind kind() {
    return kind;
  }

  public boolean enforcesMemory() {
    return memoryLimits;
  }

  /** One line for the log at start. */
  public String description() {
    return "tracking processes by " + kind.text() + " (" + why + "), memory limits "
        + (memoryLimits ? "on" : "off")
        + ", jobs "
        + (cores.isPresent() ? "kept to their own cores" : "not bound to cores");
  }

  /**
   * @param memoryMb the job's memory on this node, 0: none asked
   * @param coreRanges the controller's core numbers, "" not told
   */
  public Plan plan(long uid, long jobId, String step, long memoryMb, String coreRanges) {
    return plan(uid, jobId, step, new Share(memoryMb, coreRanges), new Share(memoryMb, coreRanges));
  }

  /**
   * What a job or one of its steps has of this node.
   *
   * @param memoryMb 0: none asked
   * @param coreRanges the controller's core numbers, "" not told
   * @param denied devices that it may not open, rules of a v1 devices cgroup
   */
  public record Share(long memoryMb, String coreRanges, List<String> denied) {
    public Share(long memoryMb, String coreRanges) {
      this(memoryMb, coreRanges, List.of());
    }
  }

  /** Whether jobs can be kept from devices here: by cgroup v1 only, v2 would need a BPF program. */
  public boolean limitsDevices() {
    return kind == Kind.CGROUP_V1 && Files.isWritable(mount.resolve("devices/cgroup.procs"));
  }

  /** For a step that has less than its job. */
  public Plan plan(long uid, long jobId, String step, Share ofJob, Share ofStep) {
    return switch (kind) {
      case PROC -> NOTHING;
      case CGROUP_V1 -> v1(uid, jobId, step, ofJob, ofStep);
      case CGROUP_V2 -> v2(jobId, step, ofJob, ofStep);
    };
  }

  private Optional<String> cpus(Share share) {
    return share.coreRanges.isEmpty() ? Optional.empty() : cores.flatMap(map -> map.cpus(share.coreRanges));
  }

  private Plan v1(long uid, long jobId, String step, Share ofJob, Share ofStep) {
    String below = "/slurm" + nodeSuffix + "/uid_" + uid + "/job_" + jobId;
    String controller = v1Controller.orElseThrow();
    String job = mount + "/" + controller + below;
    String directory = job + "/step_" + step;
    List<String> directories = new ArrayList<>(List.of(directory));
    List<String> writes = new ArrayList<>();
    boolean memory = controller.equals("memory");
    if (memory && memoryLimits && ofJob.memoryMb > 0) {
      // the job's own directory holds the limit: all of its steps share it
      writes.add(job + "/memory.limit_in_bytes=" + conf.limitBytes(ofJob.memoryMb));
    }
    if (memory && memoryLimits && ofStep.memoryMb > 0) {
      writes.add(directory + "/memory.limit_in_bytes=" + conf.limitBytes(ofStep.memoryMb));
    }
    Optional<String> jobCpus = cpus(ofJob);
    Optional<String> stepCpus = cpus(ofStep);
    if (jobCpus.isPresent() && stepCpus.isPresent()) {
      directories.add(mount + "/cpuset" + below + "/step_" + step);
      writes.addAll(v1Cpuset(uid, jobId, step, jobCpus.get(), stepCpus.get()));
    }
    if (!ofJob.denied.isEmpty() || !ofStep.denied.isEmpty()) {
      String devices = mount + "/devices" + below;
      directories.add(devices + "/step_" + step);
      ofJob.denied.forEach(rule -> writes.add(devices + "/devices.deny=" + rule));
      ofStep.denied.forEach(rule -> writes.add(devices + "/step_" + step + "/devices.deny=" + rule));
    }
    return new Plan(
        List.copyOf(directories),
        List.copyOf(writes),
        memory ? Optional.of(directory + "/memory.oom_control") : Optional.empty(),
        memory ? Optional.of(directory + "/memory.max_usage_in_bytes") : Optional.empty());
  }

  /** A v1 cpuset takes no process before each level above it has cpus and memory nodes. */
  private List<String> v1Cpuset(long uid, long jobId, String step, String jobCpus, String stepCpus) {
    String root = mount + "/cpuset";
    String allCpus = String.join(",", words(Path.of(root, "cpuset.cpus")));
    String nodes = String.join(",", words(Path.of(root, "cpuset.mems")));
    List<String> writes = new ArrayList<>();
    String level = root;
    for (String name : List.of("slurm" + nodeSuffix, "uid_" + uid, "job_" + jobId, "step_" + step)) {
      level = level + "/" + name;
      writes.add(level + "/cpuset.mems=" + nodes);
      String cpus = name.startsWith("job_") ? jobCpus : name.startsWith("step_") ? stepCpus : allCpus;
      writes.add(level + "/cpuset.cpus=" + cpus);
    }
    return writes;
  }

  private Plan v2(long jobId, String step, Share ofJob, Share ofStep) {
    String scope = mount + "/system.slice" + "/slurmstepd" + nodeSuffix + ".scope";
    String job = scope + "/job_" + jobId;
    String directory = job + "/step_" + step;
    List<String> writes = new ArrayList<>();
    boolean memory = memoryLimits && (ofJob.memoryMb > 0 || ofStep.memoryMb > 0);
    Optional<String> cpus = cpus(ofJob);
    for (String above : List.of(mount + "/system.slice", scope, job)) {
      if (memory) {
        writes.add(above + "/cgroup.subtree_control=+memory");
      }
      if (cpus.isPresent()) {
        writes.add(above + "/cgroup.subtree_control=+cpuset");
      }
    }
    if (memory && ofJob.memoryMb > 0) {
      writes.add(job + "/memory.max=" + conf.limitBytes(ofJob.memoryMb));
    }
    if (memory && ofStep.memoryMb > 0) {
      writes.add(directory + "/memory.max=" + conf.limitBytes(ofStep.memoryMb));
    }
    cpus.ifPresent(list -> writes.add(job + "/cpuset.cpus=" + list));
    if (cpus.isPresent()) {
      cpus(ofStep).ifPresent(list -> writes.add(directory + "/cpuset.cpus=" + list));
    }
    return new Plan(
        List.of(directory),
        List.copyOf(writes),
        Optional.of(directory + "/memory.events"),
        Optional.of(directory + "/memory.peak"));
  }

  /** The agent stops: takes away the directory above its jobs' if there are none. */
  public void tidy() {
    List<String> above =
        switch (kind) {
          case PROC -> List.of();
          case CGROUP_V1 -> List.of(v1Controller.orElseThrow() + "/slurm", "cpuset/slurm", "devices/slurm");
          case CGROUP_V2 -> List.of("system.slice/slurmstepd");
        };
    for (String name : above) {
      String suffix = kind == Kind.CGROUP_V2 ? nodeSuffix + ".scope" : nodeSuffix;
      // rmdir, which the kernel refuses while a job is in it
      boolean _ = mount.resolve(name + suffix).toFile().delete();
    }
  }

  private static List<String> words(Path file) {
    try {
      return List.of(Files.readString(file).strip().split("\\s+"));
    } catch (IOException e) {
      return List.of();
    }
  }
}
