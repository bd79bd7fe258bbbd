package org.slurmctldj.agent.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What each task runs, as srun 22.05.8 --multi-prog showed it. */
class MultiProgTest {
  private static final String FILE =
      "# comment\n\n0 echo zero %t %o\n1-2,5 sh -c 'echo me %t off %o' a\\ b\n* hostname -s\n";

  private static List<String> task(long task) throws StepRefusal {
    return MultiProg.read(FILE, List.of("more")).of(task).arguments();
  }

  @Test
  void theFirstLineThatNamesTheTaskCounts() throws Exception {
    assertEquals(List.of("echo", "zero", "0", "0", "more"), task(0));
    assertEquals(List.of("hostname", "-s", "more"), task(3));
  }

  @Test
  void rankAndPlaceOutsideOfQuotesOnly() throws Exception {
    assertEquals(List.of("sh", "-c", "echo me %t off %o", "a b", "more"), task(5));
    assertEquals(
        List.of("echo", "7", "2"), MultiProg.read("1-2,7 echo %t %o", List.of()).of(7).arguments());
  }

  @Test
  void aTaskWithoutProgramIsRefused() {
    assertThrows(StepRefusal.class, () -> MultiProg.read("0 true", List.of()).of(1));
    assertThrows(StepRefusal.class, () -> MultiProg.read("0", List.of()).of(0));
    assertThrows(StepRefusal.class, () -> MultiProg.read("0 echo 'open", List.of()).of(0));
  }

  /** Tens of thousands of tasks each look for their line: a large file would keep a node busy for hours. */
  @Test
  void aFileThatIsTooLargeIsRefused() {
    assertThrows(StepRefusal.class, () -> MultiProg.read("# nothing\n".repeat(100_000) + "* true", List.of()).of(0));
  }
}
