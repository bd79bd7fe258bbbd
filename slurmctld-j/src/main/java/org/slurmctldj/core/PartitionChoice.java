package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which partitions a request means, and whether its user may use them; what a job without an association waits for. */
public final class PartitionChoice {
  private PartitionChoice() {}

  /** Sets the job's partitions; null on success. */
  static Result resolve(ClusterConfig config, JobRecord job, Actor actor, int featureLevel) {
    JobFields r = job.request;
    String text = r.text(JobField.PARTITION);
    if (text == null || text.isEmpty()) {
      int i = config.defaultPartition();
      if (i < 0) {
        return Result.error(ESLURM_DEFAULT_PARTITION_NOT_SET);
      }
      text = config.partitions().get(i).name();
      r.text(JobField.PARTITION, text);
    }
    Set<Integer> chosen = new LinkedHashSet<>();
    for (String name : text.split(",")) {
      int i = config.partitionIndex(name);
      if (i < 0) {
        return Result.error(ESLURM_INVALID_PARTITION_NAME, "invalid partition specified: " + name);
      }
      chosen.add(i);
    }
    Result first = null;
    List<Integer> usable = new ArrayList<>();
    for (int i : chosen) {
      Result refused = mayUse(config.partitions().get(i), r, actor, featureLevel);
      if (refused == null) {
        usable.add(i);
      } else if (first == null) {
        first = refused;
      }
    }
    // One partition that may not be used refuses the job, as EnforcePartLimits=NO and ALL do.
    if (first != null && (config.limits().enforcePartLimits() != 2 || usable.isEmpty())) {
      return first;
    }
    job.partitions = usable.stream().mapToInt(Integer::intValue).toArray();
    job.partition = job.partitions[0];
    return null;
  }

  private static Result mayUse(PartitionDefinition p, JobFields r, Actor actor, int featureLevel) {
    long uid = r.number(JobField.USER_ID);
    boolean root = uid == 0;
    if ((p.state() & PartitionDefinition.STATE_SUBMIT) == 0) {
      return Result.error(ESLURM_PARTITION_NOT_AVAIL);
    }
    if ((p.flags() & PartitionDefinition.FLAG_ROOT_ONLY) != 0 && !actor.privileged()) {
      return Result.error(ESLURM_ACCESS_DENIED);
    }
    if ((p.flags() & PartitionDefinition.FLAG_NO_ROOT) != 0 && root) {
      return Result.error(ESLURM_USER_ID_MISSING);
    }
    if (p.allowUids() != null && !root && Arrays.stream(p.allowUids()).noneMatch(u -> u == uid)) {
      return Result.error(ESLURM_JOB_MISSING_REQUIRED_PARTITION_GROUP);
    }
    if (featureLevel >= 2) {
      return allocNode(p, r);
    }
    String account = r.text(JobField.ACCOUNT);
    if (p.allowAccounts() != null && (account == null || !p.allowAccounts().contains(account))
        || p.denyAccounts() != null && account != null && p.denyAccounts().contains(account)) {
      return Result.error(ESLURM_INVALID_ACCOUNT);
    }
    String qos = r.text(JobField.QOS);
    if (p.allowQos() != null && (qos == null || !p.allowQos().contains(qos))
        || p.denyQos() != null && qos != null && p.denyQos().contains(qos)) {
      return Result.error(ESLURM_INVALID_QOS);
    }
    return allocNode(p, r);
  }

  /**
   * Why a job of no association may not run in the partition, in Slurm's words, or null: without an accounting
   * database no job's account and QOS are known, whatever it asked for, and such a job waits.
   */
  public static String unknownAssociation(PartitionDefinition p) {
    if (p.allowAccounts() != null) {
      return "Job's account not known, so it can't use this partition (" + p.name() + " allows "
          + String.join(",", p.allowAccounts()) + ")";
    }
    if (p.denyAccounts() != null) {
      return "Job's account not known, so it can't use this partition (" + p.name() + " denies "
          + String.join(",", p.denyAccounts()) + ")";
    }
    return null;
  }

  /** Likewise of the job's QOS. */
  public static String unknownQos(PartitionDefinition p) {
    List<String> named = p.allowQos() != null ? p.allowQos() : p.denyQos();
    return named == null
        ? null
        : "Job's QOS not known, so it can't use this partition (" + p.name() + (p.allowQos() != null ? " allows " : " denies ")
            + String.join(",", named) + ")";
  }

  private static Result allocNode(PartitionDefinition p, JobFields r) {
    String host = r.text(JobField.ALLOC_NODE);
    if (p.allowAllocNodes() != null && (host == null || !p.allowAllocNodes().contains(host))) {
      return Result.error(ESLURM_ACCESS_DENIED);
    }
    return null;
  }
}
