package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** --ntasks-per-socket: which cores a job gets of a node. Recorded from the real slurmctld 22.05.8 (CPU_IDs of scontrol -d show job). */
class TasksPerSocketTest {
  private static final int CR = SlurmNumbers.CR_CORE | SlurmNumbers.CR_MEMORY;

  private static NodeFit fit(int cores, int threads, int perSocket, int cpusPerTask, int perNode) {
    NodeDefinition node =
        new NodeDefinition("n1", "n1", "n1", 6818, 2 * cores * threads, 1, 2, cores, threads, 8000, 0, 1, List.of(), null, 0, 0, 0, null);
    JobSize one = new JobSize(1, 9, 1, cpusPerTask, perNode, 1, 100, false, 0, 0, 0, 0, 0, Integer.MAX_VALUE, 1);
    return new NodeFit(node, one.withTasksPerSocket(perSocket), CR);
  }

  private static long[] all(int cores) {
    return new long[] {(1L << 2 * cores) - 1};
  }

  private static String cores(NodeFit fit, long[] free, int cpus) {
    return BitSet.valueOf(fit.share(0, free, cpus).cores()).toString();
  }

  @Test
  void noSocketHasMoreTasksThanAllowed() {
    NodeFit two = fit(4, 1, 2, 1, 0);
    assertEquals(4, two.mostCpus(all(4), 8000));
    assertEquals("{0, 1, 4, 5}", cores(two, all(4), 4));
    assertEquals("{0, 1, 4}", cores(two, all(4), 3));
    assertEquals(2, fit(4, 1, 1, 1, 0).mostCpus(all(4), 8000));
    assertEquals("{0, 4}", cores(fit(4, 1, 1, 1, 0), all(4), 2));
  }

  @Test
  void theFirstSocketGivesNothingWhereTheSecondSuffices() {
    assertEquals("{4, 5}", cores(fit(4, 1, 2, 1, 0), all(4), 2));
    assertEquals("{4}", cores(fit(4, 1, 2, 1, 0), all(4), 1));
  }

  @Test
  void tasksOfSeveralCpus() {
    NodeFit one = fit(4, 1, 1, 3, 0);
    assertEquals(6, one.mostCpus(all(4), 8000));
    assertEquals("{0, 1, 2, 4, 5, 6}", cores(one, all(4), 6));
    assertEquals("{0, 1, 4, 5}", cores(fit(4, 1, 1, 2, 0), all(4), 4));
    assertEquals(5, fit(4, 1, 1, 5, 0).mostCpus(all(4), 8000), "a task over two sockets");
  }

  @Test
  void whatOthersHaveCounts() {
    // socket 0 has one core left
    long[] free = {0b1111_1000};
    assertEquals(3, fit(4, 1, 2, 1, 0).mostCpus(free, 8000));
    assertEquals("{3, 4, 5}", cores(fit(4, 1, 2, 1, 0), free, 3));
  }

  /** A core's second thread is no room for a second task of its socket: 24.11.5 gives three such tasks two nodes (22.05.8 one). */
  @Test
  void withThreads() {
    NodeFit one = fit(2, 2, 1, 1, 0);
    assertEquals(2, one.mostCpus(all(2), 8000));
    assertEquals("{0}", cores(one, all(2), 2));
    assertEquals(4, fit(2, 2, 1, 2, 0).mostCpus(all(2), 8000));
    assertEquals(0, fit(2, 2, 1, 1, 3).mostCpus(all(2), 8000), "three tasks a node, one a socket");
  }

  @Test
  void aSocketWithFewerThreadsThanTasksIsTooSmall() {
    assertTrue(fit(4, 1, 4, 1, 0).possible());
    assertFalse(fit(4, 1, 5, 1, 0).possible());
    assertTrue(fit(2, 2, 4, 1, 0).possible());
  }

  @Test
  void applyAcceptsWhatIsProposedAndNoMore() {
    NodeFit two = fit(4, 1, 2, 1, 0);
    assertNull(two.objection(two.share(0, all(4), 3), all(4), 8000));
    Allocation.NodeShare greedy = new Allocation.NodeShare(0, 3, new long[] {0b0111}, 100, List.of());
    assertNotNull(two.objection(greedy, all(4), 8000));
  }
}
