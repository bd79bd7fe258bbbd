package org.slurmctldj.client.srun;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.job.ByteNames;
import org.slurmctldj.client.job.ExportList;
import org.slurmctldj.client.job.ProcessStat;
import org.slurmctldj.client.job.PropagatedLimits;
import org.slurmctldj.client.job.Submission;
import org.slurmctldj.client.job.TaskCounts;
import org.slurmctldj.client.job.TresPerTask;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.os.ResourceLimit;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.slurm.ResourceAllocationResponse;
import org.slurmctldj.proto.slurm.SlurmStepLayout;

/** The environment of a step's tasks, but for what the node adds: srun's own as --export wants it, and the step's facts. */
final class TaskEnvironment {
  private final Client client;
  private final boolean old;
  private final Submission s;
  private final Map<String, String> map;

  TaskEnvironment(Client client, boolean old, Submission submission) {
    this.client = client;
    this.old = old;
    this.s = submission;
    this.map = exported();
  }

  private Map<String, String> exported() {
    Map<String, String> own = new LinkedHashMap<>();
    for (String entry : ProcessFacts.environment()) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        own.putIfAbsent(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    if (s.export == null || s.export.equalsIgnoreCase("ALL")) {
      return own;
    }
    Map<String, String> chosen = new LinkedHashMap<>();
    List<String> items = ExportList.split(s.export);
    boolean all = items.stream().anyMatch(i -> i.equalsIgnoreCase("ALL"));
    own.forEach(
        (name, value) -> {
          if (all || name.startsWith("SLURM_")) {
            chosen.put(name, value);
          }
        });
    for (String item : items) {
      int equals = item.indexOf('=');
      if (equals > 0) {
        chosen.put(item.substring(0, equals), item.substring(equals + 1));
      } else if (own.containsKey(item)) {
        chosen.put(item, own.get(item));
      }
    }
    return chosen;
  }

  String[] build(SrunJob job, long step, SlurmStepLayout layout, int port, long distribution) {
    process();
    allocation(job);
    String id = Long.toString(step);
    map.put("SLURM_STEP_ID", id);
    map.put("SLURM_STEPID", id);
    map.put("SLURM_STEP_NODELIST", layout.nodeList());
    map.put("SLURM_STEP_NUM_NODES", Integer.toString(layout.tids().size()));
    map.put("SLURM_STEP_NUM_TASKS", Long.toString(layout.taskCnt()));
    int[] counts = layout.tids().stream().mapToInt(t -> t.length).toArray();
    map.put("SLURM_STEP_TASKS_PER_NODE", TaskCounts.text(counts));
    if (!s.preserveEnv) {
      map.put("SLURM_TASKS_PER_NODE", TaskCounts.text(counts));
      map.put("SLURM_NTASKS", Long.toString(layout.taskCnt()));
      map.put("SLURM_NPROCS", Long.toString(layout.taskCnt()));
    }
    map.put("SLURM_STEP_LAUNCHER_PORT", Integer.toString(port));
    map.put("SLURM_SRUN_COMM_PORT", Integer.toString(port));
    if (s.distribution == null && (distribution == 1 || distribution == 2)) {
      map.put("SLURM_DISTRIBUTION", distribution == 1 ? "cyclic" : "block");
    }
    requests();
    return map.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toArray(String[]::new);
  }

  private void process() {
    if (!old) {
      launchers();
      map.putIfAbsent("SLURM_CONF", client.conf().path());
    }
    Set<String> chosen = PropagatedLimits.names(client, s.propagate);
    for (ResourceLimit limit : ResourceLimit.values()) {
      if (chosen.contains(limit.name())) {
        String value = Long.toUnsignedString(limit.get().soft());
        map.put("SLURM_RLIMIT_" + limit.name(), s.propagate == null ? value : "U" + value);
      }
    }
    map.put("SLURM_PRIO_PROCESS", Integer.toString(ProcessStat.nice()));
    map.put("SLURM_SUBMIT_DIR", ByteNames.workingDirectory(client.env("PWD")));
    map.put("SLURM_SUBMIT_HOST", ProcessFacts.hostName());
    if (!map.containsKey("SLURM_UMASK")) {
      String umask = Integer.toOctalString(ProcessFacts.umask());
      map.put("SLURM_UMASK", "0000".substring(Math.min(4, umask.length())) + umask);
    }
    map.put("SRUN_DEBUG", Integer.toString(3 + s.verbose - (s.quiet ? 1 : 0)));
    if (!old) {
      map.put("SLURMD_DEBUG", Integer.toString(s.slurmdDebug == Submission.UNSET ? 2 : s.slurmdDebug));
    }
    map.put("SLURM_MPI_TYPE", MpiPlugin.name(client, s));
  }

  private void launchers() {
    map.putIfAbsent("OMPI_MCA_plm_slurm_args", "--external-launcher");
    map.putIfAbsent("PRTE_MCA_plm_slurm_args", "--external-launcher");
    map.putIfAbsent("HYDRA_BOOTSTRAP", "slurm");
    if (map.get("HYDRA_BOOTSTRAP").equals("slurm")) {
      map.putIfAbsent("HYDRA_LAUNCHER_EXTRA_ARGS", "--external-launcher");
    }
    map.putIfAbsent("I_MPI_HYDRA_BOOTSTRAP", "slurm");
    if (map.get("I_MPI_HYDRA_BOOTSTRAP").equals("slurm")) {
      map.putIfAbsent("I_MPI_HYDRA_BOOTSTRAP_EXEC_EXTRA_ARGS", "--external-launcher");
    }
  }

  private void allocation(SrunJob job) {
    ResourceAllocationResponse a = job.allocation();
    String id = Long.toString(job.id());
    map.put("SLURM_JOB_ID", id);
    map.put("SLURM_JOBID", id);
    if (job.own()) {
      put("SLURM_JOB_NAME", s.jobName);
    }
    map.put("SLURM_CLUSTER_NAME", client.conf().clusterName());
    long uid = ProcessFacts.uid();
    map.put("SLURM_JOB_UID", Long.toString(uid));
    put("SLURM_JOB_USER", UserDatabase.userById(uid).map(UserDatabase.User::name).orElse(null));
    if (!old) {
      long gid = ProcessFacts.gid();
      map.put("SLURM_JOB_GID", Long.toString(gid));
      put("SLURM_JOB_GROUP", !job.own() ? null : UserDatabase.groupById(gid).map(UserDatabase.Group::name).orElse(null));
    }
    if (job.own()) {
      String nodes = Long.toString(a.nodeCnt());
      map.put("SLURM_JOB_NUM_NODES", nodes);
      map.put("SLURM_JOB_NODELIST", a.nodeList());
      map.put("SLURM_JOB_PARTITION", a.partition());
      map.put("SLURM_JOB_CPUS_PER_NODE", TaskCounts.text(TaskCounts.expand(a.cpusPerNode(), a.cpuCountReps())));
      put("SLURM_JOB_ACCOUNT", a.account());
      put("SLURM_JOB_QOS", a.qos());
      put("SLURM_JOB_RESERVATION", a.resvName());
    } else if (old) {
      map.put("SLURM_JOB_CPUS_PER_NODE_PACK_GROUP_0", TaskCounts.text(TaskCounts.expand(a.cpusPerNode(), a.cpuCountReps())));
    }
    if (!s.preserveEnv) {
      map.put("SLURM_NNODES", Integer.toString(job.own() ? (int) a.nodeCnt() : job.stepNodes()));
    }
    map.put("SLURM_NODELIST", a.nodeList());
  }

  private void requests() {
    if (s.label) {
      map.put("SLURM_LABELIO", "1");
    }
    put("SLURM_CPUS_PER_TASK", s.cpusPerTask);
    put("SLURM_NTASKS_PER_NODE", s.ntasksPerNode);
    put("SLURM_THREADS_PER_CORE", s.threadsPerCore);
    put("SLURM_ACCTG_FREQ", s.acctgFreq);
    if (s.overcommit) {
      map.put("SLURM_OVERCOMMIT", "1");
    }
    if (s.distribution != null) {
      map.put("SLURM_DISTRIBUTION", s.distribution.name());
      if (s.distribution.isPlane()) {
        map.put("SLURM_DIST_PLANESIZE", Integer.toString(s.planeSize));
      }
    }
    if (s.cpuBind != null) {
      map.put("SLURM_CPU_BIND", s.cpuBind.environment());
      map.put("SLURM_CPU_BIND_LIST", s.cpuBind.list() == null ? "" : s.cpuBind.list());
      map.put("SLURM_CPU_BIND_TYPE", s.cpuBind.typeName());
      map.put("SLURM_CPU_BIND_VERBOSE", s.cpuBind.isVerbose() ? "verbose" : "quiet");
    }
    if (s.memBind != null && s.memBind.isSet()) {
      map.put("SLURM_MEM_BIND", s.memBind.text());
      map.put("SLURM_MEM_BIND_VERBOSE", s.memBind.isVerbose() ? "verbose" : "quiet");
    }
    put("SLURM_GPUS", s.gpus);
    put("SLURM_GPUS_PER_NODE", s.gpusPerNode);
    put("SLURM_CPUS_PER_GPU", s.cpusPerGpu);
    if (!old) {
      put("SLURM_TRES_PER_TASK", TresPerTask.text(s));
    }
  }

  private void put(String name, String value) {
    if (value != null) {
      map.put(name, value);
    }
  }

  private void put(String name, int value) {
    if (value != Submission.UNSET) {
      map.put(name, Integer.toString(value));
    }
  }
}
