package org.slurmctldj.agent.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slurmctldj.agent.job.OutputName;
import org.slurmctldj.agent.job.SubmittedLimits;
import org.slurmctldj.agent.launch.LaunchNode;
import org.slurmctldj.agent.launch.ShepherdSpec;
import org.slurmctldj.agent.node.Tracking;
import org.slurmctldj.proto.slurm.LaunchTasks;
import org.slurmctldj.proto.slurm.SlurmError;

/** From a launch that may be carried out to what the step's process is told. Pure: all look-ups are done before. */
final class StepPlan {
  private static final int TRUNCATE = 2;
  private static final int APPEND = 1;

  /** What slurm.conf says for all steps of the node. */
  record Settings(int nodeCpus, Optional<String> taskProlog, Optional<String> taskEpilog) {}

  static byte[] spec(StepOrder order, LaunchNode node, Settings settings, List<TaskProgram> programs, List<TaskBinding> bindings)
      throws StepRefusal {
    List<GpuBinding.Task> gpus = GpuBinding.of(order, node.devices().gpuVariables(), node.devices().constrained());
    LaunchTasks launch = order.launch();
    List<String> environment =
        StepEnvironment.common(order, new StepEnvironment.Node(node.nodeName(), settings.nodeCpus()));
    Tracking.Plan tracking = tracking(order, node);
    String cwd = launch.cwd() == null ? "/tmp" : launch.cwd();
    ShepherdSpec spec =
        new ShepherdSpec()
            .put("prefix", node.messagePrefix())
            .put("step", order.key().toString())
            .put("work_dir", cwd)
            .put("uid", order.user().uid())
            .put("gid", order.user().gid())
            .put("groups", order.user().groupsText())
            .put("umask", SubmittedLimits.umask(Arrays.stream(launch.env())))
            .put("privileged", node.privileged() ? 1 : 0)
            .put("append", appends(launch, node) ? 1 : 0)
            .put("node_id", order.node())
            .put("task_offset", order.taskOffset())
            .put("label_width", Long.toString(Math.max(0, launch.ntasks() - 1)).length())
            .put("pty", order.has(StepOrder.PTY) ? 1 : 0)
            .put("buffered", order.has(StepOrder.BUFFERED_IO) ? 1 : 0)
            .put("label", order.has(StepOrder.LABEL_IO) ? 1 : 0);
    order
        .ioPort()
        .ifPresent(
            port ->
                spec.put("io_address", order.origin().getHostAddress())
                    .put("io_port", port)
                    .put("io_version", (long) order.version() << 8)
                    .put("io_key", launch.cred().signature()));
    if (order.has(StepOrder.PTY)) {
      number(environment, "SLURM_PTY_PORT", spec, "pty_port");
      number(environment, "SLURM_PTY_WIN_ROW", spec, "pty_rows");
      number(environment, "SLURM_PTY_WIN_COL", spec, "pty_cols");
    }
    if (order.mpi() == Mpi.PMI2) {
      MpiPlan.put(spec, order, Arrays.asList(launch.env()));
    }
    settings.taskProlog().ifPresent(file -> spec.put("task_prolog", file));
    settings.taskEpilog().ifPresent(file -> spec.put("task_epilog", file));
    put(spec, "user_task_prolog", launch.taskProlog());
    put(spec, "user_task_epilog", launch.taskEpilog());
    environment.forEach(entry -> spec.put("env", entry));
    SubmittedLimits.of(Arrays.stream(launch.env())).forEach(limit -> spec.put("rlimit", limit));
    tracking.directories().forEach(directory -> spec.put("cgroup", directory));
    tracking.writes().forEach(write -> spec.put("write", write));
    tracking.oomFile().ifPresent(file -> spec.put("oom_file", file));
    tracking.peakFile().ifPresent(file -> spec.put("peak_file", file));
    if (!order.has(StepOrder.MULTI_PROG)) {
      arguments(order, node.nodeName()).forEach(arg -> spec.put("arg", arg));
    }
    tasks(order, node, cwd, spec, programs, bindings, gpus);
    return spec.bytes();
  }

