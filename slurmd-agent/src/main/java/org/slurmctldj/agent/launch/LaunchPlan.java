package org.slurmctldj.agent.launch;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slurmctldj.agent.job.JobEnvironment;
import org.slurmctldj.agent.job.OutputName;
import org.slurmctldj.agent.job.SubmittedLimits;
import org.slurmctldj.agent.node.Tracking;
import org.slurmctldj.proto.agent.JobFacts;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.conf.GresConf;

/** From the controller's Launch to what the shepherd is told. Pure: all look-ups are done before. */
final class LaunchPlan {
  static final String STEP = "batch";
  private static final long NO_VAL = 0xfffffffeL;

  /**
   * @param groups supplementary groups, looked up if the launch has none
   * @param userEnvironment for --get-user-env, else empty
   */
  static byte[] spec(Launch launch, LaunchNode node, List<Long> groups, List<String> userEnvironment, Path script) {
    String workDir = launch.getWorkDir().isEmpty() ? "/tmp" : text(launch.getWorkDir());
    OutputName.Facts names = names(launch, node);
    String out =
        OutputName.path(
            launch.getStdOut().isEmpty() ? OutputName.defaultPattern(names) : text(launch.getStdOut()), workDir, names);
    String err = launch.getStdErr().isEmpty() ? out : OutputName.path(text(launch.getStdErr()), workDir, names);
    String in = launch.getStdIn().isEmpty() ? "/dev/null" : OutputName.path(text(launch.getStdIn()), workDir, names);
    long jobId = Integer.toUnsignedLong(launch.getJobId());
    Tracking.Plan tracking =
        node.tracking()
            .plan(
                Integer.toUnsignedLong(launch.getUid()),
                jobId,
                STEP,
                new Tracking.Share(launch.getMemoryMb(), launch.getCoreBitmap(), node.devices().denied(JobHold.devices(launch.getGresList()))),
                new Tracking.Share(launch.getMemoryMb(), launch.getCoreBitmap(), List.of()));

    ShepherdSpec spec =
        new ShepherdSpec()
            .put("prefix", node.messagePrefix())
            .put("step", jobId + "." + STEP)
            .put("executable", script.toString())
            .put("work_dir", workDir)
            .put("std_in", in)
            .put("std_out", out)
            .put("std_err", err)
            .put("append", appends(launch, node) ? 1 : 0)
            .put("uid", Integer.toUnsignedLong(launch.getUid()))
            .put("gid", Integer.toUnsignedLong(launch.getGid()))
            .put("groups", groups.stream().map(String::valueOf).collect(Collectors.joining(",")))
            .put("umask", SubmittedLimits.umask(submitted(launch)))
            .put("privileged", node.privileged() ? 1 : 0);
    node.taskProlog().ifPresent(file -> spec.put("script_prolog", file));
    node.taskEpilog().ifPresent(file -> spec.put("script_epilog", file));
    // argv[0] is the script's path in the spool, as under Slurm
    spec.put("arg", script.toString());
    launch.getArgvList().stream().skip(1).forEach(arg -> spec.put("arg", text(arg)));
    JobEnvironment.of(launch, new JobEnvironment.NodeFacts(node.nodeName(), node.slurmConf(), node.devices()), userEnvironment)
        .forEach(entry -> spec.put("env", entry));
    SubmittedLimits.of(submitted(launch)).forEach(limit -> spec.put("rlimit", limit));
    tracking.directories().forEach(directory -> spec.put("cgroup", directory));
    tracking.writes().forEach(write -> spec.put("write", write));
    tracking.oomFile().ifPresent(file -> spec.put("oom_file", file));
    tracking.peakFile().ifPresent(file -> spec.put("peak_file", file));
    return spec.bytes();
  }

  private static OutputName.Facts names(Launch launch, LaunchNode node) {
    JobFacts facts = launch.getFacts();
    return new OutputName.Facts(
        Integer.toUnsignedLong(launch.getJobId()),
        Integer.toUnsignedLong(facts.getArrayJobId()),
        facts.getArrayJobId() == 0 ? NO_VAL : Integer.toUnsignedLong(facts.getArrayTaskId()),
        text(facts.getJobName()),
        text(launch.getUserName()),
        node.hostName(),
        facts.getNodeIndex(),
        0,
        STEP);
  }

  private static boolean appends(Launch launch, LaunchNode node) {
    return switch (launch.getOpenMode()) {
      case APPEND -> true;
      case TRUNCATE -> false;
      case DEFAULT, UNRECOGNIZED -> node.appendByDefault();
    };
  }

  private static Stream<String> submitted(Launch launch) {
    return launch.getEnvironmentList().stream().map(LaunchPlan::text);
  }

  /** sbatch --get-user-env and --export=NONE leave this word in the environment. */
  static boolean asksForUserEnvironment(Launch launch) {
    return submitted(launch).anyMatch(entry -> entry.startsWith("SLURM_GET_USER_ENV="));
  }

  static String text(ByteString bytes) {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private LaunchPlan() {}
}
