package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which partitions a request means, and whether its user may use them. */
final class PartitionChoice {
  private PartitionChoice() {}

  /** Sets the job's partitions; null on success. */
  static Result resolve(ClusterConfig config, JobRecord job, Actor actor) {
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
      Result refused = mayUse(config.partitions().get(i), r, actor);
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

  private static Result mayUse(PartitionDefinition p, JobFields r, Actor actor) {
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
    String host = r.text(JobField.ALLOC_NODE);
    if (p.allowAllocNodes() != null && (host == null || !p.allowAllocNodes().contains(host))) {
      return Result.error(ESLURM_ACCESS_DENIED);
    }
    return null;
  }
}
