package org.slurmctldj.agent.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepTreeTest {
  /** What slurmds 22.05.8, 24.11.5 and 26.05 say in their logs: "slurmstepd rank 1 (n2), parent rank 0 (n1), children 7". */
  @ParameterizedTest
  @CsvSource({"1, 0, 7", "2, 1, 0", "3, 1, 0", "7, 1, 0", "8, 1, 0", "9, 0, 0"})
  void tenNodes(int rank, int parent, int below) {
    StepTree tree = StepTree.of(rank, 10);
    assertEquals(Optional.of(parent), tree.parent());
    assertEquals(below, tree.below());
  }

  @Test
  void theFirstNodeHasTheControllerAboveItAndAllOthersBelow() {
    assertEquals(new StepTree(Optional.empty(), 9, 2), StepTree.of(0, 10));
    assertEquals(new StepTree(Optional.empty(), 7, 1), StepTree.of(0, 8));
    assertEquals(new StepTree(Optional.empty(), 0, 0), StepTree.of(0, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 9, 57, 58, 1000, 65535})
  void eachNodeIsAmongTheNodesBelowItsParentAndNoLevelIsForgotten(int nodes) {
    for (int rank = 1; rank < nodes; rank++) {
      StepTree tree = StepTree.of(rank, nodes);
      int parent = tree.parent().orElseThrow();
      StepTree above = StepTree.of(parent, nodes);
      assertTrue(parent < rank && rank + tree.below() <= parent + above.below(), rank + " of " + nodes);
      assertEquals(above.height() - 1, tree.height());
    }
  }
}
