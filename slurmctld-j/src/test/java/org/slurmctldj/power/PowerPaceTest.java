package org.slurmctldj.power;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** power_save_min_interval: real 22.05.8 and 24.11.5 look at nodes so often at most, not so long after each wish. */
class PowerPaceTest {
  private static final long START = 1_700_000_000_000L;
  private static final long THIRTY = 30_000;

  private final PowerPace pace = new PowerPace();

  @Test
  void afterAQuietTimeAJobsNodesAreAskedForAtOnce() {
    assertEquals(PowerPace.GATHER_MILLIS, pace.waitMillis(START, THIRTY));
    pace.called(START);
    assertEquals(PowerPace.GATHER_MILLIS, pace.waitMillis(START + 40_000, THIRTY));
  }

  @Test
  void theNextRoundOfCallsWaitsForTheInterval() {
    pace.called(START);
    assertEquals(25_000, pace.waitMillis(START + 5_000, THIRTY));
    assertEquals(PowerPace.GATHER_MILLIS, pace.waitMillis(START + 29_950, THIRTY));
  }

  @Test
  void withoutAnIntervalNodesOnlyGather() {
    pace.called(START);
    assertEquals(PowerPace.GATHER_MILLIS, pace.waitMillis(START, 0));
  }

  @Test
  void aClockThatWasSetBackHoldsNobodyLonger() {
    pace.called(START);
    assertEquals(THIRTY, pace.waitMillis(START - 3_600_000, THIRTY));
  }
}
