package org.slurmctldj.sched;

import static org.slurmctldj.core.SlurmNumbers.NO_VAL;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobRow;
import org.slurmctldj.core.Proposal;

/**
 * Looks ahead, as Slurm's backfill scheduler: gives each job of the queue, in order, the earliest start at which it fits
 * beside all that runs and all that was planned before it. Whoever can start now is proposed; so no job is ever planned
 * later because of one behind it. The same state and time give the same plan. One thread.
 */
public final class Backfill {
  private static final long BUILTIN_FIRST_SECONDS = 30;
  private static final int BUILTIN_MOST_FORECASTS = 100;

  private final Supplier<SchedulingParameters> parameters;
  private final LongSupplier nanoTime;
  private final RunningJobs running = new RunningJobs();
  private final ClusterImage image = new ClusterImage(running);
  private final JobRow row = new JobRow();
  private final JobRow headRow = new JobRow();
  private long passes;

  /** @param nanoTime for bf_max_time; a constant where a plan must not depend on the machine */
  public Backfill(Supplier<SchedulingParameters> parameters, LongSupplier nanoTime) {
    this.parameters = parameters;
    this.nanoTime = nanoTime;
  }

  private record UserAndPartition(long user, int partition) {}

  /** One plan on its way. */
  private final class Pass {
    final ClusterView view;
    final SchedulingParameters knobs;
    final long now;
    final Profile profile;
    final List<Proposal> proposals = new ArrayList<>();
    final Map<Long, PlannedStarts.Start> starts = new HashMap<>();
    final Set<Long> startsNow = new HashSet<>();
    final Set<Long> hetLooked = new HashSet<>();
    final Map<Long, Integer> ofArray = new HashMap<>();
    final Map<Integer, Integer> ofPartition = new HashMap<>();
    final Map<Long, Integer> ofUser = new HashMap<>();
    final Map<UserAndPartition, Integer> ofUserAndPartition = new HashMap<>();
    /** sched/builtin: until when the last job of each partition that was told a start will run, seconds. */
    final Map<Integer, Long> inOrderUntil = new HashMap<>();
    int tested;
    int tried;

    Pass(ClusterView view, SchedulingParameters knobs, long nowSeconds) {
      this.view = view;
      this.knobs = knobs;
      this.now = nowSeconds;
      int resolution = knobs.bfResolutionSeconds();
      int slots = Math.max(1, knobs.bfWindowMinutes() * 60 / resolution);
      this.profile = new Profile(image, now, resolution, slots);
      running.into(profile);
      image.licenseHolders().forEach((job, counts) -> profile.ends(counts, running.end(job)));
    }

    boolean full() {
      return knobs.bfMostStarts() > 0 && proposals.size() >= knobs.bfMostStarts();
    }
  }

  /** Plans; every job behind one that cannot start may still start if it keeps nobody waiting. */
  public BackfillPlan plan(ClusterView view, long nowMillis) {
    SchedulingParameters knobs = parameters.get();
    long until = nanoTime.getAsLong() + knobs.bfMostSeconds() * 1_000_000_000L;
    image.refresh(view);
    passes++;
    long wait = image.config().limits().completeWaitSeconds();
    boolean completing = wait > 0 && image.lastEnding() > 0 && image.lastEnding() + wait > nowMillis / 1000;
    if (image.queue().size() == 0 || completing) {
      return new BackfillPlan(
          List.of(), new PlannedStarts(image.config().epoch(), Map.of()), 0, 0, image.queue().size(), 1,
          PassStatistics.END_OF_QUEUE);
    }
    Pass pass = new Pass(view, knobs, nowMillis / 1000);
    int exit = PassStatistics.END_OF_QUEUE;
    JobQueue.Walk walk = image.queue().walk();
    for (JobQueue.Turn t = walk.next(); t != null; t = walk.next()) {
      exit = pass.full() ? PassStatistics.BF_MOST_STARTS
          : pass.tested >= knobs.bfMostTests() ? PassStatistics.BF_MOST_TESTS
          : nanoTime.getAsLong() - until > 0 ? PassStatistics.BF_TIMEOUT : PassStatistics.END_OF_QUEUE;
      if (exit != PassStatistics.END_OF_QUEUE) {
        break;
      }
      long id = t.jobId();
      if (!pass.startsNow.contains(id)) {
        job(pass, id, image.queue().shape(id), t.partition);
      }
    }
    return new BackfillPlan(
        List.copyOf(pass.proposals), new PlannedStarts(image.config().epoch(), Map.copyOf(pass.starts)), pass.tested,
        pass.tried, image.queue().size(), pass.profile.moments(), exit);
  }

