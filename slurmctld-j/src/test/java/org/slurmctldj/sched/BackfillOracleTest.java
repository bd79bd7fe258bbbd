package org.slurmctldj.sched;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.GresFree;
import org.slurmctldj.core.GresLayout;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.Licenses;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodeFit;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.PlainStore;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.RequestShape;
import org.slurmctldj.core.SlurmNumbers;

/**
 * Backfill against brute force on thousands of small random clusters. The oracle knows no profile: it keeps a list of who
 * holds what from when to when and tries every job at every slot, and it looks at every set of nodes to be sure that no
 * earlier start was possible.
 */
class BackfillOracleTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int CASES = Integer.getInteger("cases", 3_000);
  private static final SchedulingParameters KNOBS = SchedulingParameters.of("sched/backfill", "bf_window=40,bf_resolution=60");
  private static final int SLOTS = 40;

  @Test
  void plannedStartsAreThoseOfBruteForceAndNobodyDelaysHisBetters() {
    System.out.println("BackfillOracleTest seeds " + SEED + " to " + (SEED + CASES - 1));
    int waited = 0;
    int early = 0;
    for (int i = 0; i < CASES; i++) {
      long seed = SEED + i;
      try {
        Cluster c = new Case(new Random(seed)).cluster;
        Backfill backfill = new Backfill(() -> KNOBS, () -> 0);
        BackfillPlan plan = backfill.plan(c.store, c.now);
        Oracle oracle = new Oracle(c.store, c.now / 1000);
        oracle.run();
        assertEquals(oracle.text(), text(plan, c.now / 1000), "starts");
        waited += plan.starts().byJob().size();
        early += plan.proposals().size();
        withoutThoseBehind(c, plan, new Random(seed));
        everyProposalIsCarriedOut(c, plan);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("repeat with -Dseed=" + seed + " -Dcases=1: " + e.getMessage(), e);
      }
    }
    System.out.println("BackfillOracleTest: " + waited + " planned starts, " + early + " immediate ones");
  }

  /** Job, slot or "now", nodes. */
  private static String text(BackfillPlan plan, long now) {
    TreeMap<Long, String> lines = new TreeMap<>();
    for (Proposal p : plan.proposals()) {
      lines.merge(p.jobId(), "now " + shares(p.allocation()), (a, b) -> a + ", " + b);
    }
    plan.starts().byJob().forEach((id, s) ->
        lines.merge(id, "in " + (s.seconds() - now + 59) / 60 + " on " + Arrays.toString(s.nodes()), (a, b) -> a + ", " + b));
    return String.join("\n", lines.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList());
  }

  private static String shares(Allocation a) {
    StringBuilder b = new StringBuilder();
    for (NodeShare s : a.nodes()) {
      b.append(s.node()).append(':').append(s.cpus()).append('/').append(Arrays.toString(s.cores())).append(' ');
    }
    return b.toString();
  }

  /** The invariant: a job's planned start is the same if there is nobody behind it. */
  private static void withoutThoseBehind(Cluster c, BackfillPlan all, Random random) {
    List<JobRecord> queue = queue(c.store);
    if (queue.isEmpty()) {
      return;
    }
    int keep = 1 + random.nextInt(queue.size());
    PlainStore fewer = c.store.copy();
    queue.subList(keep, queue.size()).forEach(j -> fewer.removeJob(j.jobId));
    BackfillPlan plan = new Backfill(() -> KNOBS, () -> 0).plan(fewer, c.now);
    for (JobRecord j : queue.subList(0, keep)) {
      String when = when(plan, j.jobId);
      assertEquals(when, when(all, j.jobId), "job " + j.jobId + " without the " + (queue.size() - keep) + " behind it");
    }
  }

  private static String when(BackfillPlan plan, long id) {
    long now = plan.proposals().stream().filter(p -> p.jobId() == id).count();
    PlannedStarts.Start s = plan.starts().byJob().get(id);
    return now + " at once" + (s == null ? "" : ", then " + s.seconds());
  }

  private static void everyProposalIsCarriedOut(Cluster c, BackfillPlan plan) {
    for (Proposal p : plan.proposals()) {
      assertEquals(0, c.apply(new Command.StartJob(c.now, p)).error(), () -> p.toString());
    }
  }

  /** In queue order by the first partition; jobs of several partitions are left out of these cases. */
  private static List<JobRecord> queue(PlainStore store) {
    List<JobRecord> queue = new ArrayList<>();
    store.forEachJob(j -> {
      if (j.phase == JobPhase.PENDING && j.priority != 0 && j.reason == 0) {
        queue.add(j);
      }
    });
    queue.sort(Comparator
        .<JobRecord>comparingInt(j -> -store.config().partitions().get(j.partition).priorityTier())
        .thenComparing((a, b) -> Long.compare(b.priority, a.priority))
        .thenComparingLong(j -> j.jobId));
    return queue;
  }

  /** A small cluster in some state. */
  private static final class Case {
    final Random random;
    final Cluster cluster = new Cluster();

    Case(Random random) {
      this.random = random;
      int nodes = 1 + random.nextInt(4);
      List<NodeDefinition> defs = new ArrayList<>();
      for (int i = 1; i <= nodes; i++) {
        NodeDefinition d = Cluster.node("n" + i);
        boolean small = random.nextInt(3) == 0;
        defs.add(small
            ? new NodeDefinition(d.name(), d.hostName(), d.address(), d.port(), 4, 1, 1, 2, 2, 4000, 0, random.nextInt(3),
                List.of("small"), null, 0, 0, 0, null)
            : new NodeDefinition(d.name(), d.hostName(), d.address(), d.port(), d.cpus(), d.boards(), d.sockets(),
                d.coresPerSocket(), d.threadsPerCore(), d.realMemory(), d.tmpDisk(), d.weight(), d.features(),
                random.nextBoolean() ? "gpu:2" : null, 0, 0, 0, null));
      }
      cluster.apply(new Command.Reconfigure(cluster.now, Cluster.config(1, defs, List.of())));
      for (int i = 1; i <= nodes; i++) {
        cluster.register("n" + i, "boot1");
      }
      int before = random.nextInt(6);
      for (int i = 0; i < before; i++) {
        submit();
      }
      Planner planner = new Planner();
      for (Proposal p : planner.plan(cluster.store, cluster.now).proposals()) {
        if (cluster.apply(new Command.StartJob(cluster.now, p)).isOk() && random.nextInt(8) == 0) {
          cluster.started(p.jobId());
          cluster.ended(p.jobId(), 0); // COMPLETING
        }
      }
      cluster.now += random.nextInt(600) * 1000L;
      if (random.nextInt(6) == 0) {
        cluster.apply(new Command.UpdateNode(cluster.now, Cluster.ROOT, List.of("n1"), SlurmNumbers.NODE_STATE_DRAIN, "x",
            null, null, SlurmNumbers.NO_VAL));
      }
      int behind = 1 + random.nextInt(10);
      for (int i = 0; i < behind; i++) {
        submit();
      }
    }

    private void submit() {
      JobFields r = Cluster.request(Cluster.ROOT);
      r.number(JobField.TIME_LIMIT, 1 + random.nextInt(random.nextInt(4) == 0 ? 60 : 12));
      r.number(JobField.PN_MIN_MEMORY, random.nextInt(3) == 0 ? random.nextInt(5000) : 100);
      maybe(r, 3, JobField.SHARED, 0);
      maybe(r, 3, JobField.MIN_NODES, 1 + random.nextInt(3));
      int tasks = 1 + random.nextInt(random.nextBoolean() ? 3 : 14);
      r.number(JobField.NUM_TASKS, tasks).number(JobField.MIN_CPUS, tasks);
      maybe(r, 4, JobField.NICE, SlurmNumbers.NICE_OFFSET + random.nextInt(40) - 20);
      if (random.nextInt(4) == 0) {
        r.text(JobField.PARTITION, "short").number(JobField.TIME_LIMIT, 1 + random.nextInt(10));
      }
      if (random.nextInt(6) == 0) {
        r.text(JobField.LICENSES, random.nextBoolean() ? "foo:" + (1 + random.nextInt(4)) : "bar");
      }
      if (random.nextInt(10) == 0) {
        r.text(random.nextBoolean() ? JobField.REQ_NODES : JobField.EXC_NODES, "n1");
      }
      if (random.nextInt(5) == 0) {
        r.text(JobField.TRES_PER_NODE, "gres:gpu:" + (1 + random.nextInt(2)));
      }
      if (random.nextInt(10) == 0) {
        r.text(JobField.ARRAY_SPEC, "0-" + random.nextInt(4));
      }
      cluster.submit(Cluster.ROOT, r); // one that cannot run is refused: so be it
    }

    private void maybe(JobFields r, int of, JobField f, long v) {
      if (random.nextInt(of) == 0) {
        r.number(f, v);
      }
    }
  }

  /** Every job at every slot. */
  private static final class Oracle {
    private record Hold(NodeShare share, int from, int to) {}

    private record LicenseHold(String name, long count, int from, int to) {}

    private final PlainStore store;
    private final ClusterConfig config;
    private final List<Hold> holds = new ArrayList<>();
    private final List<LicenseHold> licenses = new ArrayList<>();
    private final Map<Long, String> lines = new TreeMap<>();
    private final long now;

    Oracle(PlainStore store, long now) {
      this.store = store;
      this.config = store.config();
      this.now = now;
      store.forEachJob(j -> {
        if (!j.phase.holdsNodes()) {
          return;
        }
        boolean ending = j.phase == JobPhase.ENDING;
        long end = ending ? now : j.startTime + j.timeLimit * 60;
        int slot = (int) Math.max(1, (end - now + 59) / 60);
        for (NodeShare s : j.allocation.nodes()) {
          holds.add(new Hold(s, 0, slot));
        }
        String text = j.request.text(JobField.LICENSES);
        if (!ending && text != null) {
          Licenses.parse(text).forEach((n, k) -> licenses.add(new LicenseHold(n, k, 0, slot)));
        }
      });
    }

    void run() {
      for (JobRecord j : queue(store)) {
        Shape shape = new Shape(RequestShape.of(j), j, config, new NodeClasses(config));
        Shape.Place place = shape.places[0];
        if (place.limit != null) {
          continue;
        }
        int length = (int) Math.min(SLOTS, j.timeLimit);
        boolean planned = false;
        for (int task = 0; task < (j.arrayPending == null ? 1 : j.arrayPending.size()); task++) {
          int t = 0;
          Allocation a = null;
          for (; t < SLOTS && a == null; t++) {
            a = at(shape, place, t, length);
          }
          if (a == null) {
            break;
          }
          t--;
          for (NodeShare s : a.nodes()) {
            holds.add(new Hold(s, t, t + length));
          }
          int from = t;
          shape.licenseCounts.forEach((n, k) -> licenses.add(new LicenseHold(n, k, from, from + length)));
          if (t == 0) {
            lines.merge(j.jobId, "now " + shares(a), (x, y) -> x + ", " + y);
          } else if (!planned) {
            planned = true;
            lines.merge(j.jobId,
                "in " + t + " on " + Arrays.toString(a.nodes().stream().mapToInt(NodeShare::node).toArray()),
                (x, y) -> x + ", " + y);
          }
        }
      }
    }

    private Allocation at(Shape shape, Shape.Place place, int t, int length) {
      for (Map.Entry<String, Long> e : shape.licenseCounts.entrySet()) {
        for (int s = t; s < Math.min(SLOTS, t + length); s++) {
          int slot = s;
          long taken = licenses.stream()
              .filter(l -> l.name().equals(e.getKey()) && l.from() <= slot && slot < l.to())
              .mapToLong(LicenseHold::count).sum();
          if (taken + e.getValue() > Licenses.configured(config).get(e.getKey())) {
            return null;
          }
        }
      }
      FreeSpan span = new FreeSpan(place.definition.nodes(), t, Math.min(SLOTS, t + length));
      Allocation a = new Placement(span, shape, place).find(new BitSet());
      assertEquals(span.anySubset(shape, place), a != null, "a place for " + shape.number + " in " + t);
      return a;
    }

    String text() {
      return String.join("\n", lines.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList());
    }

    private final class FreeSpan implements Space {
      @Override
      public org.slurmctldj.core.GresFree gres(int node) {
        return gres.get(node);
      }

      private final List<Integer> nodes = new ArrayList<>();
      private final Map<Integer, long[]> cores = new HashMap<>();
      private final Map<Integer, Long> memory = new HashMap<>();
      private final Map<Integer, GresFree> gres = new HashMap<>();

      FreeSpan(int[] members, int from, int to) {
        for (int n : members) {
          if (store.node(n).phase != NodePhase.UP || store.node(n).drain) {
            continue;
          }
          nodes.add(n);
          NodeDefinition d = config.nodes().get(n);
          long[] free = NodeFit.allCores(d);
          long most = 0;
          GresFree all = GresLayout.of(d).all();
          for (int t = from; t < to; t++) {
            long used = 0;
            GresFree then = GresLayout.of(d).all();
            for (Hold h : holds) {
              if (h.share().node() == n && h.from() <= t && t < h.to()) {
                used += h.share().memory();
                h.share().gres().forEach(then::take);
                for (int w = 0; w < free.length; w++) {
                  free[w] &= ~h.share().cores()[w];
                }
              }
            }
            most = Math.max(most, used);
            all = all.and(then);
          }
          gres.put(n, d.gres() == null ? null : all);
          cores.put(n, free);
          memory.put(n, NodeFit.allMemory(d) - most);
        }
        nodes.sort(Comparator.<Integer>comparingInt(n -> config.nodes().get(n).weight()).thenComparingInt(n -> n));
      }

      /** Whether any set of nodes can hold the job. */
      boolean anySubset(Shape shape, Shape.Place place) {
        for (int set = 1; set < 1 << nodes.size(); set++) {
          long sum = 0;
          Set<Integer> chosen = new HashSet<>();
          boolean all = true;
          for (int i = 0; i < nodes.size(); i++) {
            if ((set & 1 << i) != 0) {
              int n = nodes.get(i);
              NodeFit fit = shape.onNode(place, n);
              int most = fit == null ? 0 : fit.withGres(fit.mostCpus(cores.get(n), memory.get(n)), gres.get(n), memory.get(n), false);
              all &= most > 0;
              sum += most;
              chosen.add(n);
            }
          }
          if (all && chosen.size() >= place.size.minNodes() && chosen.size() <= place.size.maxNodes()
              && sum >= place.size.minCpus() && Arrays.stream(shape.wanted).allMatch(chosen::contains)) {
            return true;
          }
        }
        return false;
      }

      @Override
      public int node(int position) {
        return nodes.get(position);
      }

      @Override
      public int next(int from, int leastCores, long leastMemory, boolean idle) {
        return from < nodes.size() ? from : -1;
      }

      @Override
      public int weight(int node) {
        return config.nodes().get(node).weight();
      }

      @Override
      public long[] cores(int node) {
        return cores.get(node);
      }

      @Override
      public long memory(int node) {
        return memory.get(node);
      }
    }
  }
}
