package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.StepRecord.StepShare;

/** Steps of an allocation. Layouts and refusals are those of srun 22.05.8 with a real slurmctld: nodes of 2 sockets x 4 cores, CR_Core_Memory. */
class StepTest {
  private static final long BY_DEFAULT = StepRecord.EXCLUSIVE | StepRecord.WHOLE;
  private static final long EXACT = StepRecord.EXCLUSIVE;
  private static final long OVERLAP = StepRecord.OVERLAP | StepRecord.WHOLE;
  private static final int BLOCK = 2;

  private final Cluster c = new Cluster();
  private long job;

  private static NodeDefinition node(String name) {
    return new NodeDefinition(name, "host", "127.0.0.1", 6818, 8, 1, 2, 4, 1, 8000, 0, 1, List.of(), null, 0, 0, 0, null);
  }

  @BeforeEach
  void threeNodesOfEightCpusForAlice() {
    c.apply(new Command.Reconfigure(c.now, Cluster.config(1, List.of(node("n1"), node("n2"), node("n3")), List.of())));
    for (int i = 1; i <= 3; i++) {
      c.register("n" + i, "boot1");
    }
    job = c.submit(Cluster.request(Cluster.ALICE).number(JobField.BATCH_FLAG, 0).number(JobField.SHARED, 0).number(JobField.PN_MIN_MEMORY, 1000).number(JobField.MIN_NODES, 3).number(JobField.MIN_CPUS, 24));
    Result r = c.start(job, 0, 1, 2);
    assertTrue(r.isOk(), r.toString());
  }

  private static JobFields srun(int tasks) {
    int nodes = Math.min(3, tasks);
    return new JobFields()
        .number(JobField.USER_ID, 1001)
        .number(JobField.NUM_TASKS, tasks)
        .number(JobField.MIN_CPUS, tasks)
        .number(JobField.MIN_NODES, nodes)
        .number(JobField.MAX_NODES, nodes)
        .number(JobField.PN_MIN_MEMORY, 1000)
        .number(JobField.TASK_DIST, BLOCK)
        .number(JobField.BITFLAGS, BY_DEFAULT);
  }

  private Result create(JobFields request) {
    return c.apply(new Command.CreateStep(c.now, Cluster.ALICE, job, NO_VAL, request));
  }

  private StepRecord step(JobFields request) {
    Result r = create(request);
    assertTrue(r.isOk(), r.toString());
    return c.job(job).steps.find(r.jobId());
  }

  private void over(StepRecord s) {
    c.apply(new Command.CompleteStep(c.now, Cluster.ROOT, job, s.stepId(), 0, s.nodes().size() - 1, 0));
  }

  /** "0:0,1 2:2": node index and its tasks. */
  private String layout(JobFields request) {
    StepRecord s = step(request);
    over(s);
    return s.nodes().stream()
        .map(h -> h.node() + ":" + Arrays.stream(h.tasks()).mapToObj(Integer::toString).collect(Collectors.joining(",")))
        .collect(Collectors.joining(" "));
  }

  @Test
  void tasksSpreadEvenlyAndStayTogether() {
    assertEquals("0:0", layout(srun(1)));
    assertEquals("0:0,1 1:2 2:3", layout(srun(4)));
    assertEquals("0:0,1 1:2,3 2:4", layout(srun(5)));
    assertEquals("0:0,1,2,3 1:4,5,6 2:7,8,9", layout(srun(10)));
  }

  @Test
  void cyclicDealsTasksOutInTurn() {
    assertEquals("0:0,3 1:1,4 2:2", layout(srun(5).number(JobField.TASK_DIST, 1)));
  }

  @Test
  void planeDealsThemOutInBlocks() {
    assertEquals("0:0,1,6 1:2,3 2:4,5", layout(srun(7).number(JobField.TASK_DIST, 4).number(JobField.PLANE_SIZE, 2)));
  }

  @Test
  void arbitraryFollowsTheList() {
    assertEquals(
        "0:1,2 1:3 2:0", layout(srun(4).number(JobField.TASK_DIST, 3).text(JobField.REQ_NODES, "n[3,1,1-2]")));
  }

  @Test
  void packFillsTheFirstNode() {
    assertEquals("0:0,1,2,3,4", layout(srun(5).number(JobField.TASK_DIST, 0x800002).number(JobField.MIN_NODES, 1)));
  }

  @Test
  void aStepHasAllItsNodesCpusUnlessExact() {
    StepRecord whole = step(srun(2));
    assertEquals(List.of(8, 8), whole.nodes().stream().map(StepShare::cpus).toList());
    over(whole);
    StepRecord exact = step(srun(4).number(JobField.BITFLAGS, EXACT).number(JobField.MIN_CPUS, 8));
    assertEquals(List.of(4, 2, 2), exact.nodes().stream().map(StepShare::cpus).toList());
    // Socket by socket in turn.
    assertArrayEquals(new long[] {0b0011_0011}, exact.nodes().get(0).cores());
  }

  @Test
  void anotherStepWaitsForTheCpusAndGetsThem() {
    StepRecord first = step(srun(3));
    assertEquals(ESLURM_NODES_BUSY, create(srun(1)).error());
    StepRecord beside = step(srun(1).number(JobField.BITFLAGS, OVERLAP));
    over(beside);
    over(first);
    assertTrue(c.effects.contains(new Effect.StepOver(job, first.stepId())));
    assertTrue(create(srun(1)).isOk());
  }

