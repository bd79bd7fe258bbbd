package org.slurmctldj.proto.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DoublesTest {
  /** Slurm sends value x 1e6; dividing and multiplying again may lose the last bit, and golden bytes must not change. */
  @Test
  void everyValueSlurmCanSendIsWrittenBackUnchanged() {
    long seed = System.nanoTime();
    System.out.println("DoublesTest seed " + seed);
    SplittableRandom r = new SplittableRandom(seed);
    for (int i = 0; i < 200_000; i++) {
      double v = (r.nextDouble() - 0.5) * Math.pow(10, r.nextInt(-8, 18));
      byte[] sent = new Packer().dbl(v).toByteArray();
      double read = new Unpacker(sent).dbl();
      assertEquals(new Unpacker(sent).u64(), new Unpacker(new Packer().dbl(read).toByteArray()).u64(), () -> "value " + v);
    }
  }
}
