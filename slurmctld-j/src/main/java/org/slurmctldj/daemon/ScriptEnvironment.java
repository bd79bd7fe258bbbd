package org.slurmctldj.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.slurmctldj.core.ArraySpec;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.proto.text.CompressedCounts;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.SlurmConstants;

/** What PrologSlurmctld and EpilogSlurmctld find in their environment: as slurmctld 22.05 gives it, and the times that 23.02 added. */
final class ScriptEnvironment {
  private ScriptEnvironment() {}

  static Map<String, String> of(ClusterConfig config, JobRecord job, String context, LongFunction<String> groupName) {
    JobFields r = job.request;
    Map<String, String> env = new TreeMap<>();
    env.put("SLURM_CLUSTER_NAME", config.clusterName());
    env.put("SLURM_SCRIPT_CONTEXT", context);
    env.put("SLURM_JOB_ID", Long.toString(job.jobId));
    env.put("SLURM_JOBID", Long.toString(job.jobId));
    env.put("SLURM_JOB_ACCOUNT", r.text(JobField.ACCOUNT) == null ? "(null)" : r.text(JobField.ACCOUNT));
    env.put("SLURM_JOB_UID", Long.toString(r.number(JobField.USER_ID)));
    env.put("SLURM_JOB_GID", Long.toString(r.number(JobField.GROUP_ID)));
    env.put("SLURM_JOB_GROUP", groupName.apply(r.number(JobField.GROUP_ID)));
    env.put("SLURM_JOB_PARTITION", config.partitions().get(job.partition).name());
    env.put("SLURM_JOB_RESTART_COUNT", Integer.toString(job.restarts));
    env.put("SLURM_JOB_START_TIME", Long.toString(job.startTime));
    long end = job.endTime != 0 ? job.endTime : job.timeLimit == SlurmConstants.INFINITE ? 0 : job.startTime + job.timeLimit * 60;
    env.put("SLURM_JOB_END_TIME", Long.toString(end));
    text(env, "SLURM_JOB_USER", r, JobField.USER_NAME);
    text(env, "SLURM_JOB_NAME", r, JobField.NAME);
    text(env, "SLURM_JOB_WORK_DIR", r, JobField.WORK_DIR);
    text(env, "SLURM_JOB_STDIN", r, JobField.STD_IN);
    text(env, "SLURM_JOB_STDOUT", r, JobField.STD_OUT);
    text(env, "SLURM_JOB_STDERR", r, JobField.STD_ERR);
    text(env, "SLURM_JOB_COMMENT", r, JobField.COMMENT);
    text(env, "SLURM_JOB_CONSTRAINTS", r, JobField.FEATURES);
    text(env, "SLURM_JOB_LICENSES", r, JobField.LICENSES);
    text(env, "SLURM_JOB_RESERVATION", r, JobField.RESERVATION);
    text(env, "SLURM_JOB_EXTRA", r, JobField.EXTRA);
    text(env, "SLURM_WCKEY", r, JobField.WCKEY);
    nodes(env, config, job);
    task(env, job);
    if (context.startsWith("epilog")) {
      env.put("SLURM_JOB_DERIVED_EC", Integer.toString(job.derivedExitCode));
      env.put("SLURM_JOB_EXIT_CODE", Integer.toString(job.exitCode));
      env.put("SLURM_JOB_EXIT_CODE2", (job.exitCode >> 8 & 0xff) + ":" + (job.exitCode & 0x7f));
    }
    env.values().removeIf(v -> v == null || v.indexOf('\0') >= 0);
    return env;
  }

  private static void text(Map<String, String> env, String name, JobFields r, JobField field) {
    if (r.text(field) != null) {
      env.put(name, r.text(field));
    }
  }

  private static void nodes(Map<String, String> env, ClusterConfig config, JobRecord job) {
    if (job.allocation == null) {
      return;
    }
    List<String> names = new ArrayList<>();
    List<Long> cpus = new ArrayList<>();
    for (Allocation.NodeShare share : job.allocation.nodes()) {
      names.add(config.nodes().get(share.node()).name());
      cpus.add((long) share.cpus());
    }
    env.put("SLURM_JOB_NODELIST", Hostlist.of(names).toString());
    env.put("SLURM_JOB_NUM_NODES", Integer.toString(names.size()));
    env.put("SLURM_JOB_CPUS_PER_NODE", CompressedCounts.print(cpus));
  }

  private static void task(Map<String, String> env, JobRecord job) {
    if (job.arrayJobId == 0 || job.arrayTaskId == SlurmConstants.NO_VAL) {
      return;
    }
    env.put("SLURM_ARRAY_JOB_ID", Long.toString(job.arrayJobId));
    env.put("SLURM_ARRAY_TASK_ID", Long.toString(job.arrayTaskId));
    ArraySpec all = ArraySpec.accepted(job.request.text(JobField.ARRAY_SPEC));
    env.put("SLURM_ARRAY_TASK_COUNT", Integer.toString(all.tasks().size()));
    env.put("SLURM_ARRAY_TASK_MIN", Integer.toString(all.tasks().first()));
    env.put("SLURM_ARRAY_TASK_MAX", Integer.toString(all.tasks().last()));
    env.put("SLURM_ARRAY_TASK_STEP", Integer.toString(all.step()));
  }
}
