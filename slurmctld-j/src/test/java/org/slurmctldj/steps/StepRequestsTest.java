package org.slurmctldj.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.slurmctldj.core.StepRecord;
import org.slurmctldj.proto.slurm.JobStepCreateRequest;

class StepRequestsTest {
  /** mpirun's srun inherits what sbatch put into the environment for other steps: slurmctld 24.11.5 passes over it, too. */
  @Test
  void anExternalLauncherHasOneTaskANodeAndAllOfTheJobBesideOtherSteps() {
    JobStepCreateRequest q =
        new JobStepCreateRequest()
            .flags(1 << 8 | StepRecord.EXCLUSIVE)
            .minNodes(3)
            .maxNodes(3)
            .numTasks(12)
            .cpuCount(24)
            .pnMinMemory(100)
            .tresPerTask("cpu:2")
            .tresPerStep("cpu:24,gres:gpu:1")
            .nodeList("n[2-4]");
    StepRequests.asExternalLauncher(q);
    assertEquals(3, q.numTasks());
    assertEquals(0, q.cpuCount());
    assertEquals(0, q.pnMinMemory());
    assertEquals(StepRecord.OVERLAP | StepRecord.WHOLE, q.flags());
    assertNull(q.tresPerTask());
    assertNull(q.tresPerStep());
    assertEquals("n[2-4]", q.nodeList());
  }
}
