package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slurmctldj.sched.Planner;

/**
 * Steps and their job's generic resources. What they get and the words of refusals are those of srun 22.05.8 with a real
 * slurmctld (interop/gres-steps.sh); n1 has gpu:tesla:2,gpu:kepler:2,lic:5, n2 gpu:2, n3 gpu:4, each 2 sockets x 4 cores.
 */
class StepGresTest {
  private static final long EXACT = StepRecord.EXCLUSIVE;
  private final Cluster c = new Cluster();
  private long job;

  @BeforeEach
  void threeNodes() {
    List<NodeDefinition> nodes = new ArrayList<>();
    String[] gres = {"gpu:tesla:2,gpu:kepler:2,lic:5", "gpu:2", "gpu:4"};
    for (int i = 0; i < gres.length; i++) {
      nodes.add(new NodeDefinition("n" + (i + 1), "h", "a", 1, 8, 1, 2, 4, 1, 8000, 0, 1, List.of(), gres[i], 0, 0, 0, null));
    }
    c.apply(new Command.RaiseFeatureLevel(c.now, StateMachine.FEATURE_LEVEL));
    c.apply(new Command.Reconfigure(c.now, Cluster.config(1, nodes, List.of())));
    for (int i = 1; i <= 3; i++) {
      c.register("n" + i, "boot1");
    }
  }

  private static JobFields ask(int tasks) {
    return Cluster.request(Cluster.ALICE).number(JobField.BATCH_FLAG, 0).number(JobField.NUM_TASKS, tasks)
        .number(JobField.MIN_CPUS, tasks).number(JobField.PN_MIN_MEMORY, 1000);
  }

  private void job(JobFields request) {
    Result r = c.apply(new Command.SubmitJob(c.now, Cluster.ALICE, request));
    assertTrue(r.isOk(), r.toString());
    job = r.jobId();
    for (Proposal p : new Planner().plan(c.store, c.now).proposals()) {
      assertTrue(c.apply(new Command.StartJob(c.now, p)).isOk());
    }
    assertEquals(JobPhase.RUNNING, c.job(job).phase);
  }

  /** The step's tasks on as many nodes; as srun asks with --exact. */
  private static JobFields srun(int tasks, int nodes) {
    return new JobFields().number(JobField.USER_ID, 1001).number(JobField.NUM_TASKS, tasks).number(JobField.MIN_CPUS, tasks)
        .number(JobField.MIN_NODES, nodes).number(JobField.MAX_NODES, nodes).number(JobField.TASK_DIST, 2)
        .number(JobField.BITFLAGS, EXACT).text(JobField.TRES_PER_JOB, "cpu:" + tasks);
  }

  private Result create(JobFields request) {
    return c.apply(new Command.CreateStep(c.now, Cluster.ALICE, job, NO_VAL, request));
  }

  /** "2:0x3 1:0x1": how many of which entry and which devices, node after node; the step stays. */
  private String gres(JobFields request) {
    Result r = create(request);
    assertTrue(r.isOk(), r.toString());
    return c.job(job).steps.find(r.jobId()).nodes().stream()
        .map(h -> h.gres().stream().map(g -> g.entry() + "x" + g.count() + ":0x" + Long.toHexString(g.devices()[0])).collect(Collectors.joining(",")))
        .collect(Collectors.joining(" "));
  }

  private void over() {
    for (StepRecord s : List.copyOf(c.job(job).steps.live())) {
      c.apply(new Command.CompleteStep(c.now, Cluster.ROOT, job, s.stepId(), 0, s.nodes().size() - 1, 0));
    }
  }

  private String alone(JobFields request) {
    String got = gres(request);
    over();
    return got;
  }

