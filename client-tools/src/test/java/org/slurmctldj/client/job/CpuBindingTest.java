package org.slurmctldj.client.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/** What srun 24.11.5 sent and set for the same options. */
class CpuBindingTest {
  @Test
  void mapOfCpusGoesAsItsList() {
    CpuBinding b = CpuBinding.parse("map_cpu:0,1");
    assertEquals(128, b.type());
    assertEquals("0,1", b.text());
    assertEquals("quiet,map_cpu:0,1", b.environment());
  }

  @Test
  void masksLoseTheirPrefix() {
    CpuBinding b = CpuBinding.parse("mask_cpu:0x1,0x2");
    assertEquals(256, b.type());
    assertEquals("1,2", b.text());
  }

  @Test
  void wordsGoAsGiven() {
    assertEquals(5, CpuBinding.parse("v,cores").type());
    assertEquals("v,cores", CpuBinding.parse("v,cores").text());
    assertEquals(32, CpuBinding.parse("none").type());
    assertNull(CpuBinding.parse("none").text());
    assertNull(CpuBinding.parse("foo"));
  }
}
