package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slurmctldj.sched.Plan;
import org.slurmctldj.sched.Planner;

/**
 * Long random histories: submissions of all kinds, plans, honest and stale and repeated reports,
 * kills, requeues, updates, node failures, new configurations, ticks; and crashes, after which a
 * second core made of the encoded state must go on to the same bits. After each step every
 * invariant is checked.
 */
class RandomWalkTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int WALKS = Integer.getInteger("walks", 12);
  private static final int STEPS = Integer.getInteger("steps", 600);

  @Test
  void whateverHappensTheStateStaysWholeAndReplaysBitByBit() {
    for (int w = 0; w < WALKS; w++) {
      long seed = SEED + w;
      try {
        new Walk(seed).run(STEPS);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("repeat with -Dseed=" + seed + " -Dwalks=1: " + e.getMessage(), e);
      }
    }
  }

  /** One history. */
  private static final class Walk {
    private final Random random;
    private final Cluster c = new Cluster();
    private final Planner planner = new Planner(20);
    private final List<Command> past = new ArrayList<>();
    private final Map<String, Integer> launches = new HashMap<>();
    private final Set<Long> ids = new HashSet<>();
    private StateMachine twin;
    private PlainStore twinStore;
    private long epoch = 1;
    private int nodes = 4;

    Walk(long seed) {
      random = new Random(seed);
    }

    void run(int steps) {
      step(new Command.Reconfigure(c.now, Cluster.config(epoch, nodes)));
      for (int i = 1; i <= nodes; i++) {
        step(registration(i, "boot1"));
      }
      for (int i = 0; i < steps; i++) {
        c.now += random.nextInt(10) == 0 ? random.nextInt(400_000) : random.nextInt(2_000);
        if (random.nextInt(40) == 0) {
          crash();
        }
        step(next());
      }
      everythingEnds();
    }

    private void step(Command command) {
      int before = c.effects.size();
      Command decoded = CommandCodec.decode(CommandCodec.encode(command));
      Result r = c.apply(decoded);
      List<Effect> effects = c.effects.subList(before, c.effects.size());
      for (Effect e : effects) {
        if (e instanceof Effect.Launch l) {
          launches.merge(l.jobId() + "." + l.restarts() + "@" + l.node(), 1, Integer::sum);
        }
      }
      if (command instanceof Command.SubmitJob && r.isOk()) {
        assertTrue(ids.add(r.jobId()), "id " + r.jobId() + " given twice");
      }
      if (command instanceof Command.SubmitHetJob het && r.isOk()) {
        for (int i = 0; i < het.requests().size(); i++) {
          assertTrue(ids.add(r.jobId() + i), "id " + (r.jobId() + i) + " given twice");
        }
      }
      if (twin != null) {
        List<Effect> other = new ArrayList<>();
        assertEquals(r, twin.apply(twinStore.globals().lastSequence() + 1, decoded, other::add));
        assertEquals(List.copyOf(effects), other);
        assertArrayEquals(c.digest(), Cluster.digest(twinStore));
        assertEquals(c.machine.nextDeadlineMillis(), twin.nextDeadlineMillis());
      }
      past.add(command);
      if (c.effects.size() > 10_000) {
        c.effects.clear();
      }
    }

    /** What a restart does: the state goes through its encoding into a new core. */
    private void crash() {
      twinStore = new PlainStore();
      twinStore.putWholeConfig(RecordCodec.decodeConfig(RecordCodec.encodeConfig(c.store.config())));
      c.store.forEachJob(j -> twinStore.putJob(RecordCodec.decodeJob(RecordCodec.encodeJob(c.store.job(j.jobId)))));
      for (int i = 0; i < c.store.nodeCount(); i++) {
        twinStore.putNode(RecordCodec.decodeNode(RecordCodec.encodeNode(c.store.node(i))));
      }
      twinStore.putGlobals(RecordCodec.decodeGlobals(RecordCodec.encodeGlobals(c.store.globals())));
      twin = new StateMachine(twinStore);
    }

    private Command next() {
      JobRecord j = anyJob();
      return switch (random.nextInt(j == null ? 4 : 27)) {
        case 0, 1, 2, 20, 21 -> submission();
        case 3 -> random.nextBoolean() ? het() : new Command.Tick(c.now);
        case 4, 5, 6, 7, 22, 23 -> start();
        case 8, 9 -> new Command.LaunchStarted(c.now, j.jobId, restarts(j), nodeName(j));
        case 10, 11 -> new Command.LaunchEnded(
            c.now, j.jobId, restarts(j), nodeName(j), random.nextInt(3) == 0 ? 0 : random.nextInt(1024),
            random.nextInt(10) == 0, random.nextInt(10) == 0 ? "shepherd died" : null, 0, 1, 2, 3);
        case 12, 13 -> new Command.NodeReleased(c.now, j.jobId, restarts(j), nodeName(j));
        case 14 -> new Command.KillJob(c.now, actor(), selector(j), random.nextInt(3) == 0 ? 10 : 9, random.nextInt(3) == 0 ? 1 : 0);
        case 15 -> new Command.RequeueJob(c.now, actor(), selector(j), random.nextBoolean());
        case 16 -> new Command.UpdateJob(c.now, actor(), selector(j), changes(), random.nextBoolean());
        case 24, 25 -> new Command.SuspendJob(c.now, Cluster.ROOT, selector(j), random.nextBoolean());
        case 26 -> partitionEvent(j);
        case 17 -> nodeEvent();
        case 18 -> past.get(random.nextInt(past.size())) instanceof Command p && !(p instanceof Command.SubmitJob || p instanceof Command.SubmitHetJob)
            ? p
            : new Command.Tick(c.now);
        default -> random.nextInt(15) == 0 ? reconfigure() : new Command.Tick(c.now);
      };
    }

    /** Some of them placed beforehand, well or badly. */
    private Command submission() {
      Proposal place = random.nextInt(3) == 0 && start() instanceof Command.StartJob s ? s.proposal() : null;
      return new Command.SubmitJob(c.now, actor(), request(), place);
    }

    /** Components with all that a plain job can ask for, but an array. */
    private Command het() {
      Actor a = actor();
      List<JobFields> requests = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        JobFields r = request().number(JobField.USER_ID, a.uid());
        if (random.nextInt(10) != 0) {
          r.clear(JobField.ARRAY_SPEC);
        }
        requests.add(r);
      }
      if (random.nextInt(4) == 0) {
        requests.forEach(r -> r.clear(JobField.BATCH_FLAG));
      }
      return new Command.SubmitHetJob(c.now, a, requests);
    }

    private JobRecord anyJob() {
      List<JobRecord> all = new ArrayList<>();
      c.store.forEachJob(all::add);
      return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }

    private int restarts(JobRecord j) {
      return random.nextInt(8) == 0 ? random.nextInt(3) : j.restarts;
    }

    private String nodeName(JobRecord j) {
      return c.nodeName(node(j));
    }

    private int node(JobRecord j) {
      if (j.allocation == null || random.nextInt(10) == 0) {
        return random.nextInt(c.store.nodeCount());
      }
      return random.nextBoolean()
          ? Math.max(0, j.batchNode)
          : j.allocation.nodes().get(random.nextInt(j.allocation.nodes().size())).node();
    }

    private Actor actor() {
      return switch (random.nextInt(3)) {
        case 0 -> Cluster.ROOT;
        case 1 -> Cluster.ALICE;
        default -> Cluster.BOB;
      };
    }

    private JobSelector selector(JobRecord j) {
      if (j.isHet() && random.nextInt(3) == 0) {
        return random.nextBoolean() ? JobSelector.job(j.hetJobId) : JobSelector.component(j.hetJobId, j.hetOffset());
      }
      long id = j.arrayJobId != 0 && random.nextBoolean() ? j.arrayJobId : j.jobId;
      return new JobSelector(
          id, random.nextInt(3) == 0 ? TaskSet.of(random.ints(3, 0, 8).toArray()) : null);
    }

    private JobFields request() {
      JobFields r = Cluster.request(actor()).text(JobField.NAME, "j" + random.nextInt(3));
      maybe(r, JobField.NUM_TASKS, random.nextInt(6));
      maybe(r, JobField.MIN_NODES, random.nextInt(4));
      maybe(r, JobField.SHARED, 0);
      maybe(r, JobField.TIME_LIMIT, 1 + random.nextInt(8));
      maybe(r, JobField.PRIORITY, random.nextInt(3) * 100L);
      maybe(r, JobField.BEGIN_TIME, c.now / 1000 + random.nextInt(100));
      maybe(r, JobField.REQUEUE, random.nextInt(2));
      maybe(r, JobField.PN_MIN_MEMORY, random.nextInt(3000) | (random.nextBoolean() ? SlurmNumbers.MEM_PER_CPU : 0));
      maybe(r, JobField.CPUS_PER_TASK, 1 + random.nextInt(3));
      maybe(r, JobField.WARN_SIGNAL, 10);
      maybe(r, JobField.WARN_TIME, 30);
      maybe(r, JobField.DEADLINE, c.now / 1000 + random.nextInt(500));
      maybe(r, JobField.KILL_ON_NODE_FAIL, random.nextInt(2));
      maybe(r, JobField.BITFLAGS, 1);
      if (random.nextInt(4) == 0) {
        r.text(JobField.ARRAY_SPEC, "0-" + random.nextInt(8) + (random.nextBoolean() ? "%2" : ""));
      }
      if (random.nextInt(6) == 0) {
        String[] kinds = {"after:%d", "afterok:%d", "afterany:%d", "afternotok:%d", "singleton", "afterok:%d_1?afterany:%d"};
        r.text(JobField.DEPENDENCY, kinds[random.nextInt(kinds.length)].replace("%d", "" + (1 + random.nextInt(60))));
      }
      if (random.nextInt(5) == 0) {
        r.text(JobField.PARTITION, random.nextBoolean() ? "short" : "short,debug");
      }
      if (random.nextInt(12) == 0) {
        r.text(random.nextBoolean() ? JobField.REQ_NODES : JobField.EXC_NODES, "n" + (1 + random.nextInt(nodes)));
      }
      return r;
    }

    private void maybe(JobFields r, JobField f, long v) {
      if (random.nextInt(6) == 0) {
        r.number(f, v);
      }
    }

    private JobFields changes() {
      JobFields ch = new JobFields();
      switch (random.nextInt(7)) {
        case 0 -> ch.number(JobField.PRIORITY, 0);
        case 1, 2 -> ch.number(JobField.PRIORITY, SlurmNumbers.INFINITE);
        case 3 -> ch.number(JobField.TIME_LIMIT, 1 + random.nextInt(20));
        case 4 -> ch.number(JobField.NICE, SlurmNumbers.NICE_OFFSET + random.nextInt(100));
        case 5 -> ch.text(JobField.PARTITION, List.of("short", "debug", "extra0", "extra1,debug").get(random.nextInt(4)));
        default -> ch.text(JobField.DEPENDENCY, "afterany:" + (1 + random.nextInt(60)));
      }
      return ch;
    }

    private Command start() {
      Plan kept = planner.plan(c.store, c.now);
      List<Proposal> plan = kept.proposals();
      assertEquals(text(new Planner(20).plan(c.store, c.now)), text(kept), "a planner's picture differs from a new one's");
      // Sometimes one of the middle, which the ones before have not made room for.
      return plan.isEmpty()
          ? new Command.Tick(c.now)
          : new Command.StartJob(c.now, plan.get(random.nextInt(5) == 0 ? random.nextInt(plan.size()) : 0));
    }

    private String text(Plan plan) {
      StringBuilder b = new StringBuilder();
      for (Proposal p : plan.proposals()) {
        b.append(p.jobId()).append(" v").append(p.jobVersion()).append(" in ").append(p.partition());
        for (Allocation.NodeShare s : p.allocation().nodes()) {
          b.append(' ').append(s.node()).append(':').append(s.cpus()).append('/').append(Arrays.toString(s.cores()));
        }
        b.append(' ').append(Arrays.toString(p.nodeVersions()));
        p.others().forEach(o -> b.append(" with ").append(o.jobId()).append(' ').append(o.partition()).append(nodes(o)));
        b.append('\n');
      }
      c.store.forEachJob(j -> b.append(j.jobId).append(' ').append(plan.reasons().of(j)).append('\n'));
      return b.toString();
    }

    private static String nodes(Proposal p) {
      return p.allocation().nodes().stream().map(s -> " " + s.node() + ":" + Arrays.toString(s.cores())).toList().toString();
    }

    private Command partitionEvent(JobRecord j) {
      String name = "extra" + random.nextInt(2);
      return switch (random.nextInt(4)) {
        case 0 -> new Command.TopJobs(c.now, Cluster.ROOT, new long[] {j.jobId});
        case 1 -> new Command.DeletePartition(c.now, Cluster.ROOT, name);
        default -> new Command.UpdatePartition(
            c.now, Cluster.ROOT, random.nextBoolean(), PartitionUpdateTest.changes(name, "n[1-2]", null, random.nextInt(4)));
      };
    }

    private Command nodeEvent() {
      int i = 1 + random.nextInt(nodes);
      return switch (random.nextInt(8)) {
        case 0 -> new Command.NodeLost(c.now, "n" + i);
        case 1 -> new Command.NodeFailed(c.now, "n" + i, "Not responding");
        case 2 -> new Command.UpdateNode(c.now, Cluster.ROOT, List.of("n" + i), SlurmNumbers.NODE_STATE_DOWN, "broken", null, null, SlurmNumbers.NO_VAL);
        case 3 -> new Command.UpdateNode(c.now, Cluster.ROOT, List.of("n" + i), SlurmNumbers.NODE_STATE_DRAIN, "soon", null, null, SlurmNumbers.NO_VAL);
        case 4, 5 -> new Command.UpdateNode(c.now, Cluster.ROOT, List.of("n" + i), SlurmNumbers.NODE_RESUME, null, null, null, SlurmNumbers.NO_VAL);
        default -> registration(i, "boot" + random.nextInt(3));
      };
    }

    private Command registration(int i, String boot) {
      List<String> has = new ArrayList<>();
      if (i - 1 < c.store.nodeCount()) {
        int index = c.store.config().nodeIndex("n" + i);
        c.store.forEachJob(j -> {
          if (j.batchNode == index && j.phase.holdsNodes() && random.nextInt(4) != 0) {
            has.add(j.launchId());
          }
        });
      }
      if (random.nextInt(10) == 0) {
        has.add("999.7");
      }
      long memory = random.nextInt(10) == 0 ? 7000 : 8000;
      return new Command.RegisterNode(
          c.now, "n" + i, new NodeRecord.Registration("1", "x", "L", 8, 1, 2, 2, 2, memory, 0, 1, 1, boot, 0), has);
    }

    private Command reconfigure() {
      nodes = 2 + random.nextInt(5);
      List<NodeDefinition> defs = new ArrayList<>(IntStream.rangeClosed(1, nodes).mapToObj(i -> Cluster.node("n" + i)).toList());
      if (random.nextBoolean()) {
        java.util.Collections.reverse(defs);
      }
      return new Command.Reconfigure(c.now, Cluster.config(epoch = c.store.config().epoch() + 1, defs, List.of()));
    }

    /** From any state, a cluster whose nodes answer comes to rest. */
    private void everythingEnds() {
      List<Long> all = new ArrayList<>();
      c.store.forEachJob(j -> all.add(j.jobId));
      all.forEach(id -> step(new Command.KillJob(c.now, Cluster.ROOT, JobSelector.job(id), 9, 0)));
      for (int i = 0; i < c.store.nodeCount(); i++) {
        int index = i;
        c.store.forEachJob(j -> {
          if (j.phase == JobPhase.ENDING) {
            step(new Command.NodeReleased(c.now, j.jobId, j.restarts, c.store.config().nodes().get(index).name()));
          }
        });
      }
      c.store.forEachJob(j -> assertEquals(JobPhase.DONE, j.phase, "job " + j.jobId));
      for (int i = 0; i < c.store.nodeCount(); i++) {
        assertEquals(0, c.store.node(i).jobs);
      }
      for (int i = 0; i < 5 && c.store.jobCount() > 0; i++) {
        c.now += 301_000;
        step(new Command.Tick(c.now));
      }
      assertEquals(0, c.store.jobCount());
      assertEquals(Long.MAX_VALUE, c.machine.nextDeadlineMillis());
    }
  }
}
