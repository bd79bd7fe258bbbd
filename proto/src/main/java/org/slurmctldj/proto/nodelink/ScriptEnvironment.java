package org.slurmctldj.proto.nodelink;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.slurmctldj.proto.conf.GresConf;
import org.slurmctldj.proto.slurm.GresJobState;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.text.CompressedCounts;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * What a job's credential gives slurm.conf's Prolog and Epilog: the variables of slurmd 24.11.5, which has those of 22.05.8 and
 * more. Made by the controller for launches and ends, by agents for steps, from the same argument. Pure.
 */
public final class ScriptEnvironment {
  private static final long GPU = GresConf.kind("gpu");
  private static final int MOST_NODES = 1 << 20;

  /** What a credential does not say. */
  public record More(String workDir, long hetJobId) {}

  /** "K=V" in the order of names, without those that are the same for all jobs of a node. */
  public static List<String> of(SlurmCredArg job, String node, More more) {
    Map<String, String> env = new TreeMap<>();
    String id = Long.toString(job.stepId().jobId());
    env.put("SLURM_JOB_ID", id);
    env.put("SLURM_JOBID", id);
    env.put("SLURM_JOB_UID", Long.toString(job.id().uid()));
    env.put("SLURM_UID", Long.toString(job.id().uid()));
    env.put("SLURM_JOB_GID", Long.toString(job.id().gid()));
    text(env, "SLURM_JOB_USER", job.id().pwName());
    text(env, "SLURM_JOB_ACCOUNT", job.jobAccount());
    text(env, "SLURM_JOB_COMMENT", job.jobComment());
    text(env, "SLURM_JOB_CONSTRAINTS", job.jobConstraints());
    text(env, "SLURM_JOB_EXTRA", job.jobExtra());
    text(env, "SLURM_JOB_LICENSES", job.jobLicenses());
    text(env, "SLURM_JOB_PARTITION", job.jobPartition());
    text(env, "SLURM_JOB_RESERVATION", job.jobReservation());
    text(env, "SLURM_JOB_STDIN", job.jobStdIn());
    text(env, "SLURM_JOB_STDOUT", job.jobStdOut());
    text(env, "SLURM_JOB_STDERR", job.jobStdErr());
    text(env, "SLURM_JOB_WORK_DIR", more.workDir());
    env.put("SLURM_JOB_RESTART_COUNT", Integer.toString(job.jobRestartCnt()));
    env.put("SLURM_JOB_START_TIME", Long.toString(job.jobStartTime()));
    env.put("SLURM_JOB_END_TIME", Long.toString(job.jobEndTime()));
    boolean specialized = job.jobCoreSpec() != SlurmConstants.NO_VAL16;
    env.put("SLURM_JOB_CORE_SPEC_COUNT", Integer.toString(specialized ? job.jobCoreSpec() : 0));
    env.put("SLURM_JOB_CORE_SPEC_TYPE", "cores");
    env.put(
        "SLURM_JOB_OVERSUBSCRIBE",
        switch (job.jobOversubscribe()) {
          case 0 -> "NO";
          case 1 -> "YES";
          default -> "OK";
        });
    text(env, "SLURM_JOB_NODELIST", job.jobHostlist());
    text(env, "SLURM_NODELIST", job.jobHostlist());
    env.put("SLURM_JOB_NUM_NODES", Long.toString(job.jobNhosts()));
    if (job.jobNtasks() != 0) {
      env.put("SLURM_JOB_NTASKS", Long.toString(job.jobNtasks()));
    }
    env.put("SLURM_JOB_CPUS_PER_NODE", cpus(job));
    if (more.hetJobId() != 0 && more.hetJobId() != SlurmConstants.NO_VAL) {
      env.put("SLURM_HET_JOB_ID", Long.toString(more.hetJobId()));
      env.put("SLURM_PACK_JOB_ID", Long.toString(more.hetJobId()));
    }
    gpus(env, job, node);
    List<String> list = new ArrayList<>(env.size());
    env.forEach((name, value) -> list.add(name + "=" + value));
    return list;
  }

  /** Of an Epilog: how the job ended, as far as the controller knows. Wait statuses. */
  public static List<String> ended(int exitCode, int derivedExitCode) {
    return List.of(
        "SLURM_JOB_DERIVED_EC=" + derivedExitCode,
        "SLURM_JOB_EXIT_CODE=" + exitCode,
        "SLURM_JOB_EXIT_CODE2=" + (exitCode >> 8 & 0xff) + ":" + (exitCode & 0x7f));
  }

  private static void text(Map<String, String> env, String name, String value) {
    if (value != null && value.indexOf('\0') < 0) {
      env.put(name, value);
    }
  }

  private static String cpus(SlurmCredArg job) {
    List<Long> each = new ArrayList<>();
    for (int i = 0; i < job.cpuArray().length && i < job.cpuArrayReps().length; i++) {
      for (long n = 0; n < job.cpuArrayReps()[i] && each.size() < MOST_NODES; n++) {
        each.add((long) job.cpuArray()[i]);
      }
    }
    return CompressedCounts.print(each);
  }

  private static void gpus(Map<String, String> env, SlurmCredArg job, String node) {
    int index = job.jobHostlist() == null ? -1 : Hostlist.parse(job.jobHostlist()).toList().indexOf(node);
    StringJoiner devices = new StringJoiner(",");
    for (GresJobState gres : job.jobGresList() == null ? List.<GresJobState>of() : job.jobGresList()) {
      List<Bitmap> bits = gres.gresBitAlloc();
      Bitmap own = gres.pluginId() != GPU || bits == null || index < 0 || index >= bits.size() ? null : bits.get(index);
      for (int i = 0; own != null && i < own.size(); i++) {
        if (own.get(i)) {
          devices.add(Integer.toString(i));
        }
      }
    }
    if (devices.length() > 0) {
      for (String name : List.of("SLURM_JOB_GPUS", "CUDA_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL", "ROCR_VISIBLE_DEVICES")) {
        env.put(name, devices.toString());
      }
    }
  }

  private ScriptEnvironment() {}
}
