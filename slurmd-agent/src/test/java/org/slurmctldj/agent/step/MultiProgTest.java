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
    return MultiProg.of(FILE, task, List.of("more")).arguments();
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
        List.of("echo", "7", "2"), MultiProg.of("1-2,7 echo %t %o", 7, List.of()).arguments());
  }

  @Test
  void aTaskWithoutProgramIsRefused() {
    assertThrows(StepRefusal.class, () -> MultiProg.of("0 true", 1, List.of()));
    assertThrows(StepRefusal.class, () -> MultiProg.of("0", 0, List.of()));
    assertThrows(StepRefusal.class, () -> MultiProg.of("0 echo 'open", 0, List.of()));
  }
}
