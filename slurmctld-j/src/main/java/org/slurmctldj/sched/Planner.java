package org.slurmctldj.sched;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobRow;
import org.slurmctldj.core.Licenses;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.RequestShape;
import org.slurmctldj.core.Reservations;
import org.slurmctldj.sched.PendingReasons.Reason;

/**
 * Priority and first come, first served, as Slurm's main scheduler: jobs by partition tier,
 * priority, age; a job that cannot start holds back its partition, and the nodes of that partition.
 * The same state and time give the same plan; what it keeps between plans is only the picture of what
 * did not change. A plan costs what it starts and what it tries in vain, not the length of the queue.
 * One thread.
 */
public final class Planner {
  static final String RESERVED_TEXT =
      "Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions";

  private static final String RESERVED_FOR_OTHERS = "ReqNodeNotAvail, May be reserved for other job";

  private final int mostProposals;
  private final Supplier<SchedulingParameters> parameters;
  private final ClusterImage image = new ClusterImage(null);
  private final JobRow row = new JobRow();
  private final JobRow headRow = new JobRow();
  private long passes;
  private long lastFullMillis;

  /** @param mostProposals after so many the plan ends and is to be made anew */
  public Planner(int mostProposals, Supplier<SchedulingParameters> parameters) {
    this.mostProposals = mostProposals;
    this.parameters = parameters;
  }

  public Planner(int mostProposals) {
    this(mostProposals, () -> SchedulingParameters.DEFAULT);
  }

  public Planner() {
    this(1000);
  }

  SchedulingParameters parameters() {
    return parameters.get();
  }

  /** One plan on its way. */
  private final class Pass {
    final ClusterView view;
    final SchedulingParameters knobs;
    final long nowSeconds;
    final boolean full;
    final int most;
    final Map<Long, Reason> reasons = new HashMap<>();
    final Set<Long> started = new HashSet<>();
    final Map<Long, Integer> arrayStarts = new HashMap<>();
    final List<Proposal> proposals = new ArrayList<>();
    final Map<String, Long> licenses = new HashMap<>(image.licenses());
    final BitSet behind = new BitSet();
    /** Nodes kept for jobs of higher priority that could not start. */
    final BitSet reserved = new BitSet();
    /** Partitions in which nobody starts any more: a component of a heterogeneous job waits there. */
    final BitSet blocked = new BitSet();
    final Set<Long> hetLooked = new HashSet<>();
    final int[] inVain = new int[image.config().partitions().size()];
    int looked;
    int failed;

    Pass(ClusterView view, SchedulingParameters knobs, boolean full, long nowSeconds) {
      this.nowSeconds = nowSeconds;
      this.view = view;
      this.knobs = knobs;
      this.full = full;
      this.most = knobs.mostStarts() > 0 ? Math.min(mostProposals, knobs.mostStarts()) : mostProposals;
    }

    /** The nodes that such a job must leave alone: kept for others, or reserved. */
    BitSet closed(Shape shape, Shape.Place place) {
      BitSet by =
          Reservations.closed(
              image.config(), shape.reservation, nowSeconds, nowSeconds + Reservations.seconds(shape.timeLimit, place.definition));
      if (by.isEmpty()) {
        return reserved;
      }
      BitSet both = (BitSet) by.clone();
      both.or(reserved);
      return both;
    }

    /** True if every node of that partition is kept for other jobs. */
    boolean covered(int partition) {
      if (reserved.isEmpty()) {
        return false;
      }
      BitSet left = (BitSet) image.members(partition).clone();
      left.andNot(reserved);
      return left.isEmpty();
    }
  }

