package org.slurmctldj.sched;

import static org.slurmctldj.core.SlurmNumbers.INFINITE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.RequestShape;

/**
 * When and where a job could start, were it submitted now and first in the queue: {@code sbatch --test-only}. Pure; any
 * thread; looks at everything, so it is for single questions.
 */
public final class Forecast {
  private static final BitSet NONE = new BitSet();

  private Forecast() {}

  /**
   * @param startSeconds now, or when enough running jobs have reached their time limits
   * @param allocation null if it can never run: then the rest says nothing
   */
  public record WillRun(long startSeconds, int partition, Allocation allocation) {}

  private record Ending(long seconds, Allocation.NodeShare share) {}

  /** @param job a record as core would make it of the request ({@link org.slurmctldj.core.DryRun}) */
  public static WillRun of(ClusterView view, JobRecord job, long nowMillis) {
    ClusterConfig config = view.config();
    Shape shape = new Shape(RequestShape.of(job), job, config, new NodeClasses(config));
    WillRun best = new WillRun(0, 0, null);
    List<Ending> endings = null;
    for (Shape.Place p : shape.places) {
      if (p.limit != null) {
        continue;
      }
      if (endings == null) {
        endings = endings(view, config, nowMillis / 1000);
      }
      WillRun w = in(view, config, shape, p, Math.max(nowMillis / 1000, job.request.number(JobField.BEGIN_TIME)), endings);
      if (w.allocation() != null && (best.allocation() == null || w.startSeconds() < best.startSeconds())) {
        best = w;
      }
    }
    return best;
  }

  private static List<Ending> endings(ClusterView view, ClusterConfig config, long now) {
    List<Ending> endings = new ArrayList<>();
    view.forEachJob(j -> {
      if (j.phase.holdsNodes()) {
        long end = j.phase == JobPhase.ENDING ? now : RunTime.end(j.startTime, j.timeLimit, now);
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
    return endings;
  }

  private static WillRun in(
      ClusterView view, ClusterConfig config, Shape shape, Shape.Place place, long begin, List<Ending> endings) {
    FreeNodes free = new FreeNodes(view, config);
    Placement placement = new Placement(free.order(place.partition), shape, place);
    long at = begin;
    int next = 0;
    while (true) {
      while (next < endings.size() && endings.get(next).seconds() <= at) {
        free.give(endings.get(next++).share());
      }
      Allocation a = placement.find(NONE);
      if (a != null) {
        return new WillRun(at + BootTimes.seconds(view, config, a, at), place.partition, a);
      }
      if (next == endings.size()) {
        return new WillRun(0, place.partition, null);
      }
      at = Math.max(at, endings.get(next).seconds());
    }
  }

  /** When jobs end at the latest. */
  static final class RunTime {
    /** Slurm counts a job without time limit as one of a year. */
    private static final long YEAR_MINUTES = 365 * 24 * 60;

    private RunTime() {}

    static long seconds(long limitMinutes) {
      return (limitMinutes == INFINITE ? YEAR_MINUTES : limitMinutes) * 60;
    }

    /** Never before now: a job that has overrun its limit is about to end. */
    static long end(long startSeconds, long limitMinutes, long now) {
      return Math.max(now, startSeconds + seconds(limitMinutes));
    }
  }
}
