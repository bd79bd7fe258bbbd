package org.slurmctldj.proto.slurm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.slurmctldj.proto.tool.MessageFuzzer;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/** Every message in every version: random bodies come back equal, and broken ones raise nothing but WireException. */
class RandomBodiesTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  @TestFactory
  Stream<DynamicTest> writtenAndReadBackEqual() {
    System.out.println("RandomBodiesTest: -Dseed=" + SEED);
    return Stream.of(MessageType.values()).map(t -> DynamicTest.dynamicTest(t.name(), () -> everyVersion(t)));
  }

  private static void everyVersion(MessageType type) {
    for (int version = type.minVersion(); version <= type.maxVersion(); version++) {
      for (int i = 0; i < 20; i++) {
        long seed = SEED + 1000L * version + i;
        String where = type + " version " + version + " seed " + seed;
        SlurmBody body = type.random(new RandomValues(seed), version);
        byte[] bytes = write(body, version);
        Unpacker in = new Unpacker(bytes);
        SlurmBody back = type.read(in, version);
        assertEquals(0, in.remaining(), where);
        assertEquals(body, back, where);
        assertArrayEquals(bytes, write(back, version), where);
        damaged(type, version, seed, where);
      }
    }
  }

  private static byte[] write(SlurmBody body, int version) {
    Packer out = new Packer();
    body.write(out, version);
    return out.toByteArray();
  }

  private static void damaged(MessageType type, int version, long seed, String where) {
    MessageFuzzer.Sample valid = MessageFuzzer.valid(type, version, seed);
    for (int i = 0; i < 10; i++) {
      byte[] bytes = MessageFuzzer.damaged(valid, seed + i).body();
      try {
        type.read(new Unpacker(bytes), version).toString();
      } catch (WireException expected) {
        // this is what a broken body is for
      } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
        fail(where + " damage " + i, e);
      }
    }
  }
}
