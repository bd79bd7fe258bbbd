package org.slurmctldj.sched;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.StateMachine;
import org.slurmctldj.state.OffHeapStore;

/**
 * What a plan costs: {@code bench/planner.sh}. A full cluster with a long queue behind it on the real store; one event,
 * one plan, again and again.
 */
public final class PlannerBench {
  private static final int ROUNDS = 3_000;

  private final OffHeapStore store = OffHeapStore.create();
  private final StateMachine machine = new StateMachine(store);
  private final Random random = new Random(7);
  private final List<Long> running = new ArrayList<>();
  private final int nodes;
  private final int pending;
  private long now = Cluster.START;

  private PlannerBench(int nodes, int pending) {
    this.nodes = nodes;
    this.pending = pending;
  }

  public static void main(String[] args) {
    new PlannerBench(1_000, 10_000).run(false);
    double[] small = new PlannerBench(1_000, 10_000).run(true);
    double[] large = new PlannerBench(10_000, 100_000).run(true);
    System.out.printf("ratios: %.2f, %.2f, %.2f, %.2f%n",
        large[0] / small[0], large[1] / small[1], large[2] / small[2], large[3] / small[3]);
  }

  private Result apply(Command c) {
    return machine.apply(store.globals().lastSequence() + 1, c, e -> { });
  }

  private JobFields request() {
    return Cluster.request(Cluster.ALICE).clear(JobField.PN_MIN_MEMORY)
        .number(JobField.PN_MIN_MEMORY, 100)
        .number(JobField.NUM_TASKS, 8).number(JobField.MIN_CPUS, 8)
        .number(JobField.TIME_LIMIT, 10 + random.nextInt(1_000));
  }

  private void submit() {
    if (!apply(new Command.SubmitJob(now, Cluster.ALICE, request())).isOk()) {
      throw new IllegalStateException("not submitted");
    }
  }

  private void fill(Planner planner) {
    for (Plan p = planner.plan(store, now); !p.proposals().isEmpty(); p = planner.plan(store, now)) {
      start(p);
    }
  }

  private void start(Plan p) {
    for (Proposal x : p.proposals()) {
      Result r = apply(new Command.StartJob(now, x));
      if (!r.isOk()) {
        throw new IllegalStateException(r.toString());
      }
      running.add(r.jobId());
    }
  }

  private void endOne() {
    int i = random.nextInt(running.size());
    long id = running.set(i, running.getLast());
    running.removeLast();
    JobRecord j = store.job(id);
    apply(new Command.LaunchStarted(now, id, j.restarts, store.config().nodes().get(j.batchNode).name()));
    apply(new Command.LaunchEnded(now, id, j.restarts, store.config().nodes().get(j.batchNode).name(), 0, false, null, 0, 0, 0, 0));
    j = store.job(id);
    for (int n : j.nodesEnding) {
      apply(new Command.NodeReleased(now, id, j.restarts, store.config().nodes().get(n).name()));
    }
    if (store.job(id).phase != JobPhase.DONE) {
      throw new IllegalStateException("job " + id + " did not end");
    }
  }

  /** Medians in microseconds: a job's end, a submit to a full cluster, to one with a few idle nodes, to an idle one. */
  private double[] run(boolean print) {
    ClusterConfig c = Cluster.config(1, nodes);
    ClusterConfig.Limits l = c.limits();
    apply(new Command.Reconfigure(now, new ClusterConfig(1, "bench", c.nodes(), c.partitions(), new ClusterConfig.Limits(
        2_000_000, 1, l.maxJobId(), 1001, 300, 30, l.selectTypeParameters(), 0, 0, true, 0, 0, 10, 0, 0, 0, null))));
    for (int i = 1; i <= nodes; i++) {
      apply(new Command.RegisterNode(now, "n" + i,
          new NodeRecord.Registration("1", "x86_64", "Linux", 8, 1, 2, 2, 2, 8000, 0, 1, 1, "b", 0), List.of()));
    }
    Planner planner = new Planner();
    double[] result = new double[4];
    result[3] = median(ROUNDS, planner, () -> {
      submit();
      if (!running.isEmpty()) {
        endOne();
      }
    });
    IntStream.range(0, nodes - 5 - running.size()).forEach(i -> submit());
    fill(planner);
    result[2] = median(ROUNDS, planner, () -> {
      submit();
      endOne();
    });
    IntStream.range(0, 5).forEach(i -> submit());
    fill(planner);
    IntStream.range(0, pending).forEach(i -> submit());
    long begin = System.nanoTime();
    planner.plan(store, now);
    double first = (System.nanoTime() - begin) / 1e3;
    begin = System.nanoTime();
    new Planner().plan(store, now);
    double anew = (System.nanoTime() - begin) / 1e3;
    result[0] = median(ROUNDS, planner, this::endOne);
    result[1] = median(ROUNDS, planner, this::submit);
    Backfill backfill = new Backfill(() -> SchedulingParameters.DEFAULT, System::nanoTime);
    backfill.plan(store, now);
    endOne();
    begin = System.nanoTime();
    BackfillPlan ahead = backfill.plan(store, now);
    double aheadMillis = (System.nanoTime() - begin) / 1e6;
    if (print) {
      System.out.printf(
          "%,6d nodes %,7d pending: pass after a job's end %.0f us, after a submit to the full cluster %.0f us,"
              + " to one with five idle nodes %.0f us, to an idle one %.0f us; after %,d submits %.0f us; everything looked at"
              + " anew %.0f us; backfill of %d jobs, %d planned: %.0f ms%n",
          nodes, pending, result[0], result[1], result[2], result[3], pending, first, anew, ahead.tested(),
          ahead.starts().byJob().size(), aheadMillis);
    }
    store.close();
    return result;
  }

  private double median(int rounds, Planner planner, Runnable event) {
    long[] took = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      event.run();
      now += 10;
      long begin = System.nanoTime();
      Plan p = planner.plan(store, now);
      took[i] = System.nanoTime() - begin;
      start(p);
    }
    Arrays.sort(took);
    return took[rounds / 2] / 1e3;
  }
}