  private static void tasks(
      StepOrder order,
      LaunchNode node,
      String cwd,
      ShepherdSpec spec,
      List<TaskProgram> programs,
      List<TaskBinding> bindings,
      List<GpuBinding.Task> gpus) {
    LaunchTasks launch = order.launch();
    long[] ids = order.taskIds();
    for (int local = 0; local < ids.length; local++) {
      spec.put("task", ids[local]);
      OutputName.Facts names = names(order, node, ids[local] + order.taskOffset());
      file(spec, "in", launch.ifname(), ids[local], cwd, names);
      file(spec, "out", launch.ofname(), ids[local], cwd, names);
      file(spec, "err", launch.efname(), ids[local], cwd, names);
      if (order.has(StepOrder.MULTI_PROG)) {
        programs.get(local).arguments().forEach(arg -> spec.put("arg", arg));
      }
      StepEnvironment.ofTask(order, local).forEach(entry -> spec.put("env", entry));
      if (order.mpi() == Mpi.PMI2) {
        MpiPlan.ofTask(order, local, Arrays.asList(launch.env()), MpiPlan.size(order)).forEach(entry -> spec.put("env", entry));
      }
      TaskBinding binding = bindings.get(local);
      binding.environment().forEach(entry -> spec.put("env", entry));
      binding.cpus().ifPresent(cpus -> spec.put("cpus", cpus));
      binding.said().ifPresent(line -> spec.put("bind_text", line));
      gpus.get(local).environment().forEach(entry -> spec.put("env", entry));
      gpus.get(local).said().ifPresent(line -> spec.put("gpu_text", line + "\n"));
    }
  }

  private static List<String> arguments(StepOrder order, String node) throws StepRefusal {
    List<String> list = new ArrayList<>(Arrays.stream(order.launch().argv()).map(arg -> arg == null ? "" : arg).toList());
    if (list.isEmpty() || list.getFirst().isEmpty()) {
      throw new StepRefusal(SlurmError.ESLURMD_EXECVE_FAILED, "no program");
    }
    if (list.getFirst().endsWith("/")) {
      // srun --bcast=DIRECTORY/
      String name = FileReceipt.defaultName(order.key().jobId(), order.key().stepId(), node);
      list.set(0, list.getFirst() + name);
    }
    return list;
  }

  private static Tracking.Plan tracking(StepOrder order, LaunchNode node) {
    StepAllocation a = order.allocation();
    return node.tracking()
        .plan(
            order.user().uid(),
            order.key().jobId(),
            order.key().step(),
            new Tracking.Share(a.jobMemoryMb(), StepAllocation.ranges(a.jobCores()), node.devices().denied(a.jobDevices())),
            new Tracking.Share(a.stepMemoryMb(), StepAllocation.ranges(a.stepCores()), node.devices().denied(a.stepDevices())));
  }

  private static boolean appends(LaunchTasks launch, LaunchNode node) {
    return launch.openMode() == APPEND || (launch.openMode() != TRUNCATE && node.appendByDefault());
  }

  private static void number(List<String> environment, String name, ShepherdSpec spec, String key) {
    String value = StepEnvironment.value(environment, name);
    if (value.matches("[0-9]{1,5}")) {
      spec.put(key, Long.parseLong(value));
    }
  }

  private static void put(ShepherdSpec spec, String key, String value) {
    if (value != null && !value.isEmpty()) {
      spec.put(key, value);
    }
  }

  /** A number stands for one task: that one has srun's stream, the others have nothing. */
  private static void file(ShepherdSpec spec, String key, String pattern, long gtid, String cwd, OutputName.Facts names) {
    if (pattern == null || pattern.isEmpty()) {
      return;
    }
    if (pattern.matches("[0-9]{1,10}")) {
      if (Long.parseLong(pattern) != gtid) {
        spec.put(key, "/dev/null");
      }
      return;
    }
    spec.put(key, OutputName.path(pattern, cwd, names));
  }

  private static OutputName.Facts names(StepOrder order, LaunchNode node, long taskId) {
    List<String> environment = Arrays.asList(order.launch().env());
    String array = StepEnvironment.value(environment, "SLURM_ARRAY_JOB_ID");
    String task = StepEnvironment.value(environment, "SLURM_ARRAY_TASK_ID");
    boolean ofArray = array.matches("[0-9]{1,10}") && task.matches("[0-9]{1,10}");
    return new OutputName.Facts(
        order.shownJobId(),
        ofArray ? Long.parseLong(array) : 0,
        ofArray ? Long.parseLong(task) : StepKey.NO_VAL,
        StepEnvironment.value(environment, "SLURM_JOB_NAME"),
        order.user().name(),
        node.hostName(),
        order.node() + order.nodeOffset(),
        taskId,
        Long.toString(order.key().stepId()));
  }

  private StepPlan() {}
}
