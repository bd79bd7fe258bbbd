package org.slurmctldj.engine;

import static org.slurmctldj.core.SlurmNumbers.NO_VAL;
import static org.slurmctldj.core.SlurmNumbers.NO_VAL64;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.PartitionChanges;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.RecordCodec;
import org.slurmctldj.core.ReservationDefinition;
import org.slurmctldj.core.Result;
import org.slurmctldj.journal.JournalOptions;
import org.slurmctldj.state.OffHeapStore;

/**
 * Makes the state directories that {@link OldStateTest} starts from. Run by hand with the code of a release ({@code java -cp …
 * org.slurmctldj.engine.OldState DIRECTORY}); what it made is kept for ever and never made again.
 */
final class OldState {
  private OldState() {}

  static EngineOptions options(Path folder) {
    return EngineOptions.standard(folder, false).withJournal(JournalOptions.standard().withSegmentBytes(64 << 10));
  }

  /** What a state is, record by record, in words that do not depend on where records lie: whole configuration, nodes, jobs. */
  static List<String> text(OffHeapStore store) {
    HexFormat hex = HexFormat.of();
    List<String> out = new ArrayList<>();
    out.add("globals " + hex.formatHex(RecordCodec.encodeGlobals(store.globals())));
    out.add("configuration " + hex.formatHex(RecordCodec.encodeConfig(store.config())));
    for (int i = 0; i < store.nodeCount(); i++) {
      out.add("node " + i + " " + hex.formatHex(RecordCodec.encodeNode(store.node(i))));
    }
    store.forEachWholeJob((JobRecord j) -> out.add("job " + j.jobId + " " + hex.formatHex(RecordCodec.encodeJob(j))));
    return out;
  }

  private static PartitionChanges partition(String name, String nodes, long flags, long maxTime) {
    return new PartitionChanges(
        name, nodes, null, null, flags == 0 ? "physics,chemistry" : null, null, null, null, null, null, null, flags, NO_VAL, maxTime, NO_VAL, NO_VAL,
        NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL64, NO_VAL64);
  }

  private static void must(ClusterEngine engine, java.util.function.LongFunction<Command> command) throws Exception {
    Result r = engine.submit(command).get(20, TimeUnit.SECONDS);
    if (!r.isOk()) {
      throw new IllegalStateException(r.toString());
    }
  }

  private static void reserve(ClusterEngine engine, String name, long flags, String nodes, long count) throws Exception {
    must(engine, now -> new Command.ChangeReservation(
        now, Load.ROOT, true, name, now / 1000 + 5, NO_VAL, 60, flags, 0, nodes, count, "alice", null, "debug", "of " + name));
  }

  private static ClusterConfig twoPartitions() {
    ClusterConfig c = Load.config(Load.NODES);
    PartitionDefinition d = c.partitions().get(0);
    PartitionDefinition night = new PartitionDefinition(
        "night", new int[] {1, 3}, "n[1,3]", 0, 3, 720, 60, 1, 2, 8, 1, 2, 1, 5, 0, 0, 0, 4000, "debug", List.of("staff"),
        new long[] {1001, 1002}, null, List.of("guests"), null, null, null, null);
    return new ClusterConfig(1, "test", c.nodes(), List.of(d, night), c.limits());
  }

  private static void changes(ClusterEngine engine, int round) throws Exception {
    must(engine, now -> new Command.UpdatePartition(now, Load.ROOT, true, partition("p" + round, "n[0-1]", 0, 30)));
    must(engine, now -> new Command.UpdatePartition(now, Load.ROOT, true, partition("q" + round, "ALL", 0, 40)));
    must(engine, now -> new Command.UpdatePartition(now, Load.ROOT, false, partition("night", "+n2", 1, 600)));
    must(engine, now -> new Command.DeletePartition(now, Load.ROOT, "p" + round));
    reserve(engine, "moving" + round, ReservationDefinition.REPLACE | ReservationDefinition.OVERLAP, null, 1);
    reserve(engine, "gone" + round, ReservationDefinition.OVERLAP, "n2", NO_VAL);
    reserve(engine, "daily" + round, ReservationDefinition.DAILY | ReservationDefinition.OVERLAP, "n[0,3]", NO_VAL);
    must(engine, now -> new Command.DeleteReservation(now, Load.ROOT, "gone" + round));
    must(engine, now -> new Command.ChangeReservation(
        now, Load.ROOT, false, "moving" + round, NO_VAL, NO_VAL, 90, 0, 0, null, NO_VAL, "+bob", null, null, null));
  }

  private static void make(Path folder, boolean snapshot) throws Exception {
    Random random = new Random(snapshot ? 1 : 2);
    try (ClusterEngine engine = ClusterEngine.open(options(folder))) {
      engine.start();
      must(engine, now -> new Command.RaiseFeatureLevel(now, 4));
      engine.reconfigure(twoPartitions()).get(20, TimeUnit.SECONDS);
      Load.register(engine, Load.NODES);
      Load load = new Load(engine, random);
      for (int round = 0; round < 3; round++) {
        changes(engine, round);
        for (int i = 0; i < 30; i++) {
          load.step();
        }
        if (snapshot && round == 1) {
          engine.snapshotNow().get(20, TimeUnit.SECONDS);
        }
      }
      engine.close();
      Files.write(folder.resolve("expected.txt"), text(engine.store()));
    }
    try (var files = Files.walk(folder.resolve("slurmctld-j"))) {
      for (Path p : files.filter(f -> f.toString().endsWith(".space") || f.endsWith("lock")).toList()) {
        Files.delete(p);
      }
    }
  }

  public static void main(String[] args) throws IOException {
    try {
      make(Path.of(args[0], "journal"), false);
      make(Path.of(args[0], "snapshot"), true);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    System.exit(0);
  }
}