  /** Brings what must be known up to now and plans. */
  public Plan plan(ClusterView view, long nowMillis) {
    SchedulingParameters knobs = parameters.get();
    image.refresh(view);
    passes++;
    long completeWaitEnds = completeWaitEnds(nowMillis);
    if (completeWaitEnds > 0) {
      BitSet all = new BitSet();
      all.set(0, image.config().partitions().size());
      return new Plan(List.of(), allWait(nowMillis, all), true, completeWaitEnds, 0,
          image.queue().size(), image.queue().size(), PassStatistics.END_OF_QUEUE);
    }
    long interval = knobs.fullPassSeconds() * 1000L;
    boolean full = interval >= 0 && nowMillis - lastFullMillis >= interval;
    if (full) {
      lastFullMillis = nowMillis;
    }
    Pass pass = new Pass(view, knobs, full, nowMillis / 1000);
    boolean ended = walk(pass);
    boolean cut = ended && !pass.full && pass.failed > knobs.queueDepth();
    PendingReasons reasons =
        new PendingReasons(nowMillis, pass.reasons, pass.behind, image.queue().limits(), image.queue().limitChanges());
    return new Plan(
        pass.proposals, reasons, ended && pass.proposals.size() < pass.most,
        cut && interval > 0 ? lastFullMillis + interval : 0, pass.looked, image.queue().size(),
        image.queue().size() - pass.started.size(),
        cut ? PassStatistics.QUEUE_DEPTH : ended ? PassStatistics.END_OF_QUEUE : PassStatistics.MOST_STARTS);
  }

  /**
   * Where a job that is about to be submitted could start at once: null if it could not, if anybody waits who might come before
   * it, or if it takes more than a look (licences, several partitions). Proposes, and changes nothing of the picture.
   *
   * @param job as core would make it of the request, without an id
   */
  public Proposal first(ClusterView view, JobRecord job, long nowMillis) {
    if (!image.isMade() || image.queue().size() > 0) {
      return null;
    }
    image.refresh(view);
    if (image.queue().size() > 0 || completeWaitEnds(nowMillis) > 0) {
      return null;
    }
    ClusterConfig config = image.config();
    Shape shape = new Shape(RequestShape.of(job), job, config, image.classes());
    if (shape.places.length != 1 || shape.places[0].limit != null || shape.licenses != null) {
      return null;
    }
    Shape.Place place = shape.places[0];
    long now = nowMillis / 1000;
    BitSet closed =
        Reservations.closed(config, shape.reservation, now, now + Reservations.seconds(shape.timeLimit, place.definition));
    Allocation a = new Placement(image.free().order(place.partition), shape, place).find(closed);
    return a == null ? null : new Proposal(0, 0, config.epoch(), place.partition, a, image.free().versionsOf(a));
  }

  /** CompleteWait: until then, in milliseconds, nobody starts; 0: it keeps nobody. */
  private long completeWaitEnds(long nowMillis) {
    long wait = image.config().limits().completeWaitSeconds();
    boolean holds = wait > 0 && image.lastEnding() > 0 && image.lastEnding() + wait > nowMillis / 1000;
    return holds ? (image.lastEnding() + wait) * 1000 : 0;
  }

  /** CompleteWait: nobody starts. */
  private PendingReasons allWait(long nowMillis, BitSet all) {
    Map<Long, Reason> reasons = new HashMap<>();
    JobQueue.Walk walk = image.queue().walk();
    for (JobQueue.Turn t = walk.next(); t != null && reasons.size() < 1000; t = walk.next()) {
      reasons.put(t.jobId(), new Reason(WAIT_RESOURCES, null));
    }
    return new PendingReasons(nowMillis, reasons, all, image.queue().limits(), image.queue().limitChanges());
  }

