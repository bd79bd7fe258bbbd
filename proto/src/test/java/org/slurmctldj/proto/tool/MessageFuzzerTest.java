package org.slurmctldj.proto.tool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.wire.Unpacker;

class MessageFuzzerTest {
  @Test
  void theSameSeedGivesTheSameBytes() {
    for (int version = 38; version <= 45; version++) {
      for (long seed = 0; seed < 50; seed++) {
        MessageFuzzer.Sample a = MessageFuzzer.any(version, seed);
        MessageFuzzer.Sample b = MessageFuzzer.any(version, seed);
        assertEquals(a.type(), b.type());
        assertArrayEquals(a.body(), b.body());
        assertTrue(a.type().knownTo(version));
      }
    }
  }

  @Test
  void aValidBodyIsReadToItsEnd() {
    for (long seed = 0; seed < 50; seed++) {
      MessageFuzzer.Sample s = MessageFuzzer.valid(MessageType.RESPONSE_JOB_INFO, 44, seed);
      Unpacker in = new Unpacker(s.body());
      s.type().read(in, 44);
      assertEquals(0, in.remaining());
    }
  }

  @Test
  void damageChangesTheBody() {
    MessageFuzzer.Sample s = MessageFuzzer.valid(MessageType.REQUEST_SUBMIT_BATCH_JOB, 42, 7);
    int changed = 0;
    for (long seed = 0; seed < 100; seed++) {
      MessageFuzzer.Sample d = MessageFuzzer.damaged(s, seed);
      assertTrue(d.damaged());
      changed += Arrays.equals(s.body(), d.body()) ? 0 : 1;
    }
    assertTrue(changed > 90, "only " + changed + " of 100 changed");
    assertFalse(s.damaged());
  }
}
