package org.slurmctldj.agent.step;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.launch.JobHold;
import org.slurmctldj.agent.launch.ShepherdSpec;
import org.slurmctldj.agent.node.ProcessFamily;
import org.slurmctldj.agent.node.Tracking;
import org.slurmctldj.proto.os.ProcessFacts;

/**
 * PrologFlags=Contain: JOB.extern, a step that holds what comes to a job's node from outside. Its own process only sleeps, as
 * slurmd's does, and belongs to the agent's user, so that its job's user cannot end it by accident; its control group is
 * what counts: pam_slurm_adopt asks {@link ExternDoor} to put a login's processes in, and they end with the job. It is nobody's
 * request and nobody is told of its end. Any thread.
 */
final class ExternSteps {
  private static final Logger log = LoggerFactory.getLogger(ExternSteps.class);
  private static final long PAUSE_MILLIS = 20;

  /** An earlier run of the job may have its last words under way. */
  private static final int PAUSES = 500;

  private final Steps steps;
  private final Path spoolDirectory;
  private final Map<StepKey, ExternDoor> doors = new LinkedHashMap<>();

  ExternSteps(Steps steps, Path spoolDirectory) {
    this.steps = steps;
    this.spoolDirectory = spoolDirectory;
  }

  static boolean is(StepKey key) {
    return key.stepId() == StepKey.EXTERN;
  }

  static StepKey of(long jobId) {
    return new StepKey(jobId, StepKey.EXTERN, StepKey.NO_VAL);
  }

  /** Returns when the step is there, or cannot be: that is said in the log, and the job runs without. */
  void contain(JobHold hold) throws InterruptedException {
    StepKey key = of(hold.jobId());
    try {
      for (int i = 0; i < PAUSES; i++) {
        Optional<StepRun> there = steps.find(key);
        if (there.isEmpty()) {
          steps.begin(facts(hold), spec(hold), hold.heard()).ifPresent(this::open);
          return;
        }
        if (!there.get().processGone()) {
          return;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
      log.error("step {}: an earlier one is still here", key);
    } catch (IOException | StepRefusal e) {
      log.error("step {}: {}", key, e.getMessage());
    }
  }

  private StepFacts facts(JobHold hold) {
    return new StepFacts(
        of(hold.jobId()),
        0,
        0,
        hold.uid(),
        0,
        hold.node(),
        1,
        1,
        Optional.empty(),
        hold.memoryMb(),
        hold.jobId(),
        System.currentTimeMillis() / 1000,
        StepTree.of(0, 1),
        Optional.empty(),
        ProcessFacts.bootId());
  }

  private byte[] spec(JobHold hold) {
    StepNode node = steps.node();
    Tracking.Share share =
        new Tracking.Share(hold.memoryMb(), hold.cores(), node.launch().devices().denied(hold.devices()));
    Tracking.Plan tracking = node.launch().tracking().plan(hold.uid(), hold.jobId(), of(hold.jobId()).step(), share, share);
    ShepherdSpec spec =
        new ShepherdSpec()
            .put("prefix", node.launch().messagePrefix())
            .put("step", of(hold.jobId()).toString())
            .put("work_dir", "/")
            .put("uid", ProcessFacts.effectiveUid())
            .put("gid", ProcessFacts.effectiveGid())
            .put("privileged", 0)
            .put("adopts", 1)
            .put("node_id", hold.node());
    // what is left of it is found by these where there are no control groups
    for (String entry :
        List.of(
            "PATH=/usr/bin:/bin",
            "SLURM_JOB_ID=" + hold.jobId(),
            "SLURM_CONF=" + node.launch().slurmConf(),
            "SLURMD_NODENAME=" + node.launch().nodeName())) {
      spec.put("env", entry);
    }
    tracking.directories().forEach(directory -> spec.put("cgroup", directory));
    tracking.writes().forEach(write -> spec.put("write", write));
    tracking.oomFile().ifPresent(file -> spec.put("oom_file", file));
    tracking.peakFile().ifPresent(file -> spec.put("peak_file", file));
    spec.put("arg", "sleep").put("arg", "100000000");
    spec.put("task", hold.node());
    List.of("in", "out", "err").forEach(stream -> spec.put(stream, "/dev/null"));
    return spec.bytes();
  }

  /** Processes that are in it: what sleeps, and what was adopted with all that came of it. */
  static long[] members(StepRun run) throws IOException {
    List<String> groups = ShepherdSpec.values(run.directory().resolve("spec"), "cgroup");
    if (groups.isEmpty()) {
      return ProcessFamily.below(run.taskIds().stream().mapToLong(StepReports.Task::pid).toArray());
    }
    return Files.readAllLines(Path.of(groups.getFirst(), "cgroup.procs")).stream().mapToLong(Long::parseLong).sorted().toArray();
  }

  /** All of them are its one task on this node. */
  static List<StepReports.Task> tasks(StepRun run, long[] members) {
    return LongStream.of(members).mapToObj(pid -> new StepReports.Task(run.facts().node(), pid)).toList();
  }

  /** For one that has begun, here or by an earlier agent. */
  void open(StepRun run) {
    StepKey key = run.facts().key();
    try {
      ExternDoor door = ExternDoor.open(spoolDirectory, steps.node().launch().nodeName(), run);
      synchronized (doors) {
        doors.put(key, door);
      }
    } catch (IOException e) {
      log.error("step {}: pam_slurm_adopt will not find it: {}", key, e.getMessage());
    }
  }

  /** It is over, or the agent stops. */
  void close(StepKey key) {
    ExternDoor door;
    synchronized (doors) {
      door = doors.remove(key);
    }
    if (door != null) {
      door.close();
    }
  }

  void close() {
    List<StepKey> open;
    synchronized (doors) {
      open = List.copyOf(doors.keySet());
    }
    open.forEach(this::close);
  }
}
