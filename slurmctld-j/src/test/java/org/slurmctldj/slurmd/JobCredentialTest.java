package org.slurmctldj.slurmd;

import static org.junit.jupiter.api.Assertions.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.proto.slurm.GresStepState;
import org.slurmctldj.core.StepRecord;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.GresShare;
import org.slurmctldj.proto.slurm.Identity;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.wire.Bitmap;

class JobCredentialTest {
  /** As in the body that a real slurmctld 22.05.8 sent for one core on each of five nodes of two: 10:0x155, core n of each first. */
  @Test
  void coresOfAllNodesStandOneAfterTheOther() {
    ClusterConfig config = Cluster.config(1, 3);
    Allocation two =
        new Allocation(
            List.of(
                new Allocation.NodeShare(0, 2, new long[] {0b0001}, 100), new Allocation.NodeShare(2, 2, new long[] {0b0110}, 100)));
    assertEquals(Bitmap.ofBits(8, 0, 5, 6), JobCredential.stepCores(config, two, two));
    Allocation part = new Allocation(List.of(new Allocation.NodeShare(2, 2, new long[] {0b0010}, 100)));
    assertEquals(Bitmap.ofBits(8, 5), JobCredential.stepCores(config, two, part));
  }

  @Test
  void equalNodesAreCountedTogether() {
    Cluster c = Cluster.of(3);
    long id = c.submit();
    JobRecord job = c.job(id);
    job.allocation =
        new Allocation(
            List.of(
                new Allocation.NodeShare(0, 2, new long[] {1}, 100),
                new Allocation.NodeShare(1, 2, new long[] {1}, 100),
                new Allocation.NodeShare(2, 4, new long[] {3}, 100)));
    SlurmCredArg arg = JobCredential.of(Cluster.config(1, 3), job, new Identity().uid(1001), 1_700_000_000L);
    assertArrayEquals(new int[] {2, 4}, arg.cpuArray());
    assertArrayEquals(new long[] {2, 1}, arg.cpuArrayReps());
    assertArrayEquals(new long[] {3}, arg.sockCoreRepCount());
    assertArrayEquals(new int[] {2}, arg.socketsPerNode());
    assertArrayEquals(new long[] {100}, arg.jobMemAlloc());
    assertArrayEquals(new long[] {3}, arg.jobMemAllocRepCount());
    assertEquals("n[1-3]", arg.jobHostlist());
    assertEquals(12, arg.totCoreCnt());
    assertNull(arg.jobGresList());
  }

  /** srun -N1, sbatch -N2: Prolog of 24.11.5 has no SLURM_JOB_NTASKS; it has one with -n and with --ntasks-per-node. */
  @Test
  void onlyTasksThatWereAskedForAreNamed() {
    assertEquals(0, tasks(Cluster.request(Cluster.ALICE).number(JobField.NUM_TASKS, 2)));
    assertEquals(2, tasks(Cluster.request(Cluster.ALICE).number(JobField.NUM_TASKS, 2).number(JobField.BITFLAGS, 1 << 14)));
    assertEquals(4, tasks(Cluster.request(Cluster.ALICE).number(JobField.NUM_TASKS, 4).number(JobField.NTASKS_PER_NODE, 2)));
  }

  private static long tasks(JobFields request) {
    Cluster c = Cluster.of(3);
    JobRecord job = c.job(c.submit(request));
    job.allocation = new Allocation(List.of(new Allocation.NodeShare(0, 2, new long[] {1}, 100)));
    return JobCredential.of(Cluster.config(1, 3), job, new Identity().uid(1001), 1_700_000_000L).jobNtasks();
  }

  /** 7696487 is what real Slurm sends for "gpu". */
  @Test
  void aKindOfGresHasSlurmsNumber() {
    assertEquals(7696487, org.slurmctldj.proto.conf.GresConf.kind("gpu"));
  }

  /** slurmd looks itself up by its place in the job's nodes, for a step's part, too. */
  @Test
  void aStepsGresStandAtTheJobsNodes() {
    java.util.List<org.slurmctldj.core.NodeDefinition> nodes = new java.util.ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      nodes.add(new org.slurmctldj.core.NodeDefinition("n" + i, "h", "a", 1, 8, 1, 2, 4, 1, 8000, 0, 1, List.of(), "gpu:4", 0, 0, 0, null));
    }
    ClusterConfig config = Cluster.config(1, nodes, List.of());
    Allocation job =
        new Allocation(
            List.of(
                new Allocation.NodeShare(0, 1, new long[] {1}, 0, List.of(new GresShare(0, 2, new long[] {3}))),
                new Allocation.NodeShare(2, 1, new long[] {1}, 0, List.of(new GresShare(0, 2, new long[] {0b110})))));
    StepRecord step =
        new StepRecord(
            0, new JobFields().text(JobField.TRES_PER_NODE, "gres:gpu:1"), 0, 1, 1,
            List.of(new StepRecord.StepShare(2, new int[] {0}, 1, new long[] {1}, 0, List.of(new GresShare(0, 1, new long[] {0b100})))),
            new int[0], 0, false);
    GresStepState gpu = JobGres.ofStep(config, job, step).get(0);
    assertEquals(2, gpu.nodeCnt());
    assertEquals(Bitmap.ofBits(2, 1), gpu.nodeInUse());
    assertArrayEquals(new long[] {0, 1}, gpu.gresCntNodeAlloc());
    assertNull(gpu.gresBitAlloc().get(0));
    assertEquals(Bitmap.ofBits(4, 2), gpu.gresBitAlloc().get(1));
    assertEquals(1, gpu.gresPerNode());
  }
}