  @Test
  void aStepThatSaysNothingGetsAllOfItsJobAndMayAskForLessOrNone() {
    job(ask(2).text(JobField.TRES_PER_NODE, "gres:gpu:2").text(JobField.REQ_NODES, "n3"));
    assertEquals("0x2:0x3", alone(srun(1, 1)));
    assertEquals("0x1:0x1", alone(srun(1, 1).text(JobField.TRES_PER_NODE, "gres:gpu:1")));
    assertEquals("", alone(srun(1, 1).text(JobField.TRES_PER_NODE, "NONE")));
    assertEquals("", alone(srun(1, 1).text(JobField.TRES_PER_NODE, "gres:gpu:0")));
    assertEquals("0x2:0x3", alone(srun(2, 1).text(JobField.TRES_PER_TASK, "gres:gpu:1")));
    assertEquals("0x1:0x1", alone(srun(2, 1).text(JobField.TRES_PER_JOB, "cpu:2,gres:gpu:1")));
  }

  @Test
  void whatOneStepHasTheNextWaitsForUnlessItOverlaps() {
    job(ask(3).text(JobField.TRES_PER_NODE, "gres:gpu:2").text(JobField.REQ_NODES, "n3"));
    JobFields one = srun(1, 1).text(JobField.TRES_PER_NODE, "gres:gpu:1");
    assertEquals("0x1:0x1", gres(one));
    assertEquals("0x1:0x2", gres(one));
    assertEquals(ESLURM_NODES_BUSY, create(one).error());
    assertEquals(ESLURM_NODES_BUSY, create(srun(1, 1)).error());
    assertEquals("0x1:0x1", gres(one.copy().number(JobField.BITFLAGS, StepRecord.OVERLAP)));
    assertEquals("", gres(srun(1, 1).text(JobField.TRES_PER_NODE, "NONE")));
    over();
    assertEquals("0x1:0x1", gres(one));
  }

  @Test
  void whatTheJobHasNotIsRefusedInSlurmctldsWords() {
    job(ask(2).text(JobField.TRES_PER_NODE, "gres:gpu:2").text(JobField.REQ_NODES, "n3"));
    assertEquals(
        "Step requested gres_per_node=gpu:4 is more than the job's gres_per_node=gpu:2",
        create(srun(1, 1).text(JobField.TRES_PER_NODE, "gres:gpu:4")).message());
    assertEquals("Step requested GRES (foo:(null)) not found in the job", create(srun(1, 1).text(JobField.TRES_PER_NODE, "gres:foo:1")).message());
    Result bare = create(srun(1, 1).text(JobField.TRES_PER_JOB, "gres:gpu:9"));
    assertEquals(Result.error(ESLURM_INVALID_GRES), bare);
    assertEquals(ESLURM_TOO_MANY_REQUESTED_CPUS, create(srun(2, 1).text(JobField.TRES_PER_TASK, "gres:gpu:2")).error());
  }

  @Test
  void aJobWithoutAnyHasNoneForItsSteps() {
    job(ask(1));
    assertEquals("Step requested GRES but job doesn't have GRES", create(srun(1, 1).text(JobField.TRES_PER_NODE, "gres:gpu:1")).message());
  }

  @Test
  void typesAndCountedOnes() {
    job(ask(3).text(JobField.TRES_PER_NODE, "gres:gpu:tesla:1,gres:gpu:kepler:2,gres:lic:2"));
    assertEquals("0x1:0x1,1x2:0x3,2x2:0x3", alone(srun(1, 1)));
    assertEquals("0x1:0x1", alone(srun(1, 1).text(JobField.TRES_PER_NODE, "gres:gpu:1")));
    assertEquals("1x2:0x3", alone(srun(1, 1).text(JobField.TRES_PER_NODE, "gres:gpu:kepler:2")));
    assertEquals("0x1:0x1,1x1:0x1", alone(srun(1, 1).text(JobField.TRES_PER_JOB, "gres:gpu:tesla:1,gres:gpu:kepler:1")));
    assertEquals("Step requested GRES (gpu:zz) not found in the job", create(srun(1, 1).text(JobField.TRES_PER_NODE, "gres:gpu:zz:1")).message());
    assertEquals(
        "Step requested gres_per_node=gpu:3 is more than the job's gres_per_node=gpu:1",
        create(srun(1, 1).text(JobField.TRES_PER_NODE, "gres:gpu:3")).message());
    assertEquals(Result.error(ESLURM_INVALID_GRES), create(srun(1, 1).text(JobField.TRES_PER_JOB, "gres:gpu:kepler:3")));
  }