  @Test
  void idleNodesComeFirst() {
    JobFields one = srun(1).number(JobField.BITFLAGS, EXACT).number(JobField.PN_MIN_MEMORY, 100);
    List<Integer> nodes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      nodes.add(step(one).nodes().get(0).node());
    }
    assertEquals(List.of(0, 1, 2, 0), nodes);
  }

  @Test
  void memoryIsSharedOutButNotAmongStepsThatAskForNone() {
    JobFields most = srun(1).number(JobField.BITFLAGS, EXACT).text(JobField.REQ_NODES, "n1").number(JobField.PN_MIN_MEMORY, 600);
    step(most);
    assertEquals(ESLURM_NODES_BUSY, create(most.copy().number(JobField.PN_MIN_MEMORY, 500)).error());
    assertTrue(create(most.copy().number(JobField.PN_MIN_MEMORY, 300)).isOk());
    assertTrue(create(most.copy().number(JobField.PN_MIN_MEMORY, 0)).isOk());
    assertEquals(ESLURM_INVALID_TASK_MEMORY, create(most.copy().number(JobField.PN_MIN_MEMORY, 2000)).error());
  }

  @Test
  void whatCannotBeIsRefusedWithSlurmsNumber() {
    assertEquals(ESLURM_TOO_MANY_REQUESTED_CPUS, create(srun(25)).error());
    assertEquals(ESLURM_REQUESTED_NODE_CONFIG_UNAVAILABLE, create(srun(1).text(JobField.REQ_NODES, "nope")).error());
    assertEquals(ESLURM_BAD_TASK_COUNT, create(srun(2000).number(JobField.BITFLAGS, BY_DEFAULT | StepRecord.OVERCOMMIT)).error());
    JobFields noMemory = srun(1).number(JobField.PN_MIN_MEMORY, MEM_PER_CPU).text(JobField.MEM_PER_TRES, "gres/gpu:100");
    assertEquals(ESLURM_INVALID_TASK_MEMORY, create(noMemory).error());
    JobFields excluded = srun(2).number(JobField.TASK_DIST, 3).text(JobField.REQ_NODES, "n[1-2]").text(JobField.EXC_NODES, "n2");
    assertEquals(ESLURM_REQUESTED_NODE_CONFIG_UNAVAILABLE, create(excluded).error());
    assertEquals(ESLURM_ACCESS_DENIED, c.apply(new Command.CreateStep(c.now, Cluster.BOB, job, NO_VAL, srun(1).number(JobField.USER_ID, 1002))).error());
    assertEquals(ESLURM_INVALID_JOB_ID, c.apply(new Command.CreateStep(c.now, Cluster.ALICE, 999, NO_VAL, srun(1))).error());
    c.apply(new Command.EndAllocation(c.now, Cluster.ALICE, job, 0, AllocationEnd.CLIENT));
    assertEquals(ESLURM_ALREADY_DONE, create(srun(1)).error());
  }

  @Test
  void aStepIsOverWhenAllItsNodesHaveReportedAndTheWorstExitStays() {
    StepRecord s = step(srun(3));
    c.apply(new Command.CompleteStep(c.now, Cluster.ROOT, job, s.stepId(), 1, 1, 2 << 8));
    c.apply(new Command.CompleteStep(c.now, Cluster.ROOT, job, s.stepId(), 1, 1, 2 << 8));
    assertEquals(1, c.job(job).steps.live().size());
    c.apply(new Command.CompleteStep(c.now, Cluster.ROOT, job, s.stepId(), 0, 0, 0));
    c.apply(new Command.CompleteStep(c.now, Cluster.ROOT, job, s.stepId(), 2, 2, 0));
    assertTrue(c.job(job).steps.isEmpty());
    assertEquals(2 << 8, c.job(job).derivedExitCode);
    assertEquals(1, c.job(job).steps.next());
  }

  @Test
  void aStepsTimeIsOver() {
    StepRecord s = step(srun(1).number(JobField.TIME_LIMIT, 1).text(JobField.RESP_HOST, "127.0.0.1").number(JobField.OTHER_PORT, 5000));
    c.now += 59_000;
    c.apply(new Command.Tick(c.now));
    assertTrue(c.effects.stream().noneMatch(e -> e instanceof Effect.SignalStep));
    c.now += 2_000;
    c.apply(new Command.Tick(c.now));
    c.apply(new Command.Tick(c.now + 1));
    List<Effect.SignalStep> signals =
        c.effects.stream().filter(Effect.SignalStep.class::isInstance).map(Effect.SignalStep.class::cast).toList();
    assertEquals(1, signals.size());
    assertEquals(Effect.Order.TIMELIMIT, signals.get(0).order());
    assertEquals(s.stepId(), signals.get(0).stepId());
  }

  @Test
  void theJobsEndEndsItsSteps() {
    step(srun(3).text(JobField.RESP_HOST, "127.0.0.1").number(JobField.OTHER_PORT, 5000));
    c.apply(new Command.KillJob(c.now, Cluster.ALICE, JobSelector.job(job), 9, 0));
    assertTrue(c.effects.stream().anyMatch(e -> e instanceof Effect.TellClient t && t.stepId() == 0 && t.notice() == Effect.Notice.COMPLETE));
    IntStream.range(0, 3).forEach(n -> c.apply(new Command.NodeReleased(c.now, job, 0, c.nodeName(n))));
    assertEquals(JobPhase.DONE, c.job(job).phase);
    assertTrue(c.job(job).steps.isEmpty());
  }

  @Test
  void theInteractiveStepStandsBesideAll() {
    JobFields shell = srun(1).number(JobField.BITFLAGS, BY_DEFAULT | StepRecord.INTERACTIVE);
    assertEquals(StepRecord.INTERACTIVE_STEP, create(shell).jobId());
    assertEquals(ESLURM_DUPLICATE_STEP_ID, create(shell).error());
    assertEquals(0, create(srun(3)).jobId());
  }
}
