package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slurmctldj.core.SlurmNumbers.NO_VAL;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A command that concerns all jobs does not gather them on the heap: a million jobs would end apply, and end it again at each
 * replay. Seen by what it asks of the store: whole records only one after the other, each put back before the next.
 */
class ManyJobsTest {
  private static final int JOBS = 500;

  private final List<String> calls = new ArrayList<>();
  private final PlainStore store = new PlainStore();
  private final StateMachine machine = new StateMachine(watched(store));

  private StateStore watched(PlainStore of) {
    return (StateStore) Proxy.newProxyInstance(
        getClass().getClassLoader(), new Class<?>[] {StateStore.class}, (proxy, method, arguments) -> {
          if (method.getName().equals("job") || method.getName().equals("putJob")) {
            calls.add(method.getName());
          }
          try {
            return method.invoke(of, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  private void apply(Command c) {
    Result r = machine.apply(store.globals().lastSequence() + 1, c, e -> { });
    assertTrue(r.isOk(), c + ": " + r);
  }

  /** Whole records read at once before one is put back. */
  private int mostAtOnce() {
    int most = 0;
    int now = 0;
    for (String call : calls) {
      now = call.equals("job") ? now + 1 : 0;
      most = Math.max(most, now);
    }
    calls.clear();
    return most;
  }

  private void submitMany() {
    apply(new Command.RaiseFeatureLevel(Cluster.START, StateMachine.FEATURE_LEVEL));
    apply(new Command.Reconfigure(Cluster.START, Cluster.config(1, 3)));
    for (int i = 0; i < JOBS; i++) {
      apply(new Command.SubmitJob(Cluster.START, Cluster.ALICE,
          Cluster.request(Cluster.ALICE).text(JobField.PARTITION, i % 2 == 0 ? "debug" : "short")));
    }
    calls.clear();
  }

  private void reserve(boolean create, String name) {
    apply(new Command.ChangeReservation(
        Cluster.START, Cluster.ROOT, create, name, Cluster.START / 1000 + 3600, NO_VAL, 60, 0, 0, "n1", NO_VAL, "alice", null, null, null));
  }

  @Test
  void aReservationIsMadeChangedAndDeletedWithoutReadingThem() {
    submitMany();
    reserve(true, "r");
    reserve(false, "r");
    apply(new Command.DeleteReservation(Cluster.START, Cluster.ROOT, "r"));
    assertEquals(0, mostAtOnce());
  }

  @Test
  void aNewEpochPutsEachBackBeforeTheNextIsRead() {
    submitMany();
    ClusterConfig c = Cluster.config(2, 3);
    apply(new Command.Reconfigure(Cluster.START, c.withPartitions(List.of(c.partitions().get(0)))));
    assertTrue(mostAtOnce() <= 1);
    int held = 0;
    for (long id = 1; id <= JOBS; id++) {
      JobRecord j = store.job(id);
      assertEquals(2, j.epoch);
      assertEquals(store.globals().lastSequence(), j.changedAt);
      held += j.priority == 0 ? 1 : 0;
    }
    assertEquals(JOBS / 2, held);
    assertEquals(List.of(), Invariants.broken(store));
  }

  @Test
  void aPartitionIsDeletedWithoutGatheringThem() {
    submitMany();
    apply(new Command.UpdatePartition(Cluster.START, Cluster.ROOT, true, PartitionUpdateTest.changes("new", "n1", null, NO_VAL)));
    apply(new Command.DeletePartition(Cluster.START, Cluster.ROOT, "new"));
    assertTrue(mostAtOnce() <= 1);
    assertEquals(2, store.job(1).epoch);
  }
}