  @Test
  void overTwoNodes() {
    job(ask(2).text(JobField.TRES_PER_JOB, "gres:gpu:4").number(JobField.MIN_NODES, 2).number(JobField.MAX_NODES, 2).text(JobField.REQ_NODES, "n[2-3]"));
    assertEquals("0x2:0x3 0x2:0x3", alone(srun(2, 2)));
    assertEquals("0x1:0x1 0x1:0x1", alone(srun(2, 2).text(JobField.TRES_PER_JOB, "gres:gpu:2")));
    assertEquals("0x2:0x3 0x1:0x1", alone(srun(2, 2).text(JobField.TRES_PER_JOB, "gres:gpu:3")));
    assertEquals("0x1:0x1 0x1:0x1", alone(srun(2, 2).text(JobField.TRES_PER_JOB, "gres:gpu:4").text(JobField.TRES_PER_NODE, "gres:gpu:1")));
    assertEquals("Step requested gres=gpu:5 is more than the job's gres=gpu:4", create(srun(2, 2).text(JobField.TRES_PER_JOB, "gres:gpu:5")).message());
    assertEquals(
        "Step requested gres=gpu:1 is less than the requested min nodes=2", create(srun(2, 2).text(JobField.TRES_PER_JOB, "gres:gpu:1")).message());
    // What the job has on both, one node cannot give.
    assertEquals(Result.error(ESLURM_INVALID_GRES), create(srun(1, 1)));
  }

  @Test
  void memoryByTheGpusThatTheStepGets() {
    job(ask(4).text(JobField.TRES_PER_NODE, "gres:gpu:2").text(JobField.REQ_NODES, "n3"));
    create(srun(1, 1).text(JobField.MEM_PER_TRES, "gres:gpu:20"));
    assertEquals(40, c.job(job).steps.live().get(0).nodes().get(0).memory());
  }

  private static JobFields of(int version, JobFields request) {
    return request.number(JobField.START_PROTOCOL_VERSION, version << 8);
  }

  /** Real 22.05.8 holds the count against the job's first item, 24.11.5 against what the job has there. */
  @Test
  void anUntypedCountIsHeldAgainstAllTypesForClientsFrom23_02On() {
    job(ask(3).text(JobField.TRES_PER_NODE, "gres:gpu:tesla:1,gres:gpu:kepler:2"));
    assertEquals("0x1:0x1,1x2:0x3", alone(of(42, srun(1, 1).text(JobField.TRES_PER_NODE, "gres:gpu:3"))));
    assertEquals(Result.error(ESLURM_INVALID_GRES), create(of(42, srun(1, 1).text(JobField.TRES_PER_NODE, "gres:gpu:4"))));
    assertEquals(ESLURM_INVALID_GRES, create(of(38, srun(1, 1).text(JobField.TRES_PER_NODE, "gres:gpu:3"))).error());
  }

