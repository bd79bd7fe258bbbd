package org.slurmctldj.agent.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.slurmctldj.proto.agent.JobFacts;
import org.slurmctldj.proto.agent.Launch;

/** The expected environments are those that jobs printed under real slurmd 24.11.5 (sbatch of the same release). */
class JobEnvironmentTest {
  private static final JobEnvironment.NodeFacts NODE =
      new JobEnvironment.NodeFacts("n1", "/tmp/agent-peer24/etc/slurm.conf", org.slurmctldj.agent.node.Devices.NONE);

  /** What real sbatch put into the submission itself. */
  private static final String SUBMITTED =
      """
      SLURM_JOB_NAME=env.sh
      SLURM_PRIO_PROCESS=0
      SLURM_RLIMIT_NOFILE=20000
      SLURM_SUBMIT_DIR=/tmp/ap24
      SLURM_SUBMIT_HOST=vm
      SLURM_UMASK=0022
      USER=peer
      """;

  private static final String LAUNCHERS =
      """
      HYDRA_BOOTSTRAP=slurm
      HYDRA_LAUNCHER_EXTRA_ARGS=--external-launcher
      I_MPI_HYDRA_BOOTSTRAP=slurm
      I_MPI_HYDRA_BOOTSTRAP_EXEC_EXTRA_ARGS=--external-launcher
      OMPI_MCA_plm_slurm_args=--external-launcher
      PRTE_MCA_plm_slurm_args=--external-launcher
      """;

  private static final String NODE_PART =
      """
      ENVIRONMENT=BATCH
      HOSTNAME=n1
      SLURMD_NODENAME=n1
      SLURM_CLUSTER_NAME=peer
      SLURM_CONF=/tmp/agent-peer24/etc/slurm.conf
      SLURM_GTIDS=0
      SLURM_JOB_GID=2001
      SLURM_JOB_NAME=env.sh
      SLURM_JOB_PARTITION=debug
      SLURM_JOB_START_TIME=1795357513
      SLURM_JOB_UID=2001
      SLURM_JOB_USER=peer
      SLURM_LOCALID=0
      SLURM_NODEID=0
      SLURM_OOM_KILL_STEP=0
      SLURM_PRIO_PROCESS=0
      SLURM_PROCID=0
      SLURM_SUBMIT_DIR=/tmp/ap24
      SLURM_SUBMIT_HOST=vm
      SLURM_TASK_PID=0
      SLURM_TOPOLOGY_ADDR=n1
      SLURM_TOPOLOGY_ADDR_PATTERN=node
      TMPDIR=/tmp
      USER=peer
      """;

  @Test
  void aPlainJob() {
    Launch launch = launch(1, facts("n1", 1).addCpusPerNode(1).setTimeLimit(0xffffffff)).setCpus(1).build();
    expect(
        launch,
        """
        SLURM_CPUS_ON_NODE=1
        SLURM_JOBID=1
        SLURM_JOB_CPUS_PER_NODE=1
        SLURM_JOB_END_TIME=1826893513
        SLURM_JOB_ID=1
        SLURM_JOB_NODELIST=n1
        SLURM_JOB_NUM_NODES=1
        SLURM_NNODES=1
        SLURM_NODELIST=n1
        SLURM_TASKS_PER_NODE=1
        """);
  }

  /** sbatch -N2 -n 4 -c 2 --mem 100 -A acct -t 5; SLURM_THREADS_PER_CORE and SLURM_TRES_PER_TASK come from sbatch. */
  @Test
  void twoNodesTasksCpusMemoryAccount() {
    Launch launch =
        launch(
                2,
                facts("n[1-2]", 2)
                    .addCpusPerNode(6)
                    .addCpusPerNode(2)
                    .setNumTasks(4)
                    .setCpusPerTask(2)
                    .setPnMinMemory(100)
                    .setAccount(bytes("acct"))
                    .setEndTime(1795357813L))
            .setCpus(6)
            .addEnvironment(bytes("SLURM_NTASKS=4"))
            .addEnvironment(bytes("SLURM_NPROCS=4"))
            .addEnvironment(bytes("SLURM_CPUS_PER_TASK=2"))
            .build();
    expect(
        launch,
        """
        SLURM_CPUS_ON_NODE=6
        SLURM_CPUS_PER_TASK=2
        SLURM_JOBID=2
        SLURM_JOB_ACCOUNT=acct
        SLURM_JOB_CPUS_PER_NODE=6,2
        SLURM_JOB_END_TIME=1795357813
        SLURM_JOB_ID=2
        SLURM_JOB_NODELIST=n[1-2]
        SLURM_JOB_NUM_NODES=2
        SLURM_MEM_PER_NODE=100
        SLURM_NNODES=2
        SLURM_NODELIST=n[1-2]
        SLURM_NPROCS=4
        SLURM_NTASKS=4
        SLURM_TASKS_PER_NODE=3,1
        """);
  }