  private void job(Pass pass, long id, Shape shape, int partition) {
    Shape.Place place = shape.place(partition);
    boolean changed = !pass.view.jobRow(id, row) || !row.startable() || row.shape != shape.number;
    if (changed || place.definition.nodes().length == 0) {
      return;
    }
    if (row.hetJobId != 0) {
      if (pass.hetLooked.add(row.hetJobId)) {
        together(pass);
      }
      return;
    }
    pass.tested++;
    if (overLimit(pass, row.userId, partition)) {
      return;
    }
    long minutes = shape.timeLimit == NO_VAL ? place.definition.defaultMinutes() : shape.timeLimit;
    int length = pass.profile.length(Forecast.RunTime.seconds(minutes));
    // Of an array so many tasks get a place; the first of them says when the rest begins.
    int tasks = Math.min(row.tasks, arrayRoom(pass, row));
    if (row.arrayJobId != 0) {
      tasks = Math.min(tasks, Math.max(1, pass.knobs.bfMostOfArray()));
    }
    for (int i = 0; i < tasks && !pass.full(); i++) {
      if (!task(pass, id, shape, place, length)) {
        break;
      }
      if (i + 1 == row.tasks && !pass.starts.containsKey(id)) {
        pass.startsNow.add(id);
      }
    }
  }

  /** All components of the job that {@code row} is one of get the same start, the earliest at which each has a place. */
  private void together(Pass pass) {
    HetPlacement.Parts parts = HetPlacement.parts(pass.view, image.queue(), row);
    pass.tested += parts.waiting().size();
    if (!parts.ready()) {
      return;
    }
    for (HetPlacement.Part p : parts.waiting()) {
      if (overLimit(pass, p.userId(), p.shape().places[0].partition)) {
        return;
      }
    }
    pass.tried += parts.waiting().size();
    HetProfile ground = new HetProfile(pass.profile);
    List<HetPlacement.Choice> found = ground.earliest(parts.waiting());
    boolean now = found != null && ground.slot() == 0;
    HetPlacement.Part first = parts.waiting().get(0);
    row.priority = first.priority();
    row.submitTime = first.submitTime();
    if (found == null) {
      return;
    }
    if (!now && !mayReserve(pass)) {
      found.forEach(ground::giveBack);
      return;
    }
    ground.commit(found);
    if (now && pass.knobs.backfill()) {
      pass.proposals.add(HetPlacement.proposal(found, image));
      found.forEach(c -> pass.startsNow.add(c.part().jobId()));
    } else if (!now && mayTell(pass)) {
      for (HetPlacement.Choice c : found) {
        int[] nodes = c.allocation().nodes().stream().mapToInt(NodeShare::node).toArray();
        pass.starts.put(
            c.part().jobId(), new PlannedStarts.Start(pass.profile.seconds(ground.slot()), c.place().partition, nodes));
      }
    }
  }