  /** False if the pass ended at its limit of proposals. */
  private boolean walk(Pass pass) {
    JobQueue.Walk walk = image.queue().walk();
    for (JobQueue.Turn t = walk.next(); t != null; t = walk.next()) {
      if (pass.proposals.size() >= pass.most) {
        return false;
      }
      int p = t.partition;
      boolean tooMany = !pass.full && pass.failed > pass.knobs.queueDepth();
      boolean tooManyHere = pass.knobs.partitionDepth() > 0 && pass.inVain[p] >= pass.knobs.partitionDepth();
      if (tooMany || tooManyHere || pass.blocked.get(p)) {
        pass.behind.set(p);
        walk.skipPartition();
        continue;
      }
      long id = t.jobId();
      if (pass.started.contains(id)) {
        continue;
      }
      Shape shape = image.queue().shape(id);
      pass.looked++;
      if (pass.view.jobRow(id, row) && row.hetJobId != 0) {
        if (pass.hetLooked.add(row.hetJobId)) {
          together(pass, p);
        }
        continue;
      }
      Reason why = attempt(pass, id, shape, shape.place(p));
      if (why == null) {
        continue;
      }
      remember(pass.reasons, id, why);
      pass.failed++;
      pass.inVain[p]++;
      if (why.number() == WAIT_RESOURCES) {
        pass.behind.set(p);
        pass.reserved.or(image.members(p));
        walk.skipPartition();
      }
    }
    return true;
  }

  /** Proposes what can start of that job; why the rest of it cannot, or null. */
  private Reason attempt(Pass pass, long id, Shape shape, Shape.Place place) {
    if (!pass.view.jobRow(id, row) || !row.startable() || row.shape != shape.number) {
      return null; // it changed since the picture was brought up to date: the next plan is on its way
    }
    int room = arrayRoom(pass, row);
    Placement placement = new Placement(image.free().order(place.partition), shape, place);
    for (int tasks = row.tasks; tasks > 0; tasks--) {
      if (pass.proposals.size() >= pass.most) {
        return null;
      }
      if (room-- <= 0) {
        return new Reason(WAIT_ARRAY_TASK_LIMIT, null);
      }
      if (shape.licenses != null && !Licenses.available(image.config(), pass.licenses, shape.licenses)) {
        return new Reason(WAIT_LICENSES, null);
      }
      boolean hopeless = place.failedInPass == passes || pass.covered(place.partition);
      BitSet closed = hopeless ? pass.reserved : pass.closed(shape, place);
      Allocation a = hopeless ? null : placement.find(closed);
      if (a == null && !hopeless && closed != pass.reserved && placement.find(pass.reserved) != null) {
        // Such a job holds back nobody.
        return shape.reservation == null
            ? new Reason(WAIT_NODE_NOT_AVAIL, RESERVED_FOR_OTHERS)
            : new Reason(WAIT_RESERVATION, null);
      }
      if (a == null) {
        if (place.failedInPass != passes) {
          place.failedInPass = passes;
          place.failedFor = reason(pass, shape, place);
        }
        return place.failedFor;
      }
      image.free().take(a);
      Licenses.add(pass.licenses, shape.licenses);
      pass.proposals.add(
          new Proposal(id, row.version, image.config().epoch(), place.partition, a, image.free().versionsOf(a)));
      if (row.arrayJobId != 0) {
        pass.arrayStarts.merge(row.arrayJobId, 1, Integer::sum);
      }
    }
    pass.started.add(id);
    pass.reasons.remove(id);
    return null;
  }

  /**
   * The components of the job that {@code row} is one of: all of them start or none does. Those that have no place keep
   * their partitions, as a job without components keeps its own.
   */
  private void together(Pass pass, int partition) {
    HetPlacement.Parts parts = HetPlacement.parts(pass.view, image.queue(), row);
    List<HetPlacement.Choice> found = parts.ready() ? HetPlacement.find(parts.waiting(), new Ground(pass)) : null;
    if (found != null) {
      pass.proposals.add(HetPlacement.proposal(found, image));
      for (HetPlacement.Part p : parts.waiting()) {
        pass.started.add(p.jobId());
        pass.reasons.remove(p.jobId());
      }
      return;
    }
    pass.failed++;
    pass.inVain[partition]++;
    boolean keeps = parts.ready();
    Map<Long, Reason> reasons = new HashMap<>();
    for (HetPlacement.Part p : parts.waiting()) {
      Reason why = parts.ready() ? alone(pass, p) : new Reason(WAIT_RESOURCES, null);
      reasons.put(p.jobId(), why);
      keeps &= why.number() == WAIT_RESOURCES;
    }
    reasons.forEach((id, why) -> remember(pass.reasons, id, why));
    if (keeps) {
      for (HetPlacement.Part p : parts.waiting()) {
        for (Shape.Place place : p.shape().places) {
          pass.blocked.set(place.partition);
          pass.behind.set(place.partition);
          pass.reserved.or(image.members(place.partition));
        }
      }
    }
  }

