package org.slurmctldj.rpc.handlers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.JobInfoRequest;
import org.slurmctldj.proto.slurm.JobInfoResponse;
import org.slurmctldj.proto.slurm.JobInfoSingleRequest;
import org.slurmctldj.proto.slurm.JobUserInfoRequest;
import org.slurmctldj.proto.slurm.NodeInfo;
import org.slurmctldj.proto.slurm.NodeInfoRequest;
import org.slurmctldj.proto.slurm.NodeInfoResponse;
import org.slurmctldj.proto.slurm.NodeInfoSingleRequest;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.rpc.render.JobWire;
import org.slurmctldj.rpc.render.NodeWire;
import org.slurmctldj.sched.Planner;
import org.slurmctldj.state.OffHeapStore;

/**
 * squeue's answers from encoded blocks have the bytes that the message object of the same jobs has: while jobs come, start,
 * end, are held, split off arrays and are purged, in every version, for whoever asks for whatever.
 */
class EncodedListsTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int ROUNDS = Integer.getInteger("rounds", 150);
  private static final InetSocketAddress PEER = new InetSocketAddress("127.0.0.1", 40000);
  private static final int JOBS = 2003;
  private static final int JOBS_OF_USER = 2039;
  private static final int ONE_JOB = 2021;
  private static final int ALL_NODES = 2007;
  private static final int ONE_NODE = 2040;
  private static final int NODES = 70;
  private static final Actor CAROL = new Actor(1003, 1003, false, "localhost");

  private final Random random = new Random(SEED);
  private final Cluster c = new Cluster();
  private final OffHeapStore store = OffHeapStore.create();
  private final ControllerOnHeap on = new ControllerOnHeap(c, store);
  private final RpcTable table = Rpcs.table(on.controller);
  private final Map<Long, Long> mirrored = new HashMap<>();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void whatIsSentIsWhatTheJobsAre() {
    try {
      configure(1);
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = random.nextInt(8); i >= 0; i--) {
          step();
        }
        if (random.nextInt(50) == 0) {
          configure(c.store.config().epoch() + 1);
        }
        mirror();
        on.privateData = random.nextInt(4) == 0 ? 1 : 0;
        // The same question again right away is answered from what the first one left.
        for (int i = random.nextInt(4); i >= 0; i--) {
          ask();
        }
      }
      assertTrue(c.store.jobCount() > 128, "more than one block of jobs: " + c.store.jobCount());
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("repeat with -Dseed=" + SEED + ": " + e.getMessage(), e);
    }
  }

  private void configure(long epoch) {
    ClusterConfig k =
        Cluster.config(epoch, IntStream.rangeClosed(1, NODES).mapToObj(i -> Cluster.node("n" + i)).toList(), List.of());
    int[] most = IntStream.range(0, NODES - 2).toArray();
    List<PartitionDefinition> partitions =
        List.of(
            Cluster.partition("debug", most, 1, 60, 60),
            Cluster.partition("short", new int[] {0, 1}, 0, 10, 5),
            Cluster.partition("hidden", new int[] {2, NODES - 1}, PartitionDefinition.FLAG_HIDDEN, 60, 60));
    c.apply(new Command.Reconfigure(c.now, new ClusterConfig(epoch, "test", k.nodes(), partitions, k.limits())));
    for (int i = 1; i <= NODES; i++) {
      c.register("n" + i, "boot1");
    }
  }

  private Actor actor() {
    return List.of(Cluster.ROOT, Cluster.ALICE, Cluster.BOB).get(random.nextInt(3));
  }

  private void step() {
    c.now += random.nextInt(5_000);
    JobRecord j = anyJob();
    int node = 1 + random.nextInt(NODES);
    switch (random.nextInt(j == null ? 2 : 14)) {
      case 0, 1, 2 -> {
        for (int i = random.nextInt(12); i >= 0; i--) {
          c.submit(actor(), request());
        }
      }
      case 3, 4, 5 -> {
        List<Proposal> plan = new Planner(5).plan(c.store, c.now).proposals();
        plan.stream().limit(1).forEach(p -> c.apply(new Command.StartJob(c.now, p)));
      }
      case 6 -> c.started(j.jobId);
      case 7 -> {
        if (j.allocation != null) {
          c.ended(j.jobId, random.nextInt(2) * 256);
          c.released(j.jobId);
        }
      }
      case 8 -> c.kill(Cluster.ROOT, j.jobId, random.nextBoolean() ? new int[0] : new int[] {1, 3});
      case 9 -> c.update(Cluster.ROOT, j.jobId, new JobFields().number(JobField.PRIORITY, random.nextInt(2) * 100L));
      case 11 -> c.apply(
          new Command.UpdateNode(
              c.now, Cluster.ROOT, List.of("n" + node), random.nextBoolean() ? SlurmNumbers.NODE_STATE_DRAIN : SlurmNumbers.NODE_RESUME,
              "broken", null, null, SlurmNumbers.NO_VAL));
      case 12 -> on.controller.loads().heard("n" + node, random.nextInt(3), random.nextInt(3), c.now / 1000);
      case 10 -> c.pass(random.nextInt(20) == 0 ? 400 : 1);
      default -> {
        Map<Long, JobWire.Waiting> plan = new HashMap<>();
        c.store.forEachJob(p -> {
          if (random.nextBoolean()) {
            plan.put(p.jobId, new JobWire.Waiting(1 + random.nextInt(3), random.nextBoolean() ? null : "Nodes busy", random.nextInt(2) * 1_800_000_000L));
          }
        });
        on.planned = plan;
      }
    }
  }

  private JobRecord anyJob() {
    List<JobRecord> all = new ArrayList<>();
    c.store.forEachJob(all::add);
    return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
  }

  private JobFields request() {
    JobFields r = Cluster.request(actor()).text(JobField.NAME, "x".repeat(random.nextInt(300)));
    if (random.nextInt(4) == 0) {
      r.text(JobField.ARRAY_SPEC, "0-" + random.nextInt(8) + (random.nextBoolean() ? "%2" : ""));
    }
    if (random.nextInt(4) == 0) {
      r.number(JobField.PRIORITY, 0);
    }
    if (random.nextInt(4) == 0) {
      r.text(JobField.PARTITION, List.of("short", "hidden", "short,debug").get(random.nextInt(3)));
    }
    if (random.nextInt(4) == 0) {
      r.text(JobField.COMMENT, "\u00e4\u00ff comment");
    }
    return r;
  }

  /** Brings the off-heap store to the cluster's state, as apply would have. */
  private void mirror() {
    if (store.config() != c.store.config()) {
      store.putWholeConfig(c.store.config());
      store.clearNodes();
    }
    for (int i = 0; i < c.store.nodeCount(); i++) {
      NodeRecord n = c.store.node(i);
      store.putNode(n);
    }
    Map<Long, Long> there = new HashMap<>();
    c.store.forEachJob(j -> there.put(j.jobId, j.version));
    for (long id : List.copyOf(mirrored.keySet())) {
      if (!there.containsKey(id)) {
        store.removeJob(id);
        mirrored.remove(id);
      }
    }
    there.forEach((id, version) -> {
      if (!version.equals(mirrored.put(id, version))) {
        store.putJob(c.store.job(id));
      }
    });
    store.putGlobals(c.store.globals());
  }

  private void ask() {
    int version = 38 + random.nextInt(8);
    Actor asker = random.nextInt(3) == 0 ? CAROL : actor();
    int flags = random.nextInt(2) * ShowFlags.ALL | random.nextInt(2) * ShowFlags.DETAIL;
    JobRecord j = anyJob();
    switch (random.nextInt(8)) {
      case 6 -> sameNodes(version, asker, flags | random.nextInt(2) * ShowFlags.FUTURE);
      case 7 -> oneNode(version, asker, flags, random.nextInt(NODES));
      case 0, 1, 2 -> same(version, asker, flags, JOBS, new JobInfoRequest().showFlags(flags), _ -> true);
      case 3 -> {
        long user = actor().uid();
        same(version, asker, flags, JOBS_OF_USER, new JobUserInfoRequest().showFlags(flags).userId(user),
            x -> x.request.number(JobField.USER_ID) == user);
      }
      case 4 -> {
        List<Long> ids = IntStream.range(0, 1 + random.nextInt(3)).mapToObj(_ -> 1L + random.nextInt(400)).collect(Collectors.toList());
        same(version, asker, flags, JOBS, new JobInfoRequest().showFlags(flags).jobIds(ids),
            x -> ids.contains(x.jobId) || ids.contains(x.arrayJobId));
      }
      default -> {
        if (j != null) {
          one(version, asker, flags, j);
        }
      }
    }
  }

  private NodeInfo node(int i, int flags, int version) {
    NodeDefinition d = c.store.config().nodes().get(i);
    return NodeWire.of(d, c.store.node(i), on.controller.loads().of(d.name()), (flags & ShowFlags.DETAIL) != 0, version);
  }

  private void sameNodes(int version, Actor asker, int flags) {
    List<NodeInfo> nodes = new ArrayList<>();
    BitSet hidden = new BitSet();
    boolean everything = (flags & ShowFlags.ALL) != 0 || asker.uid() == 0;
    for (int i = 0; i < NODES; i++) {
      boolean future = c.store.node(i).phase == NodePhase.FUTURE && (flags & ShowFlags.FUTURE) == 0;
      // The last one is in no partition but the hidden one, the last but one in none at all.
      if (future || i == NODES - 1 && !everything) {
        hidden.set(i);
        nodes.add(NodeWire.hidden());
      } else {
        nodes.add(node(i, flags, version));
      }
    }
    Packer expected = new Packer();
    new NodeInfoResponse()
        .lastUpdate(c.now / 1000).hiddenNodes(version >= 42 ? Bitmap.of(NODES, hidden) : null).nodes(nodes)
        .write(expected, version);
    Packer sent = new Packer();
    ((Reply.Message) answer(version, asker, ALL_NODES, new NodeInfoRequest().showFlags(flags))).body().write(sent, version);
    assertArrayEquals(expected.toByteArray(), sent.toByteArray(), "nodes version " + version + " flags " + flags + " by " + asker);
  }

  private void oneNode(int version, Actor asker, int flags, int i) {
    Reply reply = answer(version, asker, ONE_NODE, new NodeInfoSingleRequest().nodeName("n" + (i + 1)).showFlags(flags));
    assertEquals(List.of(node(i, flags, version)), ((NodeInfoResponse) ((Reply.Message) reply).body()).nodes());
    assertEquals(
        new Reply.ReturnCode(2018), answer(version, asker, ONE_NODE, new NodeInfoSingleRequest().nodeName("nobody").showFlags(flags)));
  }

  private boolean maySee(Actor asker, int flags, JobRecord j) {
    boolean owner = asker.privileged() || on.privateData == 0 || j.request.number(JobField.USER_ID) == asker.uid();
    boolean hidden = j.partition == 2 && asker.uid() != 0 && (flags & ShowFlags.ALL) == 0;
    return owner && !hidden;
  }

  private JobInfo message(int version, int flags, JobRecord j) {
    return new JobWire(c.store.config(), version, flags, null)
        .of(j, j.phase == JobPhase.PENDING && j.reason == 0 ? on.planned.get(j.jobId) : null);
  }

  private void same(int version, Actor asker, int flags, int type, SlurmBody body, Predicate<JobRecord> wanted) {
    List<JobInfo> jobs = new ArrayList<>();
    c.store.forEachJob(j -> {
      if (wanted.test(j) && maySee(asker, flags, j)) {
        jobs.add(message(version, flags, j));
      }
    });
    Packer expected = new Packer();
    new JobInfoResponse().lastUpdate(c.now / 1000).lastBackfill(0).jobs(jobs).write(expected, version);
    Reply.Message m = (Reply.Message) answer(version, asker, type, body);
    Packer sent = new Packer();
    m.body().write(sent, version);
    assertArrayEquals(expected.toByteArray(), sent.toByteArray(), type + " version " + version + " flags " + flags + " by " + asker);
  }

  private void one(int version, Actor asker, int flags, JobRecord j) {
    Reply reply = answer(version, asker, ONE_JOB, new JobInfoSingleRequest().jobId(j.jobId).showFlags(flags));
    if (!maySee(asker, ShowFlags.ALL, j)) {
      assertTrue(reply instanceof Reply.ReturnCode, "job " + j.jobId + " of somebody else");
      return;
    }
    // The array's own record, then its tasks, the newest first, as slurmctld has them (interop/scenarios/layout).
    List<JobInfo> jobs = new ArrayList<>();
    c.store.forEachJob(x -> {
      boolean task = j.arrayJobId == j.jobId && x.arrayJobId == j.jobId;
      if ((x.jobId == j.jobId || task) && maySee(asker, ShowFlags.ALL, x)) {
        jobs.add(Math.min(1, jobs.size()), message(version, flags, x));
      }
    });
    assertEquals(jobs, ((JobInfoResponse) ((Reply.Message) reply).body()).jobs());
  }

  private Reply answer(int version, Actor asker, int type, SlurmBody body) {
    return table.find(type).orElseThrow().handler().handle(new Request(type, version, body, asker, PEER, null));
  }

  @Test
  void whoHasSeenTheLastChangeIsToldSo() {
    configure(1);
    c.submit();
    mirror();
    assertEquals(
        new Reply.ReturnCode(Freshness.NO_CHANGE_IN_DATA),
        answer(42, Cluster.ALICE, JOBS, new JobInfoRequest().lastUpdate(c.now / 1000 + 1)));
    c.now += 5000;
    c.submit();
    mirror();
    assertTrue(answer(42, Cluster.ALICE, JOBS, new JobInfoRequest().lastUpdate(c.now / 1000 - 1)) instanceof Reply.Message);
  }
}