  /** False if there is no use in trying the next one. */
  private boolean task(Pass pass, long id, Shape shape, Shape.Place place, int length) {
    pass.tried++;
    int from = place.lookedInPass == passes ? place.notBefore : 0;
    Profile.Found found = from < pass.profile.slots() ? pass.profile.earliest(shape, place, length, from) : null;
    place.lookedInPass = passes;
    place.notBefore = found == null ? pass.profile.slots() : found.slot();
    if (found == null) {
      if (!pass.knobs.backfill() && pass.tried <= BUILTIN_MOST_FORECASTS && mayTell(pass)) {
        beyondWindow(pass, id, length);
      }
      return false;
    }
    if (found.slot() == 0 && !pass.knobs.backfill()) {
      pass.profile.take(found.allocation(), shape.licenseCounts, 0, length);
      inTurn(pass, id, place.partition, length);
      return true; // sched/builtin: its turn comes when the main pass says so
    }
    PlannedStarts.Start known = pass.starts.get(id);
    long seconds = pass.profile.seconds(found.slot());
    if (known != null && known.partition() != place.partition && known.seconds() <= seconds) {
      return false; // it starts sooner in another partition
    }
    if (found.slot() > 0 && !mayReserve(pass)) {
      return false;
    }
    Allocation a = found.allocation();
    pass.profile.take(a, shape.licenseCounts, found.slot(), length);
    if (row.arrayJobId != 0) {
      pass.ofArray.merge(row.arrayJobId, 1, Integer::sum);
    }
    if (found.slot() == 0) {
      pass.proposals.add(
          new Proposal(id, row.version, image.config().epoch(), place.partition, a, image.free().versionsOf(a)));
      pass.starts.remove(id);
    } else if ((known == null || known.seconds() > seconds) && mayTell(pass)) {
      // sched/builtin of slurmctld says when, and never where.
      int[] nodes = pass.knobs.backfill() ? a.nodes().stream().mapToInt(NodeShare::node).toArray() : new int[0];
      pass.starts.put(id, new PlannedStarts.Start(seconds, place.partition, nodes));
      pass.inOrderUntil.put(place.partition, seconds + (long) length * pass.knobs.bfResolutionSeconds());
    }
    return true;
  }

  /** A job that fits now and waits its turn: as slurmctld's sched/builtin says, it starts when the one before it ends. */
  private void inTurn(Pass pass, long id, int partition, int length) {
    long from = pass.inOrderUntil.getOrDefault(partition, 0L);
    if (from > pass.now && mayTell(pass)) {
      pass.starts.put(id, new PlannedStarts.Start(from, partition, new int[0]));
      pass.inOrderUntil.put(partition, from + (long) length * pass.knobs.bfResolutionSeconds());
    }
  }

  /** sched/builtin knows no window: a job behind one without a time limit starts in a year. */
  private void beyondWindow(Pass pass, long id, int length) {
    JobRecord job = pass.view.lightJob(id);
    Forecast.WillRun w = job == null ? null : Forecast.of(pass.view, job, pass.now * 1000);
    if (w != null && w.allocation() != null) {
      pass.starts.put(id, new PlannedStarts.Start(w.startSeconds(), w.partition(), new int[0]));
      pass.inOrderUntil.put(w.partition(), w.startSeconds() + (long) length * pass.knobs.bfResolutionSeconds());
    }
  }

  /** With sched/builtin slurmctld looks ahead every 30 s; until then a job shows no expected start. */
  private boolean mayTell(Pass pass) {
    return pass.knobs.backfill() || pass.now - row.submitTime >= BUILTIN_FIRST_SECONDS;
  }

  /** bf_min_prio_reserve, bf_min_age_reserve: jobs of little weight may start early, but nobody waits for them. */
  private boolean mayReserve(Pass pass) {
    return row.priority >= pass.knobs.bfMinPriority() && pass.now - row.submitTime >= pass.knobs.bfMinAgeSeconds();
  }

  private static boolean overLimit(Pass pass, long user, int partition) {
    SchedulingParameters k = pass.knobs;
    return over(pass.ofPartition, partition, k.bfMostPerPartition())
        || over(pass.ofUser, user, k.bfMostPerUser())
        || over(pass.ofUserAndPartition, new UserAndPartition(user, partition), k.bfMostPerUserAndPartition());
  }

  private static <K> boolean over(Map<K, Integer> counts, K key, int most) {
    return most > 0 && counts.merge(key, 1, Integer::sum) > most;
  }

  /** How many more of the array's tasks may run. */
  private int arrayRoom(Pass pass, JobRow job) {
    if (job.arrayJobId == 0) {
      return Integer.MAX_VALUE;
    }
    boolean isHead = job.jobId == job.arrayJobId;
    JobRow head = isHead ? job : pass.view.jobRow(job.arrayJobId, headRow) ? headRow : null;
    if (head == null || head.arrayMaxRunning <= 0) {
      return Integer.MAX_VALUE;
    }
    return head.arrayMaxRunning - head.arrayRunning - pass.ofArray.getOrDefault(job.arrayJobId, 0);
  }
}
