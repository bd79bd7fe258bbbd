package org.slurmctldj.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.slurmctldj.config.ControllerConf;
import org.slurmctldj.config.CoreConfig;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.StateMachine;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.sched.Plan;
import org.slurmctldj.sched.Planner;
import org.slurmctldj.state.OffHeapStore;

/**
 * The main planner on the real store: a full cluster with a long queue behind it. bench/planner.sh compares the two sizes
 * of the bound; these are single costs.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
public class PlannerBenchmark {
  private static final Actor ALICE = new Actor(1001, 1001, false, "bench");
  private static final int CPUS = 8;

  @Param({"1000", "10000"})
  int nodes;

  private OffHeapStore store;
  private StateMachine machine;
  private Planner planner;
  private long now = 1_700_000_000_000L;

  @Setup
  public void fill() {
    store = OffHeapStore.create();
    machine = new StateMachine(store);
    ControllerConf conf =
        ControllerConf.of(
            SlurmConf.parse(
                "bench",
                "ClusterName=bench\nSlurmctldHost=localhost\nMaxJobCount=100000000\nSelectType=select/cons_tres\nSelectTypeParameters=CR_CPU\n"
                    + "NodeName=n[1-" + nodes + "] CPUs=" + CPUS + " RealMemory=8000\nPartitionName=p Nodes=ALL Default=YES\n"));
    apply(new Command.Reconfigure(now, CoreConfig.of(conf, 1, groups -> new long[0])));
    for (int i = 1; i <= nodes; i++) {
      apply(
          new Command.RegisterNode(
              now, "n" + i, new NodeRecord.Registration("1", "x86_64", "Linux", CPUS, 1, CPUS, 1, 1, 8000, 0, 1, 1, "boot", 0), List.of()));
    }
    planner = new Planner();
    for (int i = 0; i < nodes; i++) {
      submit();
    }
    for (Plan p = planner.plan(store, now); !p.proposals().isEmpty(); p = planner.plan(store, now)) {
      p.proposals().forEach(x -> apply(new Command.StartJob(now, x)));
    }
    for (int i = 0; i < 10 * nodes; i++) {
      submit();
    }
    planner.plan(store, now);
  }

  @TearDown
  public void close() {
    store.close();
  }

  private Result apply(Command c) {
    Result r = machine.apply(store.globals().lastSequence() + 1, c, e -> {});
    if (!r.isOk()) {
      throw new IllegalStateException(c + ": " + r);
    }
    return r;
  }

  private void submit() {
    apply(
        new Command.SubmitJob(
            now,
            ALICE,
            new JobFields()
                .number(JobField.USER_ID, ALICE.uid())
                .number(JobField.GROUP_ID, ALICE.gid())
                .text(JobField.NAME, "job")
                .number(JobField.NUM_TASKS, CPUS)
                .number(JobField.MIN_CPUS, CPUS)
                .number(JobField.BATCH_FLAG, 1)));
  }

  /** A submission's apply, without its pass. */
  @Benchmark
  public void apply() {
    submit();
  }

  /** A submission's apply and the pass that follows it. */
  @Benchmark
  public Plan applyAndPass() {
    submit();
    now += 10;
    return planner.plan(store, now);
  }

  /** A planner's first pass: it looks at every node and every pending job. */
  @Benchmark
  public Plan firstPass() {
    return new Planner().plan(store, now);
  }
}
