package org.slurmctldj.sched;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSize;
import org.slurmctldj.core.Licenses;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.PartitionLimits;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.sched.PendingReasons.Reason;

/**
 * Priority and first come, first served, as Slurm's main scheduler: jobs by partition tier,
 * priority, age; a job that cannot start holds back its partition, and the nodes of that partition.
 * Pure: the same view and time give the same plan.
 */
public final class Planner {
  static final String RESERVED_TEXT =
      "Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions";

  private final int mostProposals;

  /** @param mostProposals after so many the plan ends and is to be made anew */
  public Planner(int mostProposals) {
    this.mostProposals = mostProposals;
  }

  public Planner() {
    this(1000);
  }

  private record Wish(JobRecord job, int partition, PartitionDefinition definition) {}

  private static final Comparator<Wish> ORDER = Comparator
      .<Wish>comparingInt(w -> -w.definition().priorityTier())
      .thenComparing((a, b) -> Long.compare(b.job().priority, a.job().priority))
      .thenComparingLong(w -> w.job().jobId);

  /** CompleteWait: while a job that ended so short ago is still completing, none starts. */
  private static final class Completing {
    private final long waitSeconds;
    private long untilSeconds;

    Completing(long waitSeconds) {
      this.waitSeconds = waitSeconds;
    }

    void look(JobRecord j) {
      if (j.phase == JobPhase.ENDING) {
        untilSeconds = Math.max(untilSeconds, j.endTime + waitSeconds);
      }
    }
  }

  /** Everything startable, in the order in which it should start. */
  private static List<Wish> wishes(ClusterView view, ClusterConfig config, Completing completing) {
    List<Wish> out = new ArrayList<>();
    view.forEachJob(j -> {
      completing.look(j);
      if (j.phase == JobPhase.PENDING && j.priority != 0 && j.reason == WAIT_NO_REASON) {
        for (int p : j.partitions) {
          if (p < config.partitions().size()) {
            out.add(new Wish(j, p, config.partitions().get(p)));
          }
        }
      }
    });
    out.sort(ORDER);
    return out;
  }

  public Plan plan(ClusterView view, long nowMillis) {
    ClusterConfig config = view.config();
    FreeNodes free = new FreeNodes(view, config);
    int[][] ordered = new int[config.partitions().size()][];
    boolean[] blocked = new boolean[ordered.length];
    Map<Long, Reason> reasons = new HashMap<>();
    Set<Long> started = new HashSet<>();
    Map<Long, Integer> arrayStarts = new HashMap<>();
    List<Proposal> proposals = new ArrayList<>();
    Map<String, Long> licenses = Licenses.inUse(view);
    Completing completing = new Completing(config.limits().completeWaitSeconds());
    List<Wish> wishes = wishes(view, config, completing);
    if (completing.waitSeconds > 0 && completing.untilSeconds > nowMillis / 1000) {
      wishes.forEach(w -> reasons.put(w.job().jobId, new Reason(WAIT_RESOURCES, null)));
      return new Plan(proposals, new PendingReasons(nowMillis, reasons), true, completing.untilSeconds * 1000);
    }
    for (Wish w : wishes) {
      JobRecord job = w.job();
      if (started.contains(job.jobId)) {
        continue;
      }
      if (proposals.size() >= mostProposals) {
        return new Plan(proposals, new PendingReasons(nowMillis, reasons), false, 0);
      }
      Reason why = PartitionReason.of(config, job, w.definition());
      if (why == null && blocked[w.partition()]) {
        why = new Reason(WAIT_PRIORITY, null);
      }
      if (why != null) {
        remember(reasons, job, why);
        continue;
      }
      if (ordered[w.partition()] == null) {
        ordered[w.partition()] = free.inOrder(w.definition().nodes());
      }
      JobSize size = JobSize.of(job, w.definition(), config);
      Placement placement = new Placement(config, free, job, size);
      int tasks = job.arrayPending == null ? 1 : job.arrayPending.size();
      while (tasks > 0 && proposals.size() < mostProposals) {
        if (arrayFull(view, job, arrayStarts)) {
          remember(reasons, job, new Reason(WAIT_ARRAY_TASK_LIMIT, null));
          break;
        }
        String wantedLicenses = job.request.text(JobField.LICENSES);
        if (wantedLicenses != null && !Licenses.available(config, licenses, wantedLicenses)) {
          remember(reasons, job, new Reason(WAIT_LICENSES, null));
          break;
        }
        Allocation a = placement.find(available(ordered[w.partition()], free));
        if (a == null) {
          Reason r = reason(free, w, placement, config);
          remember(reasons, job, r);
          if (r.number() == WAIT_RESOURCES) {
            blocked[w.partition()] = true;
            free.reserve(w.definition().nodes());
          }
          break;
        }
        free.take(a);
        Licenses.add(licenses, wantedLicenses);
        proposals.add(
            new Proposal(job.jobId, job.version, config.epoch(), w.partition(), a, free.versionsOf(a)));
        if (job.arrayJobId != 0) {
          arrayStarts.merge(job.arrayJobId, 1, Integer::sum);
        }
        tasks--;
      }
      if (tasks == 0) {
        started.add(job.jobId);
        reasons.remove(job.jobId);
      }
    }
    return new Plan(proposals, new PendingReasons(nowMillis, reasons), proposals.size() < mostProposals, 0);
  }

