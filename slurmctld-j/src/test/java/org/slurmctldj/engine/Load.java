package org.slurmctldj.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSelector;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.PartitionChanges;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.ReservationDefinition;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.journal.Blob;

/** A small cluster's configuration and a stream of random commands of every kind that jobs know. */
final class Load {
  static final Actor ALICE = new Actor(1001, 1001, false, "localhost");
  static final Actor ROOT = new Actor(0, 0, true, "localhost");
  static final int NODES = 4;

  private final ClusterEngine engine;
  private final Random random;
  private final List<Long> ids = new ArrayList<>();

  Load(ClusterEngine engine, Random random) {
    this.engine = engine;
    this.random = random;
  }

  static ClusterConfig config(int nodes) {
    return config(nodes, 100_000, 300);
  }

  static ClusterConfig config(int nodes, int maxJobCount, long minJobAge) {
    List<NodeDefinition> definitions = IntStream.range(0, nodes)
        .mapToObj(i -> new NodeDefinition(
            "n" + i, "host", "127.0.0.1", 6818, 8, 1, 2, 2, 2, 8000, 0, 1, List.of(), null, 0, 0, 0, null))
        .toList();
    PartitionDefinition debug = new PartitionDefinition(
        "debug", IntStream.range(0, nodes).toArray(), "ALL", 1, 3, SlurmNumbers.INFINITE, SlurmNumbers.NO_VAL, 0,
        SlurmNumbers.INFINITE, SlurmNumbers.INFINITE, 1, 1, 1, SlurmNumbers.NO_VAL16, SlurmNumbers.NO_VAL16, 0, 0, 0,
        null, null, null, null, null, null, null, null, null);
    ClusterConfig.Limits limits = new ClusterConfig.Limits(
        maxJobCount, 1, 0x03ff0000 - 1, 1001, minJobAge, 30, SlurmNumbers.CR_CORE | SlurmNumbers.CR_MEMORY, 0, 0, true, 0,
        0, 10, 0, 0, 0, null);
    return new ClusterConfig(1, "test", definitions, List.of(debug), limits);
  }

  static JobFields request(String name) {
    return new JobFields()
        .number(JobField.USER_ID, 1001)
        .number(JobField.GROUP_ID, 1001)
        .text(JobField.NAME, name)
        .text(JobField.SUBMIT_LINE, "sbatch " + name)
        .texts(JobField.ARGV, List.of("/tmp/" + name))
        .number(JobField.PN_MIN_MEMORY, 100)
        .number(JobField.BATCH_FLAG, 1);
  }

  /** A submission with its script. */
  static CompletableFuture<Result> submit(ClusterEngine engine, String name, byte[] script) {
    Blob blob = Blob.of(script);
    JobFields request = request(name).text(JobField.SCRIPT_HASH, blob.hex());
    return engine.submitWithBlobs(now -> new Command.SubmitJob(now, ALICE, request), List.of(blob));
  }

  static void register(ClusterEngine engine, int nodes) throws Exception {
    for (int i = 0; i < nodes; i++) {
      String name = "n" + i;
      engine.submit(now -> new Command.RegisterNode(
          now, name, new NodeRecord.Registration("1", "x86_64", "Linux", 8, 1, 2, 2, 2, 8000, 0, 1, 1, "boot", 0), List.of()))
          .get(10, TimeUnit.SECONDS);
    }
  }

  /** Sends one random command and waits for its result. */
  Result step() throws Exception {
    return command().get(20, TimeUnit.SECONDS);
  }

