package org.slurmctldj.agent.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slurmctldj.proto.conf.GresConf;
import org.slurmctldj.proto.slurm.LaunchTasks;
import org.slurmctldj.proto.slurm.LaunchTasksNode;
import org.slurmctldj.proto.slurm.SlurmCredArg;

/** What tasks saw of GPUs 0, 2 and 3 with srun --gpu-bind on a real slurmd 22.05.8, and what 24.11.5 and 26.05.5 do otherwise (interop/gres-steps.sh). */
class GpuBindingTest {
  private static List<GpuBinding.Task> bind(int tasks, String wish, boolean fromZero) throws StepRefusal {
    return bind(38, tasks, wish, fromZero);
  }

  private static List<GpuBinding.Task> bind(int version, int tasks, String wish, boolean fromZero) throws StepRefusal {
    BitSet gpus = new BitSet();
    IntStream.of(0, 2, 3).forEach(gpus::set);
    LaunchTasks launch =
        new LaunchTasks()
            .nodes(List.of(new LaunchTasksNode().globalTaskIds(IntStream.range(0, tasks).asLongStream().toArray())))
            .tresBind(wish);
    StepOrder order =
        new StepOrder(
            new StepKey(1, 0, StepKey.NO_VAL), version, 0, InetAddress.getLoopbackAddress(), launch, new SlurmCredArg(),
            new StepUser(0, 0, "root", new long[0]),
            new StepAllocation(1, new BitSet(), new BitSet(), 0, 0, Map.of(), Map.of(GresConf.kind("gpu"), gpus), 3));
    return GpuBinding.of(order, Set.of("CUDA_VISIBLE_DEVICES"), fromZero);
  }

  private static String seen(int tasks, String wish) throws StepRefusal {
    return seen(38, tasks, wish);
  }

  private static String seen(int version, int tasks, String wish) throws StepRefusal {
    return bind(version, tasks, wish, false).stream().map(t -> value(t, "CUDA_VISIBLE_DEVICES")).collect(Collectors.joining(" "));
  }

  private static String value(GpuBinding.Task t, String name) {
    return t.environment().stream().filter(e -> e.startsWith(name + "=")).map(e -> e.substring(name.length() + 1)).findFirst().orElse("-");
  }

  @Test
  void tasksSeeAllTheirOwnOrTheListed() throws Exception {
    assertEquals("0,2,3 0,2,3", seen(2, null));
    assertEquals("0 2 3", seen(3, "gpu:single:1"));
    assertEquals("0 0 2", seen(3, "gpu:single:2"));
    assertEquals("0 2 3", seen(3, "gpu:per_task:1"));
    assertEquals("3 0", seen(2, "gpu:map_gpu:3,0"));
    assertEquals("0 2", seen(2, "gres/gpu:mask_gpu:0x1,0x4"));
    assertEquals("0,2,3 0,2,3", seen(2, "gpu:closest"));
    assertEquals("- -", seen(2, "gpu:none"));
  }

  @Test
  void aTaskThatIsAloneIsNotBound() throws Exception {
    assertEquals("0,2,3", seen(1, "gpu:per_task:1"));
    assertEquals("3", value(bind(1, null, false).getFirst(), "SLURM_GPUS_ON_NODE"));
  }

  @Test
  void sinceSlurm2411NoneMeansAllOfThem() throws Exception {
    assertEquals("0,2,3 0,2,3", seen(42, 2, "gres/gpu:none"));
    assertEquals(
        "gpu-bind: usable_gres=0xD; bit_alloc=0xD; local_inx=0; global_list=0,2,3; local_list=0,2,3",
        bind(45, 2, "gres/gpu:verbose,none", false).getFirst().said().orElseThrow());
  }

  @Test
  void sinceSlurm2605ATaskThatIsAloneIsBoundToo() throws Exception {
    assertEquals("0,2,3", seen(42, 1, "gres/gpu:per_task:1"));
    assertEquals("0", seen(45, 1, "gres/gpu:per_task:1"));
    assertEquals("2", seen(45, 1, "gres/gpu:map_gpu:2"));
    assertEquals("0,2,3", seen(45, 1, "gres/gpu:none"));
  }

  @Test
  void verboseSaysIt() throws Exception {
    assertEquals(
        "gpu-bind: usable_gres=0x4; bit_alloc=0xD; local_inx=0; global_list=2; local_list=2",
        bind(3, "gpu:verbose,per_task:1", false).get(1).said().orElseThrow());
  }

  @Test
  void whereOnlyItsDevicesCanBeOpenedTheyCountFromZero() throws Exception {
    GpuBinding.Task third = bind(3, "gpu:single:1", true).get(2);
    assertEquals(List.of("2", "3"), Arrays.asList(value(third, "CUDA_VISIBLE_DEVICES"), value(third, "SLURM_STEP_GPUS")));
  }

  @Test
  void otherWishesAreRefusedByName() {
    assertEquals(
        "srun --tres-bind=nic:single:1 is not supported by slurmd-agent",
        assertThrows(StepRefusal.class, () -> seen(2, "nic:single:1")).told());
    assertThrows(StepRefusal.class, () -> seen(2, "gpu:map_gpu:x"));
  }
}
