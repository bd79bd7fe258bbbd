package org.slurmctldj.client.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Task counts that salloc 22.05.8 set in SLURM_TASKS_PER_NODE for the same allocations. */
class TaskCountsTest {
  @Test
  void threeTasksOnNodesWithTwoCpusAndOne() {
    assertEquals("2,1", TaskCounts.text(TaskCounts.spread(new int[] {2, 1}, 3, 1)));
  }

  @Test
  void equalNeighboursAreCounted() {
    assertEquals("2(x2)", TaskCounts.text(TaskCounts.spread(new int[] {2, 2}, 4, 1)));
  }

  @Test
  void moreTasksThanCpusGoRound() {
    assertEquals("3", TaskCounts.text(TaskCounts.spread(new int[] {1}, 3, 1)));
  }
}
