package org.slurmctldj.client.squeue;

import java.util.List;
import org.slurmctldj.client.text.HostNames;
import org.slurmctldj.client.text.JobStates;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.JobStepInfo;
import org.slurmctldj.proto.wire.SlurmConstants;

/** Which of the controller's jobs and steps squeue was asked for. */
final class JobFilter {
  private final SqueueOptions options;

  JobFilter(SqueueOptions options) {
    this.options = options;
  }

  boolean accepts(JobInfo j) {
    SqueueOptions o = options;
    return j.jobId() != 0
        && (o.jobs == null || asked(j))
        && (o.partitions == null || anyOf(j.partition(), o.partitions))
        && (o.accounts == null || contains(o.accounts, j.account()))
        && (o.qos == null || contains(o.qos, j.qos()))
        && state(j.jobState())
        && (o.nodes == null || HostNames.intersect(j.nodes(), o.nodes))
        && (o.users == null || o.users.contains(j.userId()) != o.notMe)
        && (o.reservation == null || o.reservation.equals(j.resvName()))
        && (o.names == null || contains(o.names, j.name()))
        && (o.licenses == null || licensed(j.licenses()));
  }

  private boolean asked(JobInfo j) {
    for (SqueueOptions.JobId id : options.jobs) {
      if (id.task() == SlurmConstants.NO_VAL) {
        if (id.job() == j.jobId() || id.job() == j.arrayJobId() || id.job() == j.hetJobId() && j.hetJobId() != 0) {
          return true;
        }
      } else if (id.job() == j.arrayJobId() && (id.task() == j.arrayTaskId() || pendingTask(j, id.task()))) {
        return true;
      }
    }
    return false;
  }

  static boolean pendingTask(JobInfo j, long task) {
    String mask = j.arrayTaskStr();
    if (mask == null || !mask.startsWith("0x") || task > (mask.length() - 2) * 4L) {
      return false;
    }
    for (int t : TaskList.tasks(mask)) {
      if (t == task) {
        return true;
      }
    }
    return false;
  }

  /** Without {@code --states}: what waits, runs or is being cleaned up. */
  private boolean state(long state) {
    if (options.allStates) {
      return true;
    }
    int base = JobStates.base(state);
    if (options.states == null) {
      return base == JobStates.PENDING
          || base == JobStates.RUNNING
          || base == JobStates.SUSPENDED
          || (state & JobStates.COMPLETING) != 0;
    }
    for (long wanted : options.states) {
      if (wanted > JobStates.BASE ? (state & wanted) != 0 : base == wanted) {
        return true;
      }
    }
    return false;
  }

  private boolean licensed(String licenses) {
    if (licenses == null) {
      return false;
    }
    for (String one : licenses.split("[,&;|]")) {
      int end = 0;
      while (end < one.length() && ":*(".indexOf(one.charAt(end)) < 0) {
        end++;
      }
      if (options.licenses.contains(one.substring(0, end))) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(List<String> list, String text) {
    if (text == null) {
      return false;
    }
    for (String one : list) {
      if (one.equalsIgnoreCase(text)) {
        return true;
      }
    }
    return false;
  }

  /** A job may wait for several partitions. */
  private static boolean anyOf(String jobPartitions, List<String> wanted) {
    if (jobPartitions == null) {
      return false;
    }
    for (String one : jobPartitions.split(",")) {
      if (wanted.contains(one)) {
        return true;
      }
    }
    return false;
  }

  boolean accepts(JobStepInfo s) {
    SqueueOptions o = options;
    return (o.jobs == null || asked(s))
        && (o.steps == null || askedStep(s))
        && (o.partitions == null || contains(o.partitions, s.partition()))
        && (o.users == null || o.users.contains(s.userId()) != o.notMe)
        && (o.nodes == null || HostNames.intersect(s.nodes(), o.nodes));
  }

  private boolean asked(JobStepInfo s) {
    for (SqueueOptions.JobId id : options.jobs) {
      if (id.task() == SlurmConstants.NO_VAL
          ? id.job() == s.stepId().jobId() || id.job() == s.arrayJobId()
          : id.job() == s.arrayJobId() && id.task() == s.arrayTaskId()) {
        return true;
      }
    }
    return false;
  }

  private boolean askedStep(JobStepInfo s) {
    for (SqueueOptions.StepRequest id : options.steps) {
      boolean job =
          id.task() == SlurmConstants.NO_VAL
              ? id.job() == s.stepId().jobId() || id.job() == s.arrayJobId()
              : id.job() == s.arrayJobId() && id.task() == s.arrayTaskId();
      if (job && id.step() == s.stepId().stepId()) {
        return true;
      }
    }
    return false;
  }
}
