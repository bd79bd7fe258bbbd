package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DependencyTest {
  private final Cluster c = Cluster.of(2);

  private long after(String text) {
    return c.submit(Cluster.request(Cluster.ALICE).text(JobField.NAME, "dep").text(JobField.DEPENDENCY, text));
  }

  private int error(String text) {
    return c.submit(Cluster.ALICE, Cluster.request(Cluster.ALICE).text(JobField.DEPENDENCY, text)).error();
  }

  private int reason(long id) {
    return c.job(id).reason;
  }

  @Test
  void eachTypeWaitsForItsOwnEvent() {
    long first = c.submit();
    long started = after("after:" + first);
    long ok = after("afterok:" + first);
    long notOk = after("afternotok:" + first);
    long any = after("afterany:" + first);
    long bare = after("" + first);
    long either = after("afterok:" + first + "?afternotok:" + first);
    assertEquals("afterok:1(unfulfilled)", DependencyText.display(c.job(ok).request.text(JobField.DEPENDENCY)));
    assertEquals(0, c.job(ok).eligibleTime);
    c.start(first, 0);
    assertEquals(0, reason(started));
    assertNull(c.job(started).request.text(JobField.DEPENDENCY));
    assertEquals(2, reason(any));
    c.started(first);
    c.ended(first, 0);
    assertEquals(2, reason(ok));
    c.takeEffects();
    c.released(first);
    assertTrue(c.takeEffects().stream().anyMatch(e -> e instanceof Effect.Replan));
    assertEquals(0, reason(ok));
    assertEquals(0, reason(any));
    assertEquals(0, reason(bare));
    assertEquals(0, reason(either));
    assertEquals(39, reason(notOk));
    assertEquals(c.now / 1000, c.job(ok).eligibleTime);
    assertEquals("afternotok:1(failed)", DependencyText.display(c.job(notOk).request.text(JobField.DEPENDENCY)));
    // The job it waited for is forgotten: that does not make it come true.
    c.pass(301);
    assertNull(c.job(first));
    c.update(Cluster.ROOT, notOk, new JobFields().text(JobField.COMMENT, "x"));
    assertEquals(39, reason(notOk));
  }

  @Test
  void killOnInvalidDependencyCancelsThoseBehindToo() {
    long first = c.submit();
    long second = c.submit(Cluster.request(Cluster.ALICE).text(JobField.DEPENDENCY, "afterok:" + first).number(JobField.BITFLAGS, 1));
    long third = c.submit(Cluster.request(Cluster.ALICE).text(JobField.DEPENDENCY, "afterok:" + second).number(JobField.BITFLAGS, 1));
    long fourth = after("afterany:" + third);
    c.kill(Cluster.ALICE, first);
    assertEquals(Outcome.CANCELLED, c.job(second).outcome);
    assertEquals(Outcome.CANCELLED, c.job(third).outcome);
    assertEquals(0, reason(fourth));
  }

  /** A job waits for two that one command ends, the second by way of the first; it has the lowest id, so it is looked at first. */
  private static JobRecord waitsForTwo(Cluster c) {
    long waits = c.submit(Cluster.request(Cluster.ALICE).number(JobField.PRIORITY, 0));
    long first = c.submit();
    long second = c.submit(Cluster.request(Cluster.ALICE).text(JobField.DEPENDENCY, "afterok:" + first).number(JobField.BITFLAGS, 1));
    c.update(Cluster.ROOT, waits, new JobFields().text(JobField.DEPENDENCY, "afterany:" + first + ",afterany:" + second));
    c.update(Cluster.ROOT, waits, new JobFields().number(JobField.PRIORITY, SlurmNumbers.INFINITE));
    assertEquals(SlurmNumbers.WAIT_DEPENDENCY, c.job(waits).reason);
    c.kill(Cluster.ALICE, first);
    assertEquals(Outcome.CANCELLED, c.job(second).outcome);
    return c.job(waits);
  }

  @Test
  void whatWaitsForTwoJobsThatOneCommandEndsHearsOfBoth() {
    JobRecord job = waitsForTwo(c);
    assertNull(job.request.text(JobField.DEPENDENCY));
    assertEquals(0, job.reason);
  }

  @Test
  void beforeFeatureLevel5ItHeardOfTheFirstOnly() {
    Cluster old = new Cluster();
    old.apply(new Command.RaiseFeatureLevel(old.now, 4));
    old.apply(new Command.Reconfigure(old.now, Cluster.config(1, 1)));
    assertEquals("afterany:3", waitsForTwo(old).request.text(JobField.DEPENDENCY));
  }

  /** Observed on 22.05.8. */
  @Test
  void nobodyAsksForTheSingletonOfAHeldJobUntilItIsReleased() {
    long id = c.submit(Cluster.request(Cluster.ALICE).text(JobField.DEPENDENCY, "singleton").number(JobField.PRIORITY, 0));
    assertEquals("singleton(unfulfilled)", DependencyText.display(c.job(id).request.text(JobField.DEPENDENCY)));
    c.update(Cluster.ROOT, id, new JobFields().number(JobField.PRIORITY, SlurmNumbers.INFINITE));
    assertNull(c.job(id).request.text(JobField.DEPENDENCY));
    assertEquals(0, reason(id));
    assertTrue(c.start(id, 0).isOk());
  }

  /** {@code sbatch -H -d afterany:1} and {@code -d after:RUNNING}: 22.05.8 and 26.05.5 show both "(unfulfilled)" until the release. */
  @Test
  void whatAHeldJobWaitsForStaysOpenThoughItIsTrue() {
    for (String text : new String[] {"afterany:999", "after:" + c.running()}) {
      long id = c.submit(Cluster.request(Cluster.ALICE).text(JobField.DEPENDENCY, text).number(JobField.PRIORITY, 0));
      assertEquals(text + "(unfulfilled)", DependencyText.display(c.job(id).request.text(JobField.DEPENDENCY)));
      c.update(Cluster.ROOT, id, new JobFields().number(JobField.PRIORITY, SlurmNumbers.INFINITE));
      assertNull(c.job(id).request.text(JobField.DEPENDENCY));
      assertEquals(0, reason(id));
    }
  }

  /** It ends while the other is held: asked at the release. */
  @Test
  void whatAHeldJobWaitedForEndsMeanwhile() {
    long first = c.running();
    long id = c.submit(Cluster.request(Cluster.ALICE).text(JobField.DEPENDENCY, "afterok:" + first).number(JobField.PRIORITY, 0));
    c.ended(first, 0);
    c.released(first);
    assertEquals("afterok:" + first, c.job(id).request.text(JobField.DEPENDENCY));
    c.update(Cluster.ROOT, id, new JobFields().number(JobField.PRIORITY, SlurmNumbers.INFINITE));
    assertNull(c.job(id).request.text(JobField.DEPENDENCY));
    assertTrue(c.start(id, 0).isOk());
  }

  @Test
  void aHeldJobStaysHeldWhateverItsNewDependency() {
    long first = c.submit();
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.PRIORITY, 0));
    int held = reason(id);
    for (String text : new String[] {"afterok:" + first, ""}) {
      c.update(Cluster.ROOT, id, new JobFields().text(JobField.DEPENDENCY, text));
      assertEquals(held, reason(id), text);
    }
  }

  @Test
  void singletonRunsOnePerUserAndName() {
    long first = after("singleton");
    long second = after("singleton");
    long other = c.submit(Cluster.request(Cluster.ALICE).text(JobField.NAME, "other").text(JobField.DEPENDENCY, "singleton"));
    assertEquals(0, reason(first));
    assertEquals(2, reason(second));
    assertEquals(0, reason(other));
    c.kill(Cluster.ALICE, first);
    assertEquals(0, reason(second));
  }

  @Test
  void minutesAfterTheStart() {
    long first = c.submit();
    long later = after("after:" + first + "+5");
    c.start(first, 0);
    c.started(first);
    for (int i = 0; i < 4; i++) {
      c.pass(61);
      assertEquals(2, reason(later), "minute " + i);
    }
    c.pass(61);
    assertEquals(0, reason(later));
  }

  @Test
  void circlesAndNonsenseAreRefused() {
    long a = c.submit();
    long b = after("afterok:" + a);
    assertEquals(2071, c.update(Cluster.ALICE, a, new JobFields().text(JobField.DEPENDENCY, "afterok:" + b)).error());
    assertEquals(2071, c.update(Cluster.ALICE, a, new JobFields().text(JobField.DEPENDENCY, "afterok:" + a)).error());
    assertEquals(2038, error("afterok:x"));
    assertEquals(2038, error("sometimes:1"));
    assertEquals(2038, error("afterok:1,afterany:2?afterok:3"));
    assertEquals(2036, error("aftercorr:" + a));
    assertEquals(0, error("afterok:999"));
  }

  @Test
  void anUpdateSetsAndTakesAwayADependency() {
    long a = c.submit();
    long b = c.submit();
    c.update(Cluster.ALICE, b, new JobFields().text(JobField.DEPENDENCY, "afterok:" + a));
    assertEquals(2, reason(b));
    c.update(Cluster.ALICE, b, new JobFields().text(JobField.DEPENDENCY, ""));
    assertEquals(0, reason(b));
  }

  /** Observed on 22.05.8 and 24.11.5. */
  @Test
  void onlyClientsOf24_11AreRefusedToWaitForTheOutcomeOfAnUnknownJob() {
    String[] outcomes = {"afterok:99", "afternotok:99", "afterok:99_1", "afterok:99?singleton", "afterany:98,afterok:99"};
    for (String text : outcomes) {
      assertEquals(0, error(text), text);
      assertEquals(2038, error24(text), text);
    }
    assertEquals(0, error24("after:99"));
    assertEquals(0, error24("afterany:99"));
  }

  private int error24(String text) {
    JobFields r = Cluster.request(Cluster.ALICE).text(JobField.DEPENDENCY, text).number(JobField.START_PROTOCOL_VERSION, 42 << 8);
    return c.submit(Cluster.ALICE, r).error();
  }
}
