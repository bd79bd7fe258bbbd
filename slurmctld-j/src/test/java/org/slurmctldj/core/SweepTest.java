package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What production finds of a state that a mistake of ours has broken, while it works. */
class SweepTest {
  private final Cluster cluster = Cluster.of(3);

  private List<String> errorsAfter(int commands) {
    cluster.effects.clear();
    for (int i = 0; i < commands; i++) {
      cluster.machine.apply(cluster.store.globals().lastSequence() + 1, new Command.Tick(cluster.now), cluster.effects::add);
    }
    List<String> errors = new ArrayList<>();
    cluster.effects.forEach(e -> {
      if (e instanceof Effect.Log l && l.isError()) {
        errors.add(l.line());
      }
    });
    return errors;
  }

  @Test
  void aHealthyStateGivesNoLine() {
    cluster.running();
    cluster.submit();
    assertEquals(List.of(), errorsAfter(5 * Sweep.EVERY));
  }

  @Test
  void aNodeThatCountsMoreThanItsJobsHoldIsFound() {
    cluster.running();
    NodeRecord n = cluster.store.node(1);
    n.jobs = 1;
    n.allocatedCpus = 2;
    cluster.store.putNode(n);
    List<String> errors = errorsAfter(4 * Sweep.EVERY);
    assertTrue(errors.stream().anyMatch(l -> l.contains("node n2 counts 1 jobs")), errors.toString());
  }

  @Test
  void aJobInAStateThatCannotBeIsFoundThoughItsIdIsFarFromOthers() {
    long id = cluster.submit();
    JobRecord j = cluster.store.job(id);
    j.outcome = Outcome.FAILED;
    cluster.store.putJob(j);
    List<String> errors = errorsAfter(3 * Sweep.EVERY);
    assertTrue(errors.stream().anyMatch(l -> l.contains("job " + id + " in PENDING")), errors.toString());
  }

  @Test
  void anArrayThatCountsItsTasksWrongIsFound() {
    long id = cluster.submit(Cluster.request(Cluster.ALICE).text(JobField.ARRAY_SPEC, "0-3"));
    JobRecord j = cluster.store.job(id);
    j.arrayEnded = 2;
    cluster.store.putJob(j);
    List<String> errors = errorsAfter(3 * Sweep.EVERY);
    assertTrue(errors.stream().anyMatch(l -> l.contains("array " + id + " counts 2 of 4 tasks ended, 4 are open")), errors.toString());
  }
}
