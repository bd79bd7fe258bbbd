package org.slurmctldj.client.srun;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Expected: what MPICH's and Slurm's documentation of PMI_process_mapping say of these layouts. */
class ProcessMappingTest {
  @Test
  void nodesWithEquallyManyRanksInARowAreOneBlock() {
    assertEquals("(vector,(0,2,2))", ProcessMapping.of(List.of(new long[] {0, 1}, new long[] {2, 3})));
  }

  @Test
  void anotherCountBeginsAnotherBlock() {
    assertEquals("(vector,(0,2,2),(2,1,1))", ProcessMapping.of(List.of(new long[] {0, 1}, new long[] {2, 3}, new long[] {4})));
  }

  @Test
  void cyclicRanksGoRoundTheNodesThatStillHaveSome() {
    assertEquals("(vector,(0,2,1),(0,2,1),(0,1,1))", ProcessMapping.of(List.of(new long[] {0, 2, 4}, new long[] {1, 3})));
  }

  @Test
  void planesAreBlocksOfTheirSize() {
    assertEquals("(vector,(0,2,2),(0,1,1))", ProcessMapping.of(List.of(new long[] {0, 1, 4}, new long[] {2, 3})));
  }

  @Test
  void anArbitraryOrderIsTold() {
    assertEquals("(vector,(1,1,1),(0,1,1))", ProcessMapping.of(List.of(new long[] {1}, new long[] {0})));
  }
}