  @Test
  void anArrayTaskRestarted() {
    Launch launch =
        launch(
                8,
                facts("n1", 1)
                    .addCpusPerNode(1)
                    .setEndTime(1826893513L)
                    .setArrayJobId(3)
                    .setArrayTaskId(2)
                    .setArrayTaskCount(3)
                    .setArrayTaskMin(1)
                    .setArrayTaskMax(3)
                    .setArrayTaskStep(1)
                    .setPnMinMemory(Long.MIN_VALUE | 7))
            .setCpus(1)
            .setRestartCount(1)
            .build();
    expect(
        launch,
        """
        SLURM_ARRAY_JOB_ID=3
        SLURM_ARRAY_TASK_COUNT=3
        SLURM_ARRAY_TASK_ID=2
        SLURM_ARRAY_TASK_MAX=3
        SLURM_ARRAY_TASK_MIN=1
        SLURM_ARRAY_TASK_STEP=1
        SLURM_CPUS_ON_NODE=1
        SLURM_JOBID=8
        SLURM_JOB_CPUS_PER_NODE=1
        SLURM_JOB_END_TIME=1826893513
        SLURM_JOB_ID=8
        SLURM_JOB_NODELIST=n1
        SLURM_JOB_NUM_NODES=1
        SLURM_MEM_PER_CPU=7
        SLURM_NNODES=1
        SLURM_NODELIST=n1
        SLURM_RESTART_COUNT=1
        SLURM_TASKS_PER_NODE=1
        """);
  }

  /** sbatch -N2 --exclusive -c 2; -N2 -n3 --exclusive; -N2 -n 20 -O; -N2 -n 12, each on nodes of 8 cpus. */
  @Test
  void tasksPerNodeAsRealSlurmSpreadThem() {
    assertEquals("8(x2)", TaskLayout.cpusPerNode(twoNodes(8, 8).build()));
    assertEquals("4(x2)", TaskLayout.tasksPerNode(twoNodes(8, 8).setNumTasks(2).setCpusPerTask(2).build(), false));
    assertEquals("2,1", TaskLayout.tasksPerNode(twoNodes(8, 8).setNumTasks(3).build(), true));
    assertEquals("10(x2)", TaskLayout.tasksPerNode(twoNodes(1, 1).setNumTasks(20).build(), true));
    assertEquals("7,5", TaskLayout.tasksPerNode(twoNodes(7, 5).setNumTasks(12).build(), true));
    assertEquals("1(x2)", TaskLayout.tasksPerNode(twoNodes(1, 1).build(), false));
  }

  @Test
  void theUsersOwnEnvironmentIsWeakerThanTheSubmittedOne() {
    Launch launch = Launch.newBuilder().addEnvironment(bytes("A=submitted")).build();
    List<String> env = JobEnvironment.of(launch, NODE, List.of("A=login", "B=login"));
    assertEquals(List.of("A=submitted", "B=login"), env.stream().filter(e -> e.matches("[AB]=.*")).toList());
  }

  private static JobFacts.Builder twoNodes(int first, int second) {
    return JobFacts.newBuilder().addCpusPerNode(first).addCpusPerNode(second).addCpusPerNodeReps(1).addCpusPerNodeReps(1);
  }

  private static JobFacts.Builder facts(String nodes, int count) {
    return JobFacts.newBuilder()
        .setClusterName(bytes("peer"))
        .setJobName(bytes("env.sh"))
        .setPartition(bytes("debug"))
        .setStartTime(1795357513L)
        .setNodeList(bytes(nodes))
        .setNumNodes(count);
  }

  private static Launch.Builder launch(int jobId, JobFacts.Builder facts) {
    Launch.Builder launch =
        Launch.newBuilder().setJobId(jobId).setUid(2001).setGid(2001).setUserName(bytes("peer")).setFacts(facts);
    SUBMITTED.lines().forEach(line -> launch.addEnvironment(bytes(line)));
    return launch;
  }

  private static void expect(Launch launch, String own) {
    List<String> all = new ArrayList<>((NODE_PART + LAUNCHERS + own).lines().toList());
    assertEquals(
        String.join("\n", new TreeSet<>(all)),
        String.join("\n", new TreeSet<>(JobEnvironment.of(launch, NODE, List.of()))));
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFrom(text, StandardCharsets.ISO_8859_1);
  }
}
