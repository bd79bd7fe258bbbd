package org.slurmctldj.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.slurmctldj.core.ClusterConfig;
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
  static final byte PARTITION = 5;
  static final byte RESERVATION = 6;

  private SnapshotRecords() {}

  static void write(OffHeapStore state, Snapshots.Sink sink) {
    sink.put(GLOBALS, RecordCodec.encodeGlobals(state.globals()));
    state.forEachEncodedPartition(p -> sink.put(PARTITION, p));
    state.forEachEncodedReservation(r -> sink.put(RESERVATION, r));
    sink.put(CONFIG, RecordCodec.encodeConfigAlone(state.config()));
    for (int i = 0; i < state.nodeCount(); i++) {
      sink.put(NODE, RecordCodec.encodeNode(state.node(i)));
    }
    state.forEachEncodedJob((light, bulky) -> {
      ByteBuffer record = ByteBuffer.allocate(4 + light.length + bulky.length).order(ByteOrder.LITTLE_ENDIAN);
      sink.put(JOB, record.putInt(light.length).put(light).put(bulky).array());
    });
  }

  static Snapshots.Sink into(OffHeapStore state) {
    return (kind, record) -> {
      switch (kind) {
        case GLOBALS -> state.putGlobals(RecordCodec.decodeGlobals(record));
        case PARTITION -> state.addEncodedPartition(record);
        case RESERVATION -> state.addEncodedReservation(record);
        case CONFIG -> config(state, RecordCodec.decodeConfig(record));
        case NODE -> state.putNode(RecordCodec.decodeNode(record));
        case JOB -> {
          int bulkyAt = 4 + ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).getInt();
          state.putEncodedJob(Arrays.copyOfRange(record, 4, bulkyAt), Arrays.copyOfRange(record, bulkyAt, record.length));
        }
        default -> throw new JournalDamaged("the snapshot has records of kind " + kind + ", written by a newer release");
      }
    };
  }

  /** Behind its partitions and reservations; in snapshots of before those were records of their own, with them inside. */
  private static void config(OffHeapStore state, ClusterConfig config) {
    if (config.partitions().isEmpty() && config.reservations().isEmpty()) {
      state.putConfig(config);
    } else {
      state.putWholeConfig(config);
    }
  }
}