  private CompletableFuture<Result> command() {
    int what = random.nextInt(23);
    if (what >= 20) {
      return definition(what == 20);
    }
    if (what < 8 || ids.isEmpty()) {
      String name = "job" + random.nextInt(1000) + "x".repeat(random.nextInt(50));
      String script = "#!/bin/sh\necho " + random.nextInt(200) + "\n";
      return submit(engine, name, script.getBytes(java.nio.charset.StandardCharsets.US_ASCII)).thenApply(r -> {
        ids.add(r.jobId());
        return r;
      });
    }
    long id = ids.get(random.nextInt(ids.size()));
    JobRecord j = engine.view().job(id);
    if (j == null) {
      ids.remove(id);
      return CompletableFuture.completedFuture(Result.OK);
    }
    JobSelector job = JobSelector.job(id);
    if (what < 10) {
      return engine.submit(now -> new Command.KillJob(now, ALICE, job, 9, 0));
    } else if (what < 12) {
      long priority = random.nextBoolean() ? 0 : SlurmNumbers.INFINITE;
      return engine.submit(
          now -> new Command.UpdateJob(now, ALICE, job, new JobFields().number(JobField.PRIORITY, priority), true));
    } else if (what < 13) {
      return engine.submit(now -> new Command.RequeueJob(now, ALICE, job, random.nextBoolean()));
    } else if (j.phase == JobPhase.PENDING) {
      int node = random.nextInt(NODES);
      Allocation a = new Allocation(List.of(new Allocation.NodeShare(node, 2, new long[] {1L << random.nextInt(4)}, 100)));
      return engine.submit(now -> new Command.StartJob(
          now, new Proposal(id, j.version, j.epoch, 0, a, new long[] {engine.view().node(node).version})));
    } else if (j.phase == JobPhase.STARTING) {
      return engine.submit(now -> new Command.LaunchStarted(now, id, j.restarts, engine.view().config().nodes().get(j.batchNode).name()));
    } else if (j.phase == JobPhase.RUNNING) {
      int status = random.nextInt(3) << 8;
      return engine.submit(
          now -> new Command.LaunchEnded(now, id, j.restarts, engine.view().config().nodes().get(j.batchNode).name(), status, false, null, 0, 10, 10, 10));
    } else if (j.phase == JobPhase.ENDING) {
      int node = Arrays.stream(j.nodesEnding).findFirst().orElse(j.batchNode);
      return engine.submit(now -> new Command.NodeReleased(now, id, j.restarts, engine.view().config().nodes().get(node).name()));
    }
    return engine.submit(Command.Tick::new);
  }

  /** scontrol create, update or delete of one of a few partitions or reservations; many are refused. */
  private CompletableFuture<Result> definition(boolean partition) {
    String name = "d" + random.nextInt(5);
    boolean create = random.nextBoolean();
    boolean delete = random.nextInt(4) == 0;
    String nodes = "n" + random.nextInt(NODES);
    long number = 1 + random.nextInt(1000);
    if (partition) {
      PartitionChanges changes = new PartitionChanges(
          name, nodes, null, null, null, null, null, null, null, null, null, 0, SlurmNumbers.NO_VAL, number, SlurmNumbers.NO_VAL,
          SlurmNumbers.NO_VAL, SlurmNumbers.NO_VAL, SlurmNumbers.NO_VAL, SlurmNumbers.NO_VAL, SlurmNumbers.NO_VAL,
          SlurmNumbers.NO_VAL, SlurmNumbers.NO_VAL, SlurmNumbers.NO_VAL, SlurmNumbers.NO_VAL, SlurmNumbers.NO_VAL64,
          SlurmNumbers.NO_VAL64);
      return engine.submit(now -> delete
          ? new Command.DeletePartition(now, ROOT, name) : new Command.UpdatePartition(now, ROOT, create, changes));
    }
    return engine.submit(now -> delete
        ? new Command.DeleteReservation(now, ROOT, name)
        : new Command.ChangeReservation(
            now, ROOT, create, name, now / 1000 + 3600 + number, SlurmNumbers.NO_VAL, number, ReservationDefinition.OVERLAP, 0,
            nodes, SlurmNumbers.NO_VAL, "alice", null, null, "c" + number));
  }
}
