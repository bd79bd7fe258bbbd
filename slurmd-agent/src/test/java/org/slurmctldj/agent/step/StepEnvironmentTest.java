package org.slurmctldj.agent.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slurmctldj.proto.slurm.LaunchTasks;
import org.slurmctldj.proto.slurm.LaunchTasksNode;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.slurm.StepId;

/** What tasks see of their job's times: compared with real slurmd 22.05.8 and 24.11.5 by interop/scenarios/het. */
class StepEnvironmentTest {
  private static List<String> times(SlurmCredArg granted) {
    LaunchTasks launch = new LaunchTasks().stepId(new StepId()).nodes(List.of(new LaunchTasksNode().globalTaskIds(new long[] {0}))).env(new String[0]);
    StepOrder order =
        new StepOrder(
            new StepKey(1, 0, StepKey.NO_VAL), 41, 0, InetAddress.getLoopbackAddress(), launch, granted,
            new StepUser(0, 0, "root", new long[0]),
            new StepAllocation(1, new BitSet(), new BitSet(), 0, 0, Map.of(), Map.of(), 0));
    return StepEnvironment.common(order, new StepEnvironment.Node("n1", 1)).stream().filter(e -> e.contains("_TIME=")).toList();
  }

  @Test
  void theTimesThatTheControllerHasSigned() {
    assertEquals(
        List.of("SLURM_JOB_START_TIME=1000", "SLURM_JOB_END_TIME=1300"), times(new SlurmCredArg().jobStartTime(1000).jobEndTime(1300)));
    assertEquals(List.of(), times(new SlurmCredArg()), "22.05 signs none");
  }
}