  /** Real 24.11.5 and 26.05.5 say "Unspecified error" where several nodes together have too few, and why where it is one. */
  @Test
  void moreThanAllItsNodesHaveIsRefusedWithoutAReasonForClientsFrom24_11On() {
    job(ask(2).text(JobField.TRES_PER_JOB, "gres:gpu:4").number(JobField.MIN_NODES, 2).number(JobField.MAX_NODES, 2).text(JobField.REQ_NODES, "n[2-3]"));
    assertEquals(Result.error(SLURM_ERROR), create(of(42, srun(2, 2).text(JobField.TRES_PER_JOB, "cpu:2,gres:gpu:5"))));
    assertEquals(Result.error(ESLURM_INVALID_GRES), create(of(42, srun(1, 1).text(JobField.TRES_PER_JOB, "cpu:1,gres:gpu:5"))));
    assertEquals(Result.error(ESLURM_INVALID_GRES), create(of(42, srun(2, 2).text(JobField.TRES_PER_NODE, "gres:gpu:3"))));
    assertEquals(ESLURM_INVALID_GRES, create(of(38, srun(2, 2).text(JobField.TRES_PER_JOB, "gres:gpu:5"))).error());
  }

  private String cpus(JobFields request) {
    Result r = create(request);
    assertTrue(r.isOk(), r.toString());
    StepRecord s = c.job(job).steps.find(r.jobId());
    String text = s.nodes().stream().map(h -> h.cpus() + ":0x" + Long.toHexString(h.cores()[0])).collect(Collectors.joining(" "));
    over();
    return text;
  }

  /** srun of 24.11 says cpu:0 where it cannot tell how many there will be. */
  private static JobFields perGpu(int version, int tasks, int nodes, int cpus) {
    return of(version, srun(tasks, nodes).number(JobField.MIN_CPUS, 0).text(JobField.TRES_PER_JOB, "cpu:0"))
        .text(JobField.CPUS_PER_TRES, "gres:gpu:" + cpus);
  }

  @Test
  void cpusFollowFromGpusForClientsFrom23_11On() {
    job(ask(4).text(JobField.TRES_PER_NODE, "gres:gpu:2").text(JobField.REQ_NODES, "n3"));
    assertEquals(2, cpusOf(cpus(perGpu(42, 1, 1, 2).text(JobField.TRES_PER_TASK, "gres:gpu:1"))));
    assertEquals(4, cpusOf(cpus(perGpu(42, 1, 1, 2).text(JobField.TRES_PER_NODE, "gres:gpu:2"))));
    assertEquals(3, cpusOf(cpus(perGpu(42, 3, 1, 1).text(JobField.TRES_PER_NODE, "gres:gpu:1"))), "one for each task at least");
    assertEquals(
        ESLURM_TOO_MANY_REQUESTED_CPUS, create(perGpu(42, 1, 1, 3).text(JobField.TRES_PER_NODE, "gres:gpu:2")).error());
    assertEquals(1, cpusOf(cpus(perGpu(38, 1, 1, 2).text(JobField.TRES_PER_TASK, "gres:gpu:1"))));
    assertEquals(1, cpusOf(cpus(perGpu(42, 1, 1, 2).text(JobField.TRES_PER_NODE, "none"))), "nothing to count by");
  }

  @Test
  void cpusPerGpuOfAJobWithoutGpusIsRefused() {
    job(ask(4));
    assertEquals(Result.error(ESLURM_INVALID_GRES), create(perGpu(42, 1, 1, 2)));
    assertTrue(create(perGpu(38, 1, 1, 2)).isOk());
  }

  private static int cpusOf(String text) {
    return Integer.parseInt(text.substring(0, text.indexOf(':')));
  }

  @Test
  void cpusThatAnotherStepHasAreWaitedFor() {
    job(ask(4).text(JobField.TRES_PER_NODE, "gres:gpu:2").text(JobField.REQ_NODES, "n3"));
    assertTrue(create(of(42, srun(3, 1).text(JobField.TRES_PER_NODE, "none"))).isOk());
    JobFields step = perGpu(42, 1, 1, 2).text(JobField.TRES_PER_NODE, "gres:gpu:1");
    assertEquals(ESLURM_NODES_BUSY, create(step).error());
    over();
    assertEquals(2, cpusOf(cpus(step)));
  }