  /** A job with several partitions shows the reason of the one where it comes nearest to a start. */
  private static void remember(Map<Long, Reason> reasons, JobRecord job, Reason r) {
    Reason before = reasons.get(job.jobId);
    if (before == null || nearness(r) > nearness(before)) {
      reasons.put(job.jobId, r);
    }
  }

  private static int nearness(Reason r) {
    return switch (r.number()) {
      case WAIT_RESOURCES -> 3;
      case WAIT_PRIORITY -> 2;
      case WAIT_NODE_NOT_AVAIL -> 1;
      default -> 0;
    };
  }

  private static boolean arrayFull(ClusterView view, JobRecord job, Map<Long, Integer> starts) {
    if (job.arrayJobId == 0) {
      return false;
    }
    JobRecord head = job.jobId == job.arrayJobId ? job : view.job(job.arrayJobId);
    return head != null
        && head.arrayMaxRunning > 0
        && head.arrayRunning + starts.getOrDefault(job.arrayJobId, 0) >= head.arrayMaxRunning;
  }

  private static int[] available(int[] ordered, FreeNodes free) {
    return Arrays.stream(ordered).filter(n -> free.inService(n) && !free.reserved(n)).toArray();
  }

  /** Why a job that the partition's limits let in does not start now. */
  private static Reason reason(FreeNodes free, Wish w, Placement placement, ClusterConfig config) {
    List<String> unavailable = new ArrayList<>();
    int serving = 0;
    boolean reserved = false;
    for (int n : w.definition().nodes()) {
      if (!placement.eligible(n)) {
        continue;
      }
      boolean asked = placement.wanted().length == 0 || Arrays.binarySearch(placement.wanted(), n) >= 0;
      if (!free.inService(n)) {
        if (asked) {
          unavailable.add(config.nodes().get(n).name());
        }
      } else {
        serving++;
        reserved |= free.reserved(n);
      }
    }
    boolean wantedDown = placement.wanted().length > 0 && !unavailable.isEmpty();
    if (!unavailable.isEmpty() && (wantedDown || serving == 0)) {
      return new Reason(WAIT_NODE_NOT_AVAIL, "ReqNodeNotAvail, UnavailableNodes:" + HostRanges.of(unavailable));
    }
    return new Reason(WAIT_RESOURCES, reserved ? RESERVED_TEXT : null);
  }

  /**
   * When and where a job could start, were it submitted now.
   *
   * @param startSeconds now, or when enough running jobs have reached their time limits
   * @param allocation null if it can never run: then the rest says nothing
   */
  public record WillRun(long startSeconds, int partition, Allocation allocation) {}

  /** Slurm counts a job without time limit as one of a year. */
  private static final long YEAR_MINUTES = 365 * 24 * 60;

  /** @param job a record as core would make it of the request ({@link org.slurmctldj.core.DryRun}) */
  public WillRun willRun(ClusterView view, JobRecord job, long nowMillis) {
    ClusterConfig config = view.config();
    WillRun best = new WillRun(0, 0, null);
    for (int p : job.partitions) {
      PartitionDefinition d = config.partitions().get(p);
      if (PartitionLimits.exceeded(config, job, d) != 0) {
        continue;
      }
      WillRun w = willRun(view, config, job, p, nowMillis / 1000);
      if (w.allocation() != null && (best.allocation() == null || w.startSeconds() < best.startSeconds())) {
        best = w;
      }
    }
    return best;
  }

  private record Ending(long seconds, Allocation.NodeShare share) {}

  private static WillRun willRun(ClusterView view, ClusterConfig config, JobRecord job, int p, long now) {
    FreeNodes free = new FreeNodes(view, config);
    PartitionDefinition d = config.partitions().get(p);
    Placement placement = new Placement(config, free, job, JobSize.of(job, d, config));
    int[] nodes = available(free.inOrder(d.nodes()), free);
    long begin = Math.max(now, job.request.number(JobField.BEGIN_TIME));
    List<Ending> endings = new ArrayList<>();
    view.forEachJob(j -> {
      if (j.phase.holdsNodes()) {
        long minutes = j.timeLimit == INFINITE ? YEAR_MINUTES : j.timeLimit;
        long end = j.phase == JobPhase.ENDING ? now : Math.max(now, j.startTime + minutes * 60);
        for (Allocation.NodeShare s : j.allocation.nodes()) {
          boolean holds = j.phase != JobPhase.ENDING || Arrays.binarySearch(j.nodesEnding, s.node()) >= 0;
          // A new epoch may have come between the configuration and this record.
          if (holds && s.node() < config.nodes().size()) {
            endings.add(new Ending(end, s));
          }
        }
      }
    });
    endings.sort(Comparator.comparingLong(Ending::seconds));
    long at = begin;
    int next = 0;
    while (true) {
      while (next < endings.size() && endings.get(next).seconds() <= at) {
        free.give(endings.get(next++).share());
      }
      Allocation a = placement.find(nodes);
      if (a != null) {
        return new WillRun(at, p, a);
      }
      if (next == endings.size()) {
        return new WillRun(0, p, null);
      }
      at = Math.max(at, endings.get(next).seconds());
    }
  }
}
