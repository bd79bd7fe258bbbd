package org.slurmctldj.sched;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobRow;

/** What each job that holds nodes holds, and when it will be over at the latest. One planner thread. */
final class RunningJobs {
  /** @param endSeconds when its time limit ends it; 0: it is ending */
  record Held(long version, long endSeconds, NodeShare[] shares) {}

  private final Map<Long, Held> jobs = new HashMap<>();

  void clear() {
    jobs.clear();
  }

  void gone(long jobId) {
    jobs.remove(jobId);
  }

  void changed(ClusterView view, JobRow row) {
    if (!row.phase.holdsNodes()) {
      jobs.remove(row.jobId);
      return;
    }
    Held before = jobs.get(row.jobId);
    if (before != null && before.version == row.version) {
      return;
    }
    JobRecord j = view.lightJob(row.jobId);
    if (j == null || !j.phase.holdsNodes()) {
      jobs.remove(row.jobId);
      return;
    }
    boolean ending = j.phase == JobPhase.ENDING;
    NodeShare[] shares =
        j.allocation.nodes().stream()
            .filter(s -> !ending || Arrays.binarySearch(j.nodesEnding, s.node()) >= 0)
            .toArray(NodeShare[]::new);
    jobs.put(j.jobId, new Held(j.version, ending ? 0 : j.startTime + Forecast.RunTime.seconds(j.timeLimit), shares));
  }

  /** Tells a profile what will come free. */
  void into(Profile profile) {
    for (Held h : jobs.values()) {
      for (NodeShare s : h.shares) {
        profile.ends(s, h.endSeconds);
      }
    }
  }

  /** When that job will be over; 0 unknown. */
  long end(long jobId) {
    Held h = jobs.get(jobId);
    return h == null ? 0 : h.endSeconds;
  }
}
