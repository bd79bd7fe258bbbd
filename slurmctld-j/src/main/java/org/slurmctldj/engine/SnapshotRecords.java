package org.slurmctldj.engine;

import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.RecordCodec;
import org.slurmctldj.core.StateStore;
import org.slurmctldj.journal.JournalDamaged;
import org.slurmctldj.journal.Snapshots;
import org.slurmctldj.state.OffHeapStore;

/** The state as a snapshot's records: each kind's number is for ever. */
final class SnapshotRecords {
  static final byte GLOBALS = 1;
  static final byte CONFIG = 2;
  static final byte NODE = 3;
  static final byte JOB = 4;

  private SnapshotRecords() {}

  static void write(OffHeapStore state, Snapshots.Sink sink) {
    sink.put(GLOBALS, RecordCodec.encodeGlobals(state.globals()));
    writeConfigAndNodes(state, sink);
    state.forEachWholeJob(job -> sink.put(JOB, RecordCodec.encodeJob(job)));
  }

  private static void writeConfigAndNodes(ClusterView state, Snapshots.Sink sink) {
    sink.put(CONFIG, RecordCodec.encodeConfig(state.config()));
    for (int i = 0; i < state.nodeCount(); i++) {
      sink.put(NODE, RecordCodec.encodeNode(state.node(i)));
    }
  }

  static Snapshots.Sink into(StateStore state) {
    return (kind, record) -> {
      switch (kind) {
        case GLOBALS -> state.putGlobals(RecordCodec.decodeGlobals(record));
        case CONFIG -> state.putConfig(RecordCodec.decodeConfig(record));
        case NODE -> state.putNode(RecordCodec.decodeNode(record));
        case JOB -> state.putJob(RecordCodec.decodeJob(record));
        default -> throw new JournalDamaged("the snapshot has records of kind " + kind + ", written by a newer release");
      }
    };
  }
}
