package org.slurmctldj.agent.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.slurmctldj.agent.step.SentLibraries.Owner;

class SentLibrariesTest {
  private static final Owner STEP = new Owner(1000, 7, 3);
  private final SentLibraries sent = new SentLibraries();

  @Test
  void theStepThatTheyWereSentForFindsThem() {
    sent.add(STEP, "/tmp/a");
    sent.add(STEP, "/tmp/b");
    assertArrayEquals(new String[] {"A=1", "LD_LIBRARY_PATH=/tmp/a_libs:/tmp/b_libs"}, sent.into(STEP, new String[] {"A=1"}));
    assertArrayEquals(
        new String[] {"LD_LIBRARY_PATH=/tmp/a_libs:/tmp/b_libs:/opt/lib", "A=1"},
        sent.into(STEP, new String[] {"LD_LIBRARY_PATH=/opt/lib", "A=1"}));
  }

  @Test
  void noOtherStepUserOrJobDoes() {
    sent.add(STEP, "/tmp/a");
    String[] environment = {"A=1"};
    assertSame(environment, sent.into(new Owner(1000, 7, 4), environment));
    assertSame(environment, sent.into(new Owner(1001, 7, 3), environment));
    assertSame(environment, sent.into(new Owner(1000, 8, 3), environment));
    sent.forget(7);
    assertSame(environment, sent.into(STEP, environment));
  }

  @Test
  void aLibraryGoesToItsProgramOrWhereNoneIsNamedToTheLastOne() {
    assertTrue(sent.directory(STEP, null).isEmpty());
    sent.add(STEP, "/tmp/a");
    sent.add(STEP, "/tmp/b");
    assertEquals("/tmp/a_libs", sent.directory(STEP, "/tmp/a").orElseThrow());
    assertEquals("/tmp/b_libs", sent.directory(STEP, null).orElseThrow());
    assertTrue(sent.directory(STEP, "/tmp/c").isEmpty());
  }
}
