package org.slurmctldj.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.RecordCodec;
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
    state.forEachEncodedJob((light, bulky) -> {
      ByteBuffer record = ByteBuffer.allocate(4 + light.length + bulky.length).order(ByteOrder.LITTLE_ENDIAN);
      sink.put(JOB, record.putInt(light.length).put(light).put(bulky).array());
    });
  }

  private static void writeConfigAndNodes(ClusterView state, Snapshots.Sink sink) {
    sink.put(CONFIG, RecordCodec.encodeConfig(state.config()));
    for (int i = 0; i < state.nodeCount(); i++) {
      sink.put(NODE, RecordCodec.encodeNode(state.node(i)));
    }
  }

  static Snapshots.Sink into(OffHeapStore state) {
    return (kind, record) -> {
      switch (kind) {
        case GLOBALS -> state.putGlobals(RecordCodec.decodeGlobals(record));
        case CONFIG -> state.putConfig(RecordCodec.decodeConfig(record));
        case NODE -> state.putNode(RecordCodec.decodeNode(record));
        case JOB -> {
          int bulkyAt = 4 + ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).getInt();
          state.putEncodedJob(Arrays.copyOfRange(record, 4, bulkyAt), Arrays.copyOfRange(record, bulkyAt, record.length));
        }
        default -> throw new JournalDamaged("the snapshot has records of kind " + kind + ", written by a newer release");
      }
    };
  }
}
