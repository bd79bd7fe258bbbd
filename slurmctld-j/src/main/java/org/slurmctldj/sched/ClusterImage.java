package org.slurmctldj.sched;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.slurmctldj.core.ChangeRing;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobRow;
import org.slurmctldj.core.Licenses;
import org.slurmctldj.core.PartitionDefinition;

/**
 * A planner's own picture of the cluster: queue, free resources, licences. Made once for a
 * configuration, from then on kept up by what changed; a planner that fell too far behind makes it
 * anew. One thread.
 */
final class ClusterImage {
  private final JobRow row = new JobRow();
  private ClusterView view;
  private ClusterConfig config = ClusterConfig.EMPTY;
  private long seen;
  private NodeClasses classes;
  private FreeNodes free;
  private JobQueue queue;
  private BitSet[] members;
  private boolean countLicenses;
  private final Map<Long, Map<String, Long>> licenseHolders = new HashMap<>();
  private final Map<String, Long> licenses = new HashMap<>();
  private final Map<Long, Long> ending = new HashMap<>();
  private final RunningJobs running;

  /** @param running told of each job that holds nodes, or null */
  ClusterImage(RunningJobs running) {
    this.running = running;
  }

  /** Brings the picture up to now. */
  void refresh(ClusterView v) {
    ClusterConfig now = v.config();
    if (v != view || now != config && !now.plansAs(config)) {
      make(v);
      return;
    }
    config = now;
    free.settle(v);
    seen = v.changes(seen, this::changed);
    if (seen == ChangeRing.LOST) {
      make(v);
    }
  }

  private void make(ClusterView v) {
    view = v;
    seen = v.changesHead();
    config = v.config();
    classes = new NodeClasses(config);
    queue = new JobQueue(config, classes);
    members = new BitSet[config.partitions().size()];
    for (int p = 0; p < members.length; p++) {
      members[p] = new BitSet();
      for (int n : config.partitions().get(p).nodes()) {
        members[p].set(n);
      }
    }
    countLicenses = !Licenses.configured(config).isEmpty();
    licenseHolders.clear();
    licenses.clear();
    ending.clear();
    if (running != null) {
      running.clear();
    }
    free = new FreeNodes(v, config);
    v.forEachJobRow(this::job);
  }

  private void changed(long entry) {
    if (entry < 0) {
      int node = (int) ~entry;
      if (node < config.nodes().size()) {
        free.read(view, node);
      }
    } else if (view.jobRow(entry, row)) {
      job(row);
    } else {
      gone(entry);
    }
  }

  private void gone(long id) {
    queue.remove(id);
    ending.remove(id);
    releaseLicenses(id);
    if (running != null) {
      running.gone(id);
    }
  }

  private void job(JobRow r) {
    if (r.phase == JobPhase.DONE) {
      gone(r.jobId);
      return;
    }
    queue.update(view, r);
    if (r.phase == JobPhase.ENDING) {
      ending.put(r.jobId, r.endTime);
    } else {
      ending.remove(r.jobId);
    }
    if (countLicenses) {
      licenses(r);
    }
    if (running != null) {
      running.changed(view, r);
    }
  }

  private void licenses(JobRow r) {
    boolean holds = r.phase == JobPhase.STARTING || r.phase == JobPhase.RUNNING;
    if (!holds) {
      releaseLicenses(r.jobId);
      return;
    }
    if (licenseHolders.containsKey(r.jobId)) {
      return;
    }
    JobRecord record = view.lightJob(r.jobId);
    Map<String, Long> counts = record == null ? null : Licenses.held(record);
    if (counts != null && !counts.isEmpty()) {
      licenseHolders.put(r.jobId, counts);
      counts.forEach((name, n) -> licenses.merge(name, n, Long::sum));
    }
  }

  private void releaseLicenses(long id) {
    Map<String, Long> counts = licenseHolders.remove(id);
    if (counts != null) {
      counts.forEach((name, n) -> licenses.merge(name, -n, Long::sum));
    }
  }

  /** False before the first {@link #refresh}. */
  boolean isMade() {
    return view != null;
  }

  ClusterConfig config() {
    return config;
  }

  NodeClasses classes() {
    return classes;
  }

  FreeNodes free() {
    return free;
  }

  JobQueue queue() {
    return queue;
  }

  /** The nodes of that partition. */
  BitSet members(int partition) {
    return members[partition];
  }

  PartitionDefinition partition(int index) {
    return config.partitions().get(index);
  }

  /** Licences held by running jobs. */
  Map<String, Long> licenses() {
    return licenses;
  }

  /** The licences that each running job holds. */
  Map<Long, Map<String, Long>> licenseHolders() {
    return licenseHolders;
  }

  /** When the last of the jobs that are still completing ended, in seconds; 0 if none is. */
  long lastEnding() {
    return ending.isEmpty() ? 0 : ending.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
