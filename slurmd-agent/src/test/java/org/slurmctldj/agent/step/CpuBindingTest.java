package org.slurmctldj.agent.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slurmctldj.agent.node.Processors;
import org.slurmctldj.proto.slurm.LaunchTasks;
import org.slurmctldj.proto.slurm.LaunchTasksNode;
import org.slurmctldj.proto.slurm.SlurmCredArg;

/** What srun --cpu-bind=verbose showed on a real slurmd 22.05.8 with task/affinity, one socket of two cores. */
class CpuBindingTest {
  private static final int VERBOSE = 1;

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    Arrays.stream(set).forEach(bits::set);
    return bits;
  }

  private static StepOrder order(int tasks, BitSet cores, int type, String list) {
    LaunchTasks launch =
        new LaunchTasks()
            .nodes(List.of(new LaunchTasksNode().globalTaskIds(IntStream.range(0, tasks).asLongStream().toArray())))
            .hetJobTaskOffset(StepKey.NO_VAL)
            .cpusPerTask(1)
            .cpuBindType(type)
            .cpuBind(list);
    return new StepOrder(
        new StepKey(1, 0, StepKey.NO_VAL),
        38,
        0,
        InetAddress.getLoopbackAddress(),
        launch,
        new SlurmCredArg(),
        new StepUser(0, 0, "root", new long[0]),
        new StepAllocation(2, cores, cores, 0, 0, java.util.Map.of(), java.util.Map.of(), 0));
  }

  private static List<TaskBinding> bind(int tasks, BitSet cores, int type, String list) throws StepRefusal {
    return CpuBinding.of(
        order(tasks, cores, type, list), "n1", new Processors(List.of(List.of(bits(0), bits(1)))), true);
  }

  private static String shown(List<TaskBinding> bindings) {
    StringBuilder out = new StringBuilder(bindings.getFirst().environment().getFirst());
    bindings.forEach(b -> out.append(' ').append(b.cpus().orElse("-")));
    return out.toString();
  }

  @Test
  void asManyTasksAsCoresGetOneEach() throws Exception {
    assertEquals("SLURM_CPU_BIND=verbose,mask_cpu:0x1 0", shown(bind(1, bits(0), VERBOSE, null)));
    List<TaskBinding> two = bind(2, bits(0, 1), VERBOSE, null);
    assertEquals("SLURM_CPU_BIND=verbose,mask_cpu:0x1,0x2 0 1", shown(two));
    assertEquals("cpu-bind=MASK - n1, task  1  1 [%]: mask 0x2 set\n", two.get(1).said().orElseThrow());
    assertEquals("SLURM_CPU_BIND=quiet,mask_cpu:0x1,0x2 0 1", shown(bind(2, bits(0, 1), 2, null)));
  }

  @Test
  void moreTasksThanCoresShareThem() throws Exception {
    assertEquals("SLURM_CPU_BIND=verbose,mask_cpu:0x1 0 0 0", shown(bind(3, bits(0), VERBOSE, null)));
  }

  @Test
  void wishesOfTheUser() throws Exception {
    assertEquals("SLURM_CPU_BIND=verbose,none - -", shown(bind(2, bits(0, 1), VERBOSE | 32, null)));
    assertEquals("SLURM_CPU_BIND=verbose,rank 0 1", shown(bind(2, bits(0, 1), VERBOSE | 64, null)));
    assertEquals("SLURM_CPU_BIND=verbose,map_cpu:1,0 1 0", shown(bind(2, bits(0, 1), VERBOSE | 128, "1,0")));
    assertEquals("SLURM_CPU_BIND=verbose,mask_cpu:2,1 1 0", shown(bind(2, bits(0, 1), VERBOSE | 256, "2,1")));
    assertEquals("SLURM_CPU_BIND=verbose,mask_cpu:0x3,0x3 0-1 0-1", shown(bind(2, bits(0, 1), VERBOSE | 8, null)));
  }

  @Test
  void aPartOfTheNodeCannotBeLeft() throws Exception {
    assertEquals("SLURM_CPU_BIND=quiet,mask_cpu:0x1 0", shown(bind(1, bits(0), 32, null)));
    StepRefusal refusal = assertThrows(StepRefusal.class, () -> bind(1, bits(0), 64 | 8192, null));
    assertEquals("Entire node must be allocated for rank,one_thread", refusal.told());
    refusal = assertThrows(StepRefusal.class, () -> bind(1, bits(0), VERBOSE | 1024 | 8192, "0"));
    assertEquals("Entire node must be allocated for verbose,map_ldom,one_thread", refusal.told());
  }

  @Test
  void nothingOutsideOfTheStep() {
    StepRefusal refusal = assertThrows(StepRefusal.class, () -> bind(1, bits(0), VERBOSE | 256, "3"));
    assertEquals(4032, refusal.number());
    assertEquals("CPU binding outside of job step allocation, allocated CPUs are: 0x1.", refusal.told());
    assertThrows(StepRefusal.class, () -> bind(1, bits(0), 128, "7"));
    assertThrows(StepRefusal.class, () -> bind(1, bits(0), 256, "0xz"));
  }
}
