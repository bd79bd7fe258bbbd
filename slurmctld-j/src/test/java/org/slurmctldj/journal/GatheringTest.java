package org.slurmctldj.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** When the journal's writer looks for more records and when it dozes, told by a clock of the test's own. */
class GatheringTest {
  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;

  private final Gathering gathering = new Gathering(0);
  private long now;

  /** A group becomes durable {@code apart} after the last one, its fdatasync took {@code sync}. */
  private void group(long apart, long sync, int waiting) {
    now += apart;
    gathering.flushed(now - sync, now, waiting);
  }

  private void groups(int count, long apart, long sync, int waiting) {
    for (int i = 0; i < count; i++) {
      group(apart, sync, waiting);
    }
  }

  @Test
  void aFewSendersAreNotLookedForBecauseTheirFdatasyncIsCheaper() {
    groups(100, 200 * MICRO, 100 * MICRO, Gathering.FEW_IN_FLIGHT - 1);
    assertFalse(gathering.looks(1));
    group(200 * MICRO, 100 * MICRO, Gathering.FEW_IN_FLIGHT);
    assertTrue(gathering.looks(1));
  }

  @Test
  void aSmallGroupSleepsForThoseKnownToCome() {
    groups(100, MILLI, 100 * MICRO, 4);
    assertFalse(gathering.awaits(0));
    assertTrue(gathering.awaits(1));
    group(MILLI, 100 * MICRO, 64);
    assertFalse(gathering.awaits(1), "where many are in flight it looks for as many");
  }

  @Test
  void whoWasAwaitedInVainIsAwaitedEverMoreSeldom() {
    for (int vain = 1; vain <= Gathering.MAX_VAIN_GATHERS + 2; vain++) {
      assertTrue(gathering.awaits(1));
      gathering.awaited(true);
      for (int skip = 1; skip < 1 << Math.min(vain, Gathering.MAX_VAIN_GATHERS); skip++) {
        assertFalse(gathering.awaits(1), vain + " in vain, group " + skip + " behind");
      }
    }
    assertTrue(gathering.awaits(1));
    gathering.awaited(false);
    assertTrue(gathering.awaits(1));
  }

  @Test
  void aGroupOfAsManyAsWereOnTheirWayIsComplete() {
    group(MILLI, 100 * MICRO, 64);
    assertFalse(gathering.looks(64));
    assertTrue(gathering.looks(63));
    assertTrue(gathering.looksOn(63, 0));
    assertFalse(gathering.looksOn(64, 0));
  }

  @Test
  void theLookTakesHalfAnFdatasyncAtMost() {
    groups(200, MILLI, 100 * MICRO, 64);
    assertEquals(100 * MICRO, gathering.syncNanos());
    assertTrue(gathering.looksOn(1, 50 * MICRO));
    assertFalse(gathering.looksOn(1, 50 * MICRO + 1));
  }

  @Test
  void onASlowDiskTheLookHasABoundOfItsOwn() {
    groups(200, 100 * MILLI, 40 * MILLI, 64);
    assertTrue(gathering.looksOn(1, Gathering.MAX_GATHER_NANOS));
    assertFalse(gathering.looksOn(1, Gathering.MAX_GATHER_NANOS + 1));
  }

  @Test
  void sendersWhoDoNotComeBackAreLookedForEverMoreSeldom() {
    group(MILLI, 100 * MICRO, 64);
    for (int vain = 1; vain <= Gathering.MAX_VAIN_GATHERS + 2; vain++) {
      assertTrue(gathering.looks(1));
      gathering.looked(true);
      for (int skip = 1; skip < 1 << Math.min(vain, Gathering.MAX_VAIN_GATHERS); skip++) {
        assertFalse(gathering.looks(1), vain + " in vain, group " + skip + " behind");
      }
    }
  }

  @Test
  void oneWhoComesBackEndsTheCaution() {
    group(MILLI, 100 * MICRO, 64);
    gathering.looked(true);
    gathering.looked(true);
    gathering.looked(false);
    assertTrue(gathering.looks(1));
  }

  @Test
  void aQuietJournalSleepsUntilItIsWoken() {
    assertFalse(gathering.dozes(now), "nothing was ever written");
    groups(50, 40 * MILLI, 100 * MICRO, 1);
    assertFalse(gathering.dozes(now));
    group(3_600_000 * MILLI, 100 * MICRO, 1);
    assertFalse(gathering.dozes(now));
  }

  @Test
  void aBusyJournalDozesForAWhileBehindEachGroup() {
    groups(50, 500 * MICRO, 100 * MICRO, 4);
    assertTrue(gathering.dozes(now));
    assertTrue(gathering.dozes(now + Gathering.DOZE_NANOS - 1));
    assertFalse(gathering.dozes(now + Gathering.DOZE_NANOS));
  }

  /** After a night without a record some groups are enough: what was before them does not count for ever. */
  @Test
  void aJournalThatBecomesBusyDozesSoon() {
    group(28_800_000 * MILLI, 100 * MICRO, 1);
    int groups = 0;
    while (!gathering.dozes(now)) {
      group(500 * MICRO, 100 * MICRO, 4);
      groups++;
    }
    assertTrue(groups < 30, groups + " groups");
  }

  @Test
  void aBusyJournalThatBecomesQuietSoonSleeps() {
    groups(50, 500 * MICRO, 100 * MICRO, 4);
    groups(2, 40 * MILLI, 100 * MICRO, 1);
    assertFalse(gathering.dozes(now));
  }
}
