package org.slurmctldj.cloud;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.StateMachine;
import org.slurmctldj.engine.ClusterEngine;
import org.slurmctldj.engine.EngineOptions;
import org.slurmctldj.sched.Planner;
import org.slurmctldj.sched.SchedulerThread;

/**
 * PCS's LARGE: 16,384 jobs wait, then a group of 2,048 nodes is there; how long until every node is requested and bound, of
 * a cloud that answers in 200 ms. Real engine with its journal, planner and provisioning thread; the cloud is a model.
 * bench/pool-scale.sh
 */
public final class PoolScale {
  private static final int NODES = Integer.getInteger("nodes", 2048);
  private static final int JOBS = Integer.getInteger("jobs", 16_384);
  private static final int NODES_PER_JOB = Integer.getInteger("nodes.per.job", 1);
  private static final Actor USER = new Actor(1001, 1001, false, "login");

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("pool-scale");
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
    try (ClusterEngine engine = ClusterEngine.open(EngineOptions.standard(folder, false))) {
      run(engine, timer);
    }
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
    }
    System.exit(0);
  }

  private static void run(ClusterEngine engine, ScheduledExecutorService timer) throws Exception {
    ModelCloud.Time time = new ModelCloud.Time() {
      @Override
      public long now() {
        return System.currentTimeMillis();
      }

      @Override
      public void after(long millis, Runnable run) {
        timer.schedule(run, millis, TimeUnit.MILLISECONDS);
      }
    };
    InstanceProvider cloud = onOneThread(timer, new ModelCloud(time, new ModelCloud.Lies() { }, new ModelCloud.Machines() {
      @Override
      public void boots(Instance i) {}

      @Override
      public void dies(Instance i) {}
    }));
    SchedulerThread scheduler = new SchedulerThread(engine.view(), engine, System::currentTimeMillis, new Planner(1000));
    LaunchOrder.LaunchSettings how = new LaunchOrder.LaunchSettings("lt-1", "1", null, null, Map.of(), null);
    Map<String, GroupSettings> groups =
        Map.of("g", new GroupSettings("g", List.of(PoolWorld.option("c7i.large", "a"), PoolWorld.option("c7i.large", "b")), how));
    ProvisioningThread provisioning = new ProvisioningThread(
        wake -> new Provisioner(
            engine.view(), c -> engine.submit(c), cloud, () -> groups, () -> ThreadLocalRandom.current().nextLong(), 60_000, wake),
        System::currentTimeMillis);
    engine.signal(e -> {
      if (e instanceof Effect.Power) {
        provisioning.wake();
      } else if (e instanceof Effect.Replan) {
        scheduler.replan();
      }
    });
    engine.start();
    engine.submit(now -> new Command.RaiseFeatureLevel(now, StateMachine.FEATURE_LEVEL)).get();
    ClusterConfig pool = PoolWorld.config(1, NODES, 0);
    ClusterConfig.Limits l = pool.limits();
    ClusterConfig large = new ClusterConfig(
            1, "scale", pool.nodes(), pool.partitions(),
            new ClusterConfig.Limits(
                20_000, 1, l.maxJobId(), l.maxArraySize(), l.minJobAgeSeconds(), l.killWaitSeconds(), l.selectTypeParameters(), 0, 0,
                true, 0, 0, 10, 0, 0, 0, null))
        .withPools(pool.pools());
    engine.reconfigure(large).get();
    List<CompletableFuture<Result>> submitted = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      JobFields r = new JobFields().number(JobField.USER_ID, 1001).number(JobField.GROUP_ID, 1001).text(JobField.NAME, "job")
          .number(JobField.PN_MIN_MEMORY, 100).number(JobField.BATCH_FLAG, 1).number(JobField.SHARED, 0)
          .number(JobField.MIN_NODES, NODES_PER_JOB).number(JobField.MAX_NODES, NODES_PER_JOB).number(JobField.MIN_CPUS, NODES_PER_JOB);
      submitted.add(engine.submit(now -> new Command.SubmitJob(now, USER, r)));
    }
    for (CompletableFuture<Result> f : submitted) {
      if (!f.get().isOk()) {
        throw new IllegalStateException(f.get().toString());
      }
    }
    long begin = System.nanoTime();
    long cpu = cpu();
    provisioning.start();
    scheduler.start();
    double requested = 0;
    while (true) {
      int[] counts = counts(engine.view());
      if (counts[0] == NODES && requested == 0) {
        requested = seconds(begin);
      }
      if (counts[1] == NODES) {
        System.out.printf(
            "%d nodes, %d jobs of %d: all requested after %.2f s, all bound to instances after %.2f s, %.2f s of CPU%n", NODES, JOBS,
            NODES_PER_JOB, requested, seconds(begin), (cpu() - cpu) / 1e9);
        break;
      }
      if (seconds(begin) > 300) {
        throw new IllegalStateException("after 300 s " + counts[0] + " requested, " + counts[1] + " bound");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    provisioning.close();
    scheduler.close();
  }

  /** The model is of one thread. */
  private static InstanceProvider onOneThread(ScheduledExecutorService timer, ModelCloud cloud) {
    return new InstanceProvider() {
      private <T> CompletableFuture<T> there(java.util.function.Supplier<CompletableFuture<T>> call) {
        return CompletableFuture.supplyAsync(call, timer).thenCompose(f -> f);
      }

      @Override
      public CompletableFuture<LaunchAnswer> launch(LaunchOrder order) {
        return there(() -> cloud.launch(order));
      }

      @Override
      public CompletableFuture<Map<String, CloudFailure>> terminate(java.util.Collection<String> ids) {
        return there(() -> cloud.terminate(ids));
      }

      @Override
      public CompletableFuture<List<Instance>> inventory() {
        return there(cloud::inventory);
      }

      @Override
      public void close() {}
    };
  }

  private static int[] counts(ClusterView view) {
    int requested = 0;
    int bound = 0;
    for (int i = 0; i < view.nodeCount(); i++) {
      NodeRecord n = view.node(i);
      requested += n.requestedMillis != 0 ? 1 : 0;
      bound += n.instanceId != null ? 1 : 0;
    }
    return new int[] {requested, bound};
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) java.lang.management.ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