  @Test
  void beforeFeatureLevelThreeStepsHoldNone() {
    Cluster old = new Cluster();
    List<NodeDefinition> nodes =
        List.of(new NodeDefinition("n1", "h", "a", 1, 8, 1, 2, 4, 1, 8000, 0, 1, List.of(), "gpu:2", 0, 0, 0, null));
    old.apply(new Command.RaiseFeatureLevel(old.now, 2));
    old.apply(new Command.Reconfigure(old.now, Cluster.config(1, nodes, List.of())));
    old.register("n1", "boot1");
    long id = old.apply(new Command.SubmitJob(old.now, Cluster.ALICE, ask(2).text(JobField.TRES_PER_NODE, "gres:gpu:2"))).jobId();
    old.apply(new Command.StartJob(old.now, new Planner().plan(old.store, old.now).proposals().get(0)));
    assertTrue(old.apply(new Command.CreateStep(old.now, Cluster.ALICE, id, NO_VAL, srun(1, 1))).isOk());
    assertEquals(List.of(), old.job(id).steps.live().get(0).nodes().get(0).gres());
  }

  @Test
  void numbersThatFollowFromGresAreFilledInOrContradicted() {
    long two = submit(ask(1).number(JobField.NUM_TASKS, NO_VAL).text(JobField.TRES_PER_JOB, "gres:gpu:4").text(JobField.TRES_PER_NODE, "gres:gpu:2")).jobId();
    assertEquals(2, c.job(two).request.number(JobField.MIN_NODES));
    long tasks = submit(ask(1).number(JobField.NUM_TASKS, NO_VAL).text(JobField.TRES_PER_JOB, "gres:gpu:4").text(JobField.TRES_PER_TASK, "gres:gpu:1")).jobId();
    assertEquals(4, c.job(tasks).request.number(JobField.NUM_TASKS));
    long perGpu = submit(ask(1).number(JobField.NUM_TASKS, NO_VAL).text(JobField.TRES_PER_JOB, "gres:gpu:3").number(JobField.NTASKS_PER_TRES, 2)).jobId();
    assertEquals(6, c.job(perGpu).request.number(JobField.NUM_TASKS));
    assertEquals(
        "Failed to validate job spec, --gpus is not multiple of --gres=gpu/--gpus-per-node",
        submit(ask(1).text(JobField.TRES_PER_JOB, "gres:gpu:5").text(JobField.TRES_PER_NODE, "gres:gpu:2")).message());
    assertEquals(
        "Failed to validate job spec. Based on --gpus and --gpus-per-task number of requested tasks differ from -n/--ntasks.",
        submit(ask(2).text(JobField.TRES_PER_JOB, "gres:gpu:4").text(JobField.TRES_PER_TASK, "gres:gpu:1")).message());
    assertEquals(
        "--gpus-per-socket option requires --sockets-per-node specification",
        submit(ask(1).text(JobField.TRES_PER_SOCKET, "gres:gpu:1")).message());
    assertEquals(0, submit(ask(1).text(JobField.TRES_PER_NODE, "gres:craynetwork:0")).error());
  }

  private Result submit(JobFields request) {
    return c.apply(new Command.SubmitJob(c.now, Cluster.ALICE, request));
  }

  @Test
  void aWholeNodeIsGivenWithAllItHas() {
    job(ask(1).number(JobField.SHARED, 0).text(JobField.TRES_PER_NODE, "gres:gpu:1").text(JobField.REQ_NODES, "n3"));
    assertEquals(4, c.job(job).allocation.nodes().get(0).gres().get(0).count());
    assertEquals("0x1:0x1", alone(srun(1, 1)));
  }

  @Test
  void moreGpusThanANodeHasComeFromSeveral() {
    job(ask(1).text(JobField.TRES_PER_JOB, "gres:gpu:5"));
    assertEquals(2, c.job(job).allocation.nodes().size());
    assertEquals(5, c.job(job).allocation.nodes().stream().flatMap(s -> s.gres().stream()).mapToLong(GresShare::count).sum());
  }
}
