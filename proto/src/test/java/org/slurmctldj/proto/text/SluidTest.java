package org.slurmctldj.proto.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SluidTest {
  /** A real 26.05.5 with cluster number 2143 (its clustername file) gave that to a job submitted at 1795976200.700. */
  @Test
  void theFormIsSlurms() {
    long real = 2143L << 52 | 1_795_976_200_700L << 10;
    assertEquals("s8BXM8M8C0FW00", Sluid.text(real));
    assertEquals(OptionalLong.of(real), Sluid.parse("s8BXM8M8C0FW00"));
    assertEquals("s0000000000000", Sluid.text(0));
  }

  @Test
  void everyIdIsReadAsItWasWritten() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      long id = random.nextLong();
      assertEquals(OptionalLong.of(id), Sluid.parse(Sluid.text(id)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "12", "s8BXM8M8C0FW0", "s8BXM8M8C0FW000", "x8BXM8M8C0FW00", "sGBXM8M8C0FW00", "s8BXM8M8C0FWU0", "s8BXM8M8C0FW-0"})
  void anythingElseIsNone(String text) {
    assertTrue(Sluid.parse(text).isEmpty(), text);
  }
}
