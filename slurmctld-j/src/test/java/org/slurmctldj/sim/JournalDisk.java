package org.slurmctldj.sim;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.core.CommandCodec;
import org.slurmctldj.core.DefinitionCodec;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.PlainStore;
import org.slurmctldj.core.RecordCodec;
import org.slurmctldj.core.StateMachine;
import org.slurmctldj.core.StateStore;

/**
 * What outlives the controller: a snapshot and, after it, journal records of which a prefix is durable. Only encoded
 * bytes are kept, as on a real disk.
 */
final class JournalDisk {
  /** The state at that sequence, record by record. */
  private record Snapshot(
      long sequence, byte[] globals, byte[] config, List<byte[]> partitions, List<byte[]> reservations, List<byte[]> nodes,
      List<byte[]> jobs) {}

  private Snapshot snapshot = new Snapshot(0, null, null, List.of(), List.of(), List.of(), List.of());
  private final List<byte[]> records = new ArrayList<>();
  private int durable;

  void append(byte[] record) {
    records.add(record);
  }

  /** Everything appended so far is safe. */
  void sync() {
    durable = records.size();
  }

  long lastSequence() {
    return snapshot.sequence() + records.size();
  }

  long durableSequence() {
    return snapshot.sequence() + durable;
  }

  /** Power is gone: of what was not synced any prefix may be there; the record after it may be torn, which is as if it were not. */
  void lose(World world) {
    int kept = durable + (int) world.below(records.size() - durable + 1);
    records.subList(kept, records.size()).clear();
    durable = kept;
  }

  /** Puts the snapshot into an empty store. */
  void load(StateStore into) {
    if (snapshot.config() == null) {
      return;
    }
    for (int i = 0; i < snapshot.partitions().size(); i++) {
      into.putPartition(i, DefinitionCodec.decodePartition(snapshot.partitions().get(i)));
    }
    snapshot.reservations().forEach(r -> into.putReservation(DefinitionCodec.decodeReservation(r)));
    into.putConfig(RecordCodec.decodeConfig(snapshot.config()));
    snapshot.nodes().forEach(n -> into.putNode(RecordCodec.decodeNode(n)));
    snapshot.jobs().forEach(j -> into.putJob(RecordCodec.decodeJob(j)));
    into.putGlobals(RecordCodec.decodeGlobals(snapshot.globals()));
  }

  /** Applies the records after {@code from} up to {@code to} to a machine that has applied those before. */
  void replay(StateMachine machine, long from, long to) {
    for (long s = from + 1; s <= to; s++) {
      machine.apply(s, CommandCodec.decode(records.get((int) (s - snapshot.sequence() - 1))), effect -> {});
    }
  }

  long snapshotSequence() {
    return snapshot.sequence();
  }

  /** A second core replays the old snapshot and the records up to there; that becomes the snapshot, the records go. */
  PlainStore compact(long upTo) {
    PlainStore store = new PlainStore();
    load(store);
    replay(new StateMachine(store), snapshot.sequence(), upTo);
    List<byte[]> nodes = new ArrayList<>();
    for (int i = 0; i < store.nodeCount(); i++) {
      nodes.add(RecordCodec.encodeNode(store.node(i)));
    }
    List<byte[]> jobs = new ArrayList<>();
    List<Long> ids = new ArrayList<>();
    store.forEachJob(j -> ids.add(j.jobId));
    for (long id : ids) {
      JobRecord j = store.job(id);
      jobs.add(RecordCodec.encodeJob(j));
    }
    int gone = (int) (upTo - snapshot.sequence());
    snapshot =
        new Snapshot(
            upTo, RecordCodec.encodeGlobals(store.globals()), RecordCodec.encodeConfigAlone(store.config()),
            store.config().partitions().stream().map(DefinitionCodec::encode).toList(),
            store.config().reservations().stream().map(DefinitionCodec::encode).toList(), nodes, jobs);
    records.subList(0, gone).clear();
    durable -= gone;
    return store;
  }
}
