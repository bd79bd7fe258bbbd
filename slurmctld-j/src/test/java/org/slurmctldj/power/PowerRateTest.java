package org.slurmctldj.power;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PowerRateTest {
  private static final long START = 1_700_000_000_000L;

  private final PowerRate rate = new PowerRate();

  private static List<Integer> nodes(int n) {
    return IntStream.range(0, n).boxed().toList();
  }

  @Test
  void resumeRateIsSoManyNodesAMinute() {
    assertEquals(nodes(4), rate.take(nodes(10), 4, START));
    assertEquals(List.of(), rate.take(nodes(6), 4, START + 59_999));
    assertEquals(nodes(4), rate.take(nodes(6), 4, START + 60_000));
    assertEquals(List.of(), rate.take(nodes(2), 4, START + 61_000));
    assertEquals(nodes(2), rate.take(nodes(2), 4, START + 120_000));
    assertEquals(nodes(2), rate.take(nodes(3), 4, START + 121_000), "what is left of the minute");
  }

  @Test
  void theMinuteBeginsWithACallNotWithALook() {
    assertEquals(List.of(), rate.take(nodes(0), 4, START));
    assertEquals(nodes(4), rate.take(nodes(10), 4, START + 50_000));
    assertEquals(List.of(), rate.take(nodes(6), 4, START + 70_000));
  }

  @Test
  void zeroIsNoLimitAndALowerOneHoldsAtOnce() {
    assertEquals(nodes(5_000), rate.take(nodes(5_000), 0, START));
    assertEquals(nodes(10), rate.take(nodes(10), 10, START));
    assertEquals(List.of(), rate.take(nodes(10), 4, START + 1_000));
  }

  @Test
  void aClockThatIsSetBackStopsNothing() {
    assertEquals(nodes(4), rate.take(nodes(10), 4, START));
    assertEquals(nodes(4), rate.take(nodes(6), 4, START - 7_200_000));
    assertEquals(List.of(), rate.take(nodes(2), 4, START - 7_199_000));
  }
}