  /** Why that component does not start: it has no place of its own, or waits for the others. */
  private Reason alone(Pass pass, HetPlacement.Part part) {
    Reason why = null;
    Ground ground = new Ground(pass);
    for (Shape.Place place : part.shape().places) {
      if (place.limit == null) {
        if (ground.find(part, place, new BitSet()) != null) {
          return new Reason(WAIT_RESOURCES, null);
        }
        String licenses = part.shape().licenses;
        why = licenses != null && !Licenses.available(image.config(), pass.licenses, licenses)
            ? new Reason(WAIT_LICENSES, null)
            : reason(pass, part.shape(), place);
      }
    }
    return why;
  }

  /** What is free now, for the components of a heterogeneous job. */
  private final class Ground implements HetPlacement.Ground {
    private final Pass pass;

    Ground(Pass pass) {
      this.pass = pass;
    }

    @Override
    public Allocation find(HetPlacement.Part part, Shape.Place place, BitSet closed) {
      Shape shape = part.shape();
      boolean licensed = shape.licenses == null || Licenses.available(image.config(), pass.licenses, shape.licenses);
      if (!licensed || place.failedInPass == passes || pass.covered(place.partition)) {
        return null;
      }
      BitSet all = (BitSet) pass.closed(shape, place).clone();
      all.or(closed);
      return new Placement(image.free().order(place.partition), shape, place).find(all);
    }

    @Override
    public void take(HetPlacement.Choice choice) {
      image.free().take(choice.allocation());
      Licenses.add(pass.licenses, choice.part().shape().licenses);
    }

    @Override
    public void giveBack(HetPlacement.Choice choice) {
      choice.allocation().nodes().forEach(image.free()::give);
      choice.part().shape().licenseCounts.forEach((name, n) -> pass.licenses.merge(name, -n, Long::sum));
    }
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
    return head.arrayMaxRunning - head.arrayRunning - pass.arrayStarts.getOrDefault(job.arrayJobId, 0);
  }

  /** A job with several partitions shows the reason of the one where it comes nearest to a start. */
  private static void remember(Map<Long, Reason> reasons, long jobId, Reason r) {
    Reason before = reasons.get(jobId);
    if (before == null || nearness(r) > nearness(before)) {
      reasons.put(jobId, r);
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

  /** Why a job that the partition's limits let in does not start now. */
  private Reason reason(Pass pass, Shape shape, Shape.Place place) {
    FreeNodes free = image.free();
    List<String> unavailable = new ArrayList<>();
    BitSet members = image.members(place.partition);
    for (int n = free.outOfService().nextSetBit(0); n >= 0; n = free.outOfService().nextSetBit(n + 1)) {
      boolean asked = shape.wanted.length == 0 || shape.wants(n);
      if (members.get(n) && asked && shape.onNode(place, n) != null) {
        unavailable.add(image.config().nodes().get(n).name());
      }
    }
    if (!unavailable.isEmpty() && (shape.wanted.length > 0 || !any(shape, place, null))) {
      return new Reason(WAIT_NODE_NOT_AVAIL, "ReqNodeNotAvail, UnavailableNodes:" + HostRanges.of(unavailable));
    }
    boolean reserved = pass.reserved.intersects(members) && any(shape, place, pass.reserved);
    return new Reason(WAIT_RESOURCES, reserved ? RESERVED_TEXT : null);
  }

  /** Whether a node in service (and among those) is one for the job. */
  private boolean any(Shape shape, Shape.Place place, BitSet among) {
    for (int n : place.definition.nodes()) {
      if (image.free().inService(n) && (among == null || among.get(n)) && shape.onNode(place, n) != null) {
        return true;
      }
    }
    return false;
  }
}
