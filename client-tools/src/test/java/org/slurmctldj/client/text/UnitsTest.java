package org.slurmctldj.client.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Answers of convert_num_unit and of squeue 22.05.8. */
class UnitsTest {
  @Test
  void largerUnitsOnlyForWholeAndHalfOnes() {
    assertEquals("0", Units.format(0, Units.MEGA, Units.Style.EXACT));
    assertEquals("1000M", Units.format(1000, Units.MEGA, Units.Style.EXACT));
    assertEquals("1G", Units.format(1024, Units.MEGA, Units.Style.EXACT));
    assertEquals("1.50G", Units.format(1536, Units.MEGA, Units.Style.EXACT));
    assertEquals("1.00T", Units.format(1049088, Units.MEGA, Units.Style.EXACT));
    assertEquals("10000G", Units.format(10240000, Units.MEGA, Units.Style.EXACT));
    assertEquals("2K", Units.format(2048, Units.NONE, Units.Style.EXACT));
  }

  @Test
  void noconvertLeavesTheUnit() {
    assertEquals("2048M", Units.format(2048, Units.MEGA, Units.Style.RAW));
    assertEquals("2048", Units.format(2048, Units.NONE, Units.Style.RAW));
  }

  @Test
  void spansOfTime() {
    assertEquals("0:02", Durations.seconds(2));
    assertEquals("1:00:00", Durations.seconds(3600));
    assertEquals("1-02:04:00", Durations.minutes(26 * 60 + 4));
    assertEquals("INVALID", Durations.seconds(-1));
    assertEquals("00:00:59", Durations.clock(59));
    assertEquals("1-01:01:01", Durations.clock(90061));
    assertEquals("UNLIMITED", Durations.clock(0xffffffffL));
  }
}
