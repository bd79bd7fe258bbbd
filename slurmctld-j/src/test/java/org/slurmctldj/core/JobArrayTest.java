package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** One record for all pending tasks; it splits only where a task goes a way of its own. */
class JobArrayTest {
  private final Cluster c = Cluster.of(2);
  private final long id = c.submit(Cluster.request(Cluster.ALICE).text(JobField.ARRAY_SPEC, "0-4"));

  @Test
  void aCancelledPendingTaskLeavesNoRecord() {
    assertTrue(c.kill(Cluster.ALICE, id, 2).isOk());
    assertEquals("0-1,3-4", c.job(id).arrayPending.toString());
    assertEquals(1, c.store.jobCount());
    assertEquals(2017, c.kill(Cluster.ALICE, id, 2).error());
    assertEquals(2017, c.kill(Cluster.ALICE, id, 9).error());
  }

  /** Each as 22.05.8 told it, and printed it: tasks of one answer together, in the order of their first. */
  @Test
  void anUpdateTellsWhatBecameOfWhichTasks() {
    JobFields name = new JobFields().text(JobField.COMMENT, "x");
    assertEquals("[]", answers(Cluster.ROOT, new JobSelector(id, null), name));
    assertEquals("[2010 " + id + "_0-4]", answers(Cluster.BOB, new JobSelector(id, null), name));
    assertEquals("[0 " + id + "_3-4, 2017 " + id + "_5]", answers(Cluster.ROOT, new JobSelector(id, TaskSet.of(3, 4, 5)), name));
    assertEquals("[2017 " + id + "_7-8]", answers(Cluster.ROOT, new JobSelector(id, TaskSet.of(7, 8)), name));
    assertEquals("[2017 77_3]", answers(Cluster.ROOT, new JobSelector(77, TaskSet.of(3)), name));
    long single = c.submit();
    assertEquals("[2017 " + single + "_1]", answers(Cluster.ROOT, new JobSelector(single, TaskSet.of(1)), name));
    assertEquals("[]", answers(Cluster.BOB, new JobSelector(single, null), name));
    c.kill(Cluster.ALICE, id, 3);
    assertEquals("[0 " + id + "_0-2,4, 2084 " + id + "_3]", answers(Cluster.ROOT, new JobSelector(id, null), name));
    assertEquals("[2010 " + id + "_0-2,4, 2084 " + id + "_3]", answers(Cluster.BOB, new JobSelector(id, null), name));
  }

  private String answers(Actor actor, JobSelector jobs, JobFields changes) {
    Result r = c.apply(new Command.UpdateJob(c.now, actor, jobs, changes, false));
    return r.taskErrors().stream().map(e -> e.error() + " " + e.tasks()).toList().toString();
  }

  @Test
  void aHeldTaskSplitsOff() {
    JobFields hold = new JobFields().number(JobField.PRIORITY, 0);
    assertTrue(c.apply(new Command.UpdateJob(c.now, Cluster.ROOT, new JobSelector(id, TaskSet.of(3)), hold, false)).isOk());
    assertEquals("0-2,4", c.job(id).arrayPending.toString());
    JobRecord task = c.job(id + 1);
    assertEquals(3, task.arrayTaskId);
    assertEquals(id, task.arrayJobId);
    assertEquals(8, task.reason);
    assertEquals(0, c.job(id).reason);
    // The whole array by its id: the split-off task too.
    c.update(Cluster.ROOT, id, new JobFields().number(JobField.PRIORITY, SlurmNumbers.INFINITE));
    assertEquals(0, c.job(id + 1).reason);
  }

  @Test
  void cancellingTheArrayEndsRunningAndPendingTasks() {
    c.start(id, 0);
    c.started(id + 1);
    assertTrue(c.kill(Cluster.ALICE, id).isOk());
    assertEquals(JobPhase.DONE, c.job(id).phase);
    assertNull(c.job(id).arrayPending);
    assertEquals(JobPhase.ENDING, c.job(id + 1).phase);
    c.ended(id + 1, 15);
    c.released(id + 1);
    assertEquals(5, c.job(id).arrayEnded);
    assertEquals(5, c.job(id).arrayFailed);
  }

  @Test
  void theRecordWithTheArraysIdOutlivesItsTasks() {
    c.start(id, 0);
    c.started(id + 1);
    c.kill(Cluster.ALICE, id, 0, 1, 2, 3, 4);
    assertEquals(JobPhase.ENDING, c.job(id + 1).phase);
    c.apply(new Command.NodeLost(c.now, "n1"));
    c.pass(320);
    assertEquals(JobPhase.ENDING, c.job(id + 1).phase);
    assertNotNull(c.job(id));
    c.apply(new Command.NodeFailed(c.now, "n1", "Not responding"));
    assertEquals(JobPhase.DONE, c.job(id + 1).phase);
    c.pass(301);
    c.pass(301);
    assertEquals(0, c.store.jobCount());
  }

  @Test
  void tasksStartInOrderAndTheLastTakesTheArraysRecord() {
    for (int i = 0; i < 4; i++) {
      c.start(id, 0);
      assertEquals(i, c.job(id + 1 + i).arrayTaskId);
      assertEquals(id, c.job(id + 1 + i).arrayJobId);
    }
    assertEquals(4, c.job(id).arrayRunning);
    c.start(id, 1);
    assertEquals(4, c.job(id).arrayTaskId);
    assertEquals(JobPhase.STARTING, c.job(id).phase);
    assertEquals(5, c.job(id).arrayRunning);
    for (long j = id; j < id + 5; j++) {
      c.started(j);
      c.ended(j, j == id + 2 ? 1 << 8 : 0);
      c.released(j);
    }
    assertEquals(0, c.job(id).arrayRunning);
    assertEquals(5, c.job(id).arrayEnded);
    assertEquals(1, c.job(id).arrayFailed);
  }

  @Test
  void arraysAndTheirTasksAsDependencies() {
    long all = c.submit(Cluster.request(Cluster.ALICE).text(JobField.DEPENDENCY, "afterok:" + id));
    long one = c.submit(Cluster.request(Cluster.ALICE).text(JobField.DEPENDENCY, "afterok:" + id + "_0"));
    long any = c.submit(Cluster.request(Cluster.ALICE).text(JobField.DEPENDENCY, "afterany:" + id));
    c.start(id, 0);
    long task = any + 1;
    assertEquals(0, c.job(task).arrayTaskId);
    c.started(task);
    c.ended(task, 0);
    assertEquals(2, c.job(one).reason);
    c.released(task);
    assertEquals(0, c.job(one).reason);
    assertEquals(2, c.job(all).reason);
    c.kill(Cluster.ALICE, id);
    assertEquals(39, c.job(all).reason);
    assertEquals(0, c.job(any).reason);
  }

  @Test
  void taskSets() {
    TaskSet s = TaskSet.of(0, 1, 2, 3, 7, 8, 20);
    assertEquals("0-1,3,8,20", s.without(TaskSet.of(2, 7, 9)).toString());
    assertEquals("2-3,8", s.intersection(TaskSet.of(2, 3, 4, 8, 30)).toString());
    assertEquals("", s.without(s).toString());
    assertEquals(s, s.without(TaskSet.EMPTY));
  }
}
