package org.slurmctldj.agent.step;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsedCredentialsTest {
  private static final long NOW = 1_700_000_000;

  @TempDir Path spool;

  private UsedCredentials agent(long now) {
    return new UsedCredentials(spool.resolve("credentials"), now);
  }

  @Test
  void aCredentialThatWasUsedBeforeTheAgentsRestartIsNotTakenAgain() {
    assertTrue(agent(NOW).use("signature", NOW));
    UsedCredentials next = agent(NOW + 10);
    assertFalse(next.use("signature", NOW + 10));
    assertTrue(next.use("another", NOW + 10));
  }

  @Test
  void aLaunchThatCameToNothingMayBeTriedAgainAlsoAfterARestart() {
    UsedCredentials first = agent(NOW);
    assertTrue(first.use("signature", NOW));
    first.unuse("signature");
    assertTrue(agent(NOW).use("signature", NOW));
  }

  @Test
  void credentialsOfAJobThatEndedBeforeTheRestartCountNoMore() {
    agent(NOW).jobOver(7, NOW);
    UsedCredentials next = agent(NOW + 10);
    assertTrue(next.isOver(7, NOW - 1));
    assertFalse(next.isOver(7, NOW + 1)); // requeued, and made anew
    assertFalse(next.isOver(8, NOW - 1));
  }

  @Test
  void aTornLastLineCostsItselfAlone() throws Exception {
    assertTrue(agent(NOW).use("signature", NOW));
    Files.writeString(spool.resolve("credentials"), "used 1700", StandardOpenOption.APPEND);
    UsedCredentials next = agent(NOW);
    assertFalse(next.use("signature", NOW));
    assertTrue(next.use("another", NOW));
    assertFalse(agent(NOW).use("another", NOW));
  }

  @Test
  void aDayOfStepsLeavesNoMoreBehindThanThoseOfAnHour() throws Exception {
    UsedCredentials agent = agent(NOW);
    for (int i = 0; i < 86_400; i += 2) {
      assertTrue(agent.use("step " + i, NOW + i));
    }
    long lines = Files.readAllLines(spool.resolve("credentials")).size();
    assertTrue(lines <= 4096, lines + " lines");
    assertFalse(agent(NOW + 86_400).use("step 86398", NOW + 86_400));
  }

  @Test
  void aSpoolThatCannotBeWrittenStopsNoStep() {
    UsedCredentials agent = new UsedCredentials(spool.resolve("missing/credentials"), NOW);
    assertTrue(agent.use("signature", NOW));
    assertFalse(agent.use("signature", NOW));
  }
}
