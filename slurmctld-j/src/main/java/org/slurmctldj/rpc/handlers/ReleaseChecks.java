package org.slurmctldj.rpc.handlers;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.Result;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * What a controller of the client's release refuses at submission and an older one lets wait. Core decides as 22.05
 * does; observed on 24.11.5: more than the whole cluster has, and how a job ended that does not exist. 26.05.5 lets the
 * former wait again (PartitionConfig).
 */
final class ReleaseChecks {
  private static final int V24_11 = 42;
  private static final int V26_05 = 45;
  private static final int EAGAIN = 11;
  private static final int MAX_JOB_COUNT = 2007;
  private static final int NODE_CONFIG_UNAVAILABLE = 2014;
  private static final int DEPENDENCY = 2038;
  private static final int INVALID_TRES = 2115;
  /** That a job has started or ended is true of one that is not known any more; how it ended nobody can say. */
  private static final Pattern OUTCOME = Pattern.compile("after(ok|notok|corr)", Pattern.CASE_INSENSITIVE);
  private static final Pattern JOB_ID = Pattern.compile(":([0-9]{1,10})");

  /** Slurm's error number, or 0. */
  static int check(ClusterView view, int version, JobFields f) {
    if (version < V24_11) {
      return 0;
    }
    if (!TresBind.isValid(f.text(JobField.TRES_BIND))) {
      return INVALID_TRES;
    }
    ClusterConfig config = view.config();
    // No node has less than one: adding up the cpus of all nodes is left to requests that might exceed them.
    boolean tooLarge =
        beyond(f, JobField.MIN_NODES, config.nodes().size())
            || beyond(f, JobField.MIN_CPUS, config.nodes().size())
                && beyond(f, JobField.MIN_CPUS, config.nodes().stream().mapToLong(n -> n.cpus()).sum());
    if (tooLarge && version < V26_05 && considered(view, f)) {
      return NODE_CONFIG_UNAVAILABLE;
    }
    String dependency = f.text(JobField.DEPENDENCY);
    if (dependency != null) {
      for (String part : dependency.split("[,?]")) {
        Matcher m = JOB_ID.matcher(part);
        boolean outcome = OUTCOME.matcher(part).lookingAt();
        while (outcome && m.find()) {
          if (view.job(Long.parseLong(m.group(1))) == null && !hasTasks(view, Long.parseLong(m.group(1)))) {
            return DEPENDENCY;
          }
        }
      }
    }
    return 0;
  }

  /** A job that is held or in a partition that is not up is looked at later: 24.11.5 takes it, whatever its size. */
  private static boolean considered(ClusterView view, JobFields f) {
    ClusterConfig config = view.config();
    String named = f.text(JobField.PARTITION);
    int partition = named == null || named.isEmpty() ? config.defaultPartition() : config.partitionIndex(named.split(",")[0]);
    boolean held = f.isSet(JobField.PRIORITY) && f.number(JobField.PRIORITY) == 0;
    return !held && partition >= 0 && config.partitions().get(partition).state() == PartitionDefinition.STATE_UP;
  }

  /** The number that clients of that release know for a refusal: 26.05 has one for MaxJobCount, older ones EAGAIN. */
  static int error(int version, Result refusal) {
    boolean full = refusal.error() == EAGAIN && Result.JOBS_FULL.equals(refusal.message());
    return full && version >= V26_05 ? MAX_JOB_COUNT : refusal.error();
  }

  private static boolean beyond(JobFields f, JobField field, long most) {
    return f.isSet(field) && f.number(field) != SlurmConstants.INFINITE && f.number(field) > most;
  }

  /** The pending rest of an array is gone once its last task has started; its tasks keep its id. */
  private static boolean hasTasks(ClusterView view, long arrayJobId) {
    boolean[] found = {false};
    view.forEachJob(j -> found[0] |= j.arrayJobId == arrayJobId);
    return found[0];
  }

  private ReleaseChecks() {}
}
