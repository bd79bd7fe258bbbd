package org.slurmctldj.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeHardwareTest {
  @Test
  void printsWhatRealSlurmdPrints() throws Exception {
    Process real;
    try {
      real = new ProcessBuilder("slurmd", "-C").start();
    } catch (IOException e) {
      Assumptions.abort("SKIPPED: no real slurmd on this machine to compare with");
      return;
    }
    String expected = new String(real.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    assertEquals(0, real.waitFor());
    String ours = NodeHardware.print(NodeHardware.find(Path.of("/tmp"), "0"), NodeHardware.upSeconds());
    assertEquals(expected.lines().findFirst().orElseThrow(), ours.lines().findFirst().orElseThrow());
    assertTrue(ours.lines().toList().get(1).matches("UpTime=\\d+-\\d\\d:\\d\\d:\\d\\d"), ours);
  }

  @Test
  void coresAreCountedSocketBySocket(@TempDir Path cpus) throws Exception {
    // two sockets of two cores of two threads, numbered as Linux does on such machines
    for (int cpu = 0; cpu < 8; cpu++) {
      Path topology = Files.createDirectories(cpus.resolve("cpu" + cpu + "/topology"));
      Files.writeString(topology.resolve("physical_package_id"), cpu % 4 / 2 + "\n");
      Files.writeString(topology.resolve("core_id"), cpu % 2 * 8 + "\n");
    }
    CoreMap map = CoreMap.read(cpus);
    assertEquals(4, map.count());
    assertEquals("0,4", map.cpus("0").orElseThrow());
    assertEquals("2,3,6,7", map.cpus("2-3").orElseThrow());
    assertEquals("0,3,4,7", map.cpus("0,3").orElseThrow());
    assertTrue(map.cpus("4").isEmpty());
    assertTrue(map.cpus("3-9").isEmpty());
    assertTrue(map.cpus("x").isEmpty());
  }

  @Test
  void hybridHierarchiesMeanV1(@TempDir Path mount) throws Exception {
    CgroupConf conf = new CgroupConf(mount.toString(), true, false, false, 100, 30, java.util.List.of());
    Files.createDirectories(mount.resolve("memory"));
    Files.createFile(mount.resolve("memory/cgroup.procs"));
    Files.createDirectories(mount.resolve("unified"));
    Tracking v1 = Tracking.find(conf, true, true, "_n1");
    assertEquals(Tracking.Kind.CGROUP_V1, v1.kind());
    Tracking.Plan plan = v1.plan(1000, 12, "batch", 100, "");
    assertEquals(mount + "/memory/slurm_n1/uid_1000/job_12/step_batch", plan.directories().getFirst());
    assertEquals(
        mount + "/memory/slurm_n1/uid_1000/job_12/memory.limit_in_bytes=104857600", plan.writes().getFirst());

    Files.writeString(mount.resolve("cgroup.controllers"), "cpu io\n");
    assertEquals(Tracking.Kind.CGROUP_V1, Tracking.find(conf, true, true, "").kind());
    Files.writeString(mount.resolve("cgroup.controllers"), "cpuset cpu io memory pids\n");
    Tracking v2 = Tracking.find(conf, true, true, "");
    assertEquals(Tracking.Kind.CGROUP_V2, v2.kind());
    assertEquals(
        mount + "/system.slice/slurmstepd.scope/job_12/step_batch", v2.plan(1000, 12, "batch", 0, "").directories().getFirst());
    assertEquals(Tracking.Kind.PROC, Tracking.find(conf, false, true, "").kind());
    assertEquals(false, Tracking.find(conf, true, false, "").enforcesMemory());
  }
}
