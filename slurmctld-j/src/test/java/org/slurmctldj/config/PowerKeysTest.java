package org.slurmctldj.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.core.PowerRules;

/** slurm.conf's keys of power saving, as slurm.conf(5) of 24.11 tells what they mean. */
class PowerKeysTest {
  private static final String HEAD =
      """
      ClusterName=t
      SlurmctldHost=localhost
      SlurmUser=root
      ResumeProgram=/bin/true
      SuspendProgram=/bin/true
      NodeName=c[1-6] CPUs=4 RealMemory=1000 State=CLOUD
      """;

  @TempDir private Path dir;

  private ControllerConf conf(String lines) throws IOException {
    Files.writeString(dir.resolve("slurm.conf"), HEAD + lines);
    return ControllerConf.load(dir.resolve("slurm.conf"));
  }

  private PowerRules rules(String lines) throws IOException {
    return ConfigProbe.core(conf(lines)).power();
  }

  @Test
  void withoutASuspendTimeOrAProgramNothingIsSwitchedOff() throws IOException {
    assertFalse(rules("PartitionName=a Nodes=c[1-6]\n").enabled());
    Files.writeString(
        dir.resolve("slurm.conf"),
        HEAD.replace("ResumeProgram=/bin/true\n", "") + "SuspendTime=60\nPartitionName=a Nodes=c[1-6]\n");
    assertFalse(ConfigProbe.core(ControllerConf.load(dir.resolve("slurm.conf"))).power().enabled());
  }

  @Test
  void aPartitionsTimesWinOverTheClustersAndOfSeveralPartitionsTheLongest() throws IOException {
    PowerRules r = rules(
        """
        SuspendTime=300
        SuspendTimeout=40
        ResumeTimeout=100
        PartitionName=a Nodes=c[1-2] SuspendTime=60 ResumeTimeout=900
        PartitionName=b Nodes=c[2-3] SuspendTime=600
        PartitionName=never Nodes=c[3-4] SuspendTime=INFINITE
        PartitionName=plain Nodes=c5
        """);
    assertTrue(r.enabled());
    assertEquals(60, r.nodes().get(0).suspendSeconds());
    assertEquals(600, r.nodes().get(1).suspendSeconds());
    assertEquals(-1, r.nodes().get(2).suspendSeconds());
    assertEquals(-1, r.nodes().get(3).suspendSeconds());
    assertEquals(300, r.nodes().get(4).suspendSeconds());
    assertEquals(900, r.nodes().get(0).resumeTimeout());
    assertEquals(100, r.nodes().get(4).resumeTimeout());
    assertEquals(40, r.nodes().get(0).suspendTimeout());
  }

  /** slurm.conf(5) of 26.05: takes precedence over the partition's and the cluster's; alone, it enables power saving. */
  @Test
  void aNodesOwnSuspendTimeWinsOverItsPartitionsAndTheClusters() throws IOException {
    String own = "NodeName=d1 CPUs=4 RealMemory=1000 State=CLOUD SuspendTime=20\nNodeName=d2 CPUs=4 RealMemory=1000 State=CLOUD SuspendTime=INFINITE\n";
    PowerRules r = rules("SuspendTime=300\n" + own + "PartitionName=a Nodes=c[1-6],d[1-2] SuspendTime=60\n");
    assertEquals(60, r.nodes().get(0).suspendSeconds());
    assertEquals(20, r.nodes().get(6).suspendSeconds());
    assertEquals(-1, r.nodes().get(7).suspendSeconds());
    PowerRules alone = rules(own + "PartitionName=a Nodes=c[1-6],d[1-2]\n");
    assertTrue(alone.enabled());
    assertEquals(-1, alone.nodes().get(0).suspendSeconds());
    assertEquals(20, alone.nodes().get(6).suspendSeconds());
  }

  /** ParallelCluster's ScaledownIdletime -1: nothing by itself, an admin's power_down all the same. */
  @Test
  void aSuspendTimeOfMinusOneIsNever() throws IOException {
    PowerRules r = rules("SuspendTime=-1\nPartitionName=a Nodes=c[1-6]\n");
    assertTrue(r.enabled());
    assertEquals(-1, r.nodes().get(0).suspendSeconds());
  }

  @Test
  void powerDownOnIdleIsOfTheNodesOfItsPartition() throws IOException {
    PowerRules r = rules("SuspendTime=300\nPartitionName=a Nodes=c1 PowerDownOnIdle=YES\nPartitionName=b Nodes=c2\n");
    assertTrue(r.nodes().get(0).downOnIdle());
    assertFalse(r.nodes().get(1).downOnIdle());
  }

  @Test
  void exclusionsNameNodesCountsAndPartitions() throws IOException {
    PowerRules r = rules("SuspendTime=300\nSuspendExcNodes=c[1-4]:2,c6\nSuspendExcParts=b\nPartitionName=b Nodes=c5\n");
    assertEquals(3, r.kept().size());
    assertArrayEquals(new int[] {0, 1, 2, 3}, r.kept().get(0).nodes());
    assertEquals(2, r.kept().get(0).count());
    assertArrayEquals(new int[] {5}, r.kept().get(1).nodes());
    assertEquals(1, r.kept().get(1).count());
    assertArrayEquals(new int[] {4}, r.kept().get(2).nodes());
  }

  @Test
  void ratesAndTheLeastIntervalAreThoseOfThePrograms() throws IOException {
    PowerKeys.Programs p = PowerKeys.programs(conf(
        """
        ResumeRate=0
        SuspendRate=20
        ResumeFailProgram=/bin/false
        SlurmctldParameters=cloud_dns,idle_on_node_suspend,power_save_min_interval=30
        SuspendTime=300
        PartitionName=a Nodes=c[1-6]
        """));
    assertEquals(0, p.resumeRate());
    assertEquals(20, p.suspendRate());
    assertEquals(30_000, p.minIntervalMillis());
    assertEquals("/bin/false", p.resumeFail().orElseThrow());
    PowerKeys.Programs defaults = PowerKeys.programs(conf("SuspendTime=300\nPartitionName=a Nodes=c[1-6]\n"));
    assertEquals(300, defaults.resumeRate());
    assertEquals(60, defaults.suspendRate());
    assertEquals(0, defaults.minIntervalMillis());
  }
}
