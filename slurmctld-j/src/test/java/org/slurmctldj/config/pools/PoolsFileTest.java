package org.slurmctldj.config.pools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.cloud.CapacityOption.Market;
import org.slurmctldj.cloud.GroupSettings;
import org.slurmctldj.config.ConfigProbe;
import org.slurmctldj.config.ControllerConf;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.PoolDefinition;
import org.slurmctldj.proto.conf.ConfException;

class PoolsFileTest {
  private static final Path CONF = Path.of("").toAbsolutePath().resolveSibling("conf");
  @TempDir Path dir;

  private ControllerConf load(String slurm, String pools) throws IOException {
    Files.writeString(dir.resolve("slurm.conf"), "ClusterName=t\nSlurmctldHost=localhost\nSlurmUser=root\n" + slurm);
    Files.writeString(dir.resolve("pools.yaml"), pools);
    return ControllerConf.load(dir.resolve("slurm.conf"));
  }

  private List<String> faults(String slurm, String pools) {
    return assertThrows(ConfException.class, () -> load(slurm, pools)).getMessage().lines().toList();
  }

  private static final String GOOD =
      """
      cloud: {provider: ec2, region: r}
      instance-types:
        a.large: {cpus: 2, memory: 8192}
      groups:
        g:
          min: 1
          max: 4
          options: [{types: a.large, subnets: [s1, s2]}, {types: a.large, subnets: s1, market: spot}]
          image: ami-1
      queues:
        q: {groups: g, settings: {Default: "YES"}}
      """;

  @Test
  void theSampleIsNodesAndPartitions() {
    ControllerConf conf = ControllerConf.load(CONF.resolve("ec2-cluster/slurm.conf"));
    ClusterConfig c = ConfigProbe.core(conf);
    NodeDefinition n = c.nodes().get(0);
    assertEquals("compute-1-1", n.name());
    assertEquals(4, n.sockets());
    assertEquals(1, n.coresPerSocket());
    assertEquals(1, n.threadsPerCore());
    assertEquals(15564, n.realMemory(), "95 % of 16384, as PCS shows 124518 of 131072");
    assertEquals(List.of("compute-1", "nvme", "fast"), n.features());
    PoolDefinition gpu = c.pools().named("gpu");
    assertEquals(2, gpu.least());
    assertEquals(8, gpu.nodes().length);
    assertEquals("gpu:a10g:1", c.nodes().get(gpu.nodes()[7]).gres());
    assertEquals(3600, gpu.power().resumeTimeout());
    assertEquals(600, gpu.power().suspendSeconds());
    assertEquals(300, c.pools().named("compute-1").power().suspendSeconds());
    assertEquals(List.of("demo", "gpu"), c.pools().queues());
    assertEquals("compute-1-[1-32]", c.partitions().get(0).nodesText());
    GroupSettings g = conf.pools().settings().get("compute-1");
    assertEquals(3, g.options().size());
    assertEquals(Market.SPOT, g.options().get(2).market());
    assertEquals("blue", g.settings().tags().get("project"));
    assertEquals("NodeName=gpu-[1-8] Name=gpu Type=a10g File=/dev/nvidia0\n", conf.pools().gresLines());
  }

  @Test
  void everyFaultIsToldAtOnceWithItsLine() {
    List<String> all = faults(
        "NodeName=g-2 CPUs=1\nPartitionName=q Nodes=ALL\n",
        """
        cloud: {provider: gce, region: r}
        instance-types:
          a.large: {cpus: 2, memory: 8192}
          b.large: {cpus: 4, memory: 8192, arch: arm64}
        groups:
          g:
            min: 5
            max: 4
            options: [{types: [a.large, b.large], subnets: s1}]
            launch-template: {id: lt-1, version: $Latest}
            settings: {Weigt: 1, RealMemory: 9000}
          1g: {max: 1, options: [{types: nope, subnets: s1, market: reserved}], image: ami}
          a-name-of-more-than-25-letters: {max: 1, image: ami, options: [{types: a.large, subnets: s}]}
        queues:
          q: {groups: [g, h], settings: {MaxTime: soon, State: UP}}
          q: {groups: [g]}
          r: {}
        hooks: 1
        """);
    List<String> wanted = List.of(
        "pools.yaml line 1: provider must be ec2, not \"gce\"",
        "pools.yaml line 7: group g: min 5 is more than max 4",
        "pools.yaml line 10: group g: a launch template's version is a number, not $Latest",
        "pools.yaml line 12: group name 1g must begin with a letter and have letters, digits and hyphens only",
        "pools.yaml line 12: group 1g: market reserved and a reservation's id go together",
        "pools.yaml line 13: group name a-name-of-more-than-25-letters is longer than 25 characters",
        "pools.yaml line 16: duplicate name q in file.queues",
        "pools.yaml line 17: queue r needs groups",
        "pools.yaml line 18: unknown name hooks in file",
        "pools.yaml line 7: group g: Weigt is no setting of it; those are cpuspeclist, features, memspeclimit, realmemory, weight",
        "pools.yaml line 7: group g: RealMemory 9000 MB is more than its smallest type has, 8192",
        "pools.yaml line 12: group 1g: instance type nope is not among instance-types",
        "pools.yaml line 7: group g mixes architectures: a.large, b.large",
        "pools.yaml line 7: group g mixes numbers of CPUs: a.large, b.large",
        "pools.yaml line 7: group g: slurm.conf has another line for node g-2 (lines for an Include are printed by slurmctld-j --print-pools)",
        "pools.yaml line 16: queue q: slurm.conf has another line for a partition of that name");
    for (String w : wanted) {
      assertTrue(all.contains(w), () -> w + " is missing in\n" + String.join("\n", all));
    }
  }

  @Test
  void settingsOfQueuesAreThoseOfPcsAndSlurmsRulesHoldForTheirValues() {
    List<String> all = faults("", GOOD.replace("Default: \"YES\"", "MaxTime: soon, State: UP"));
    assertTrue(all.stream().anyMatch(f -> f.startsWith("pools.yaml line 11: queue q: State is no setting of it")), all::toString);
    assertTrue(all.stream().anyMatch(f -> f.contains("queue q") && f.contains("soon")), all::toString);
  }

  /** PCS's settings of a group are those of its NodeName line. */
  @Test
  void settingsOfAGroupAreThoseOfItsNodes() throws IOException {
    ClusterConfig c = ConfigProbe.core(load("", GOOD.replace(
        "    image: ami-1\n",
        "    image: ami-1\n    settings: {Weight: 7, Features: \"nvme,fast\", RealMemory: 7000, MemSpecLimit: 500}\n")));
    NodeDefinition n = c.nodes().get(3);
    assertEquals("g-4", n.name());
    assertEquals(7, n.weight());
    assertEquals(List.of("g", "nvme", "fast"), n.features());
    assertEquals(7000, n.realMemory());
    assertEquals(500, n.memSpecLimit());
    ClusterConfig k = ConfigProbe.core(load("", GOOD.replace("    image: ami-1\n", "    image: ami-1\n    settings: {CpuSpecList: \"1\"}\n")));
    assertEquals(List.of(1), k.nodes().get(3).specialisedCores());
    List<String> refused = faults("", GOOD.replace("    image: ami-1\n", "    image: ami-1\n    settings: {CpuSpecList: 99}\n"));
    assertTrue(refused.stream().anyMatch(f -> f.contains("CpuSpecList=99 - unable to convert it to bitmap of size CPUs=")), refused::toString);
  }

  @Test
  void whatIsNotYamlIsToldWithItsLine() {
    assertEquals("pools.yaml line 3: not YAML", faults("", "groups:\n  g: [1, 2\n").get(0).replaceAll("YAML: .*", "YAML"));
  }

  @Test
  void printedLinesThatSlurmConfIncludesAreNotThereTwice() throws IOException {
    String lines = load("", GOOD).pools().allLines();
    assertEquals(
        """
        # compute node groups and queues of pools.yaml
        NodeName=g-[1-4] Sockets=2 CoresPerSocket=1 ThreadsPerCore=1 RealMemory=7782 Feature=g State=CLOUD
        PartitionName=q Nodes=g-[1-4] Default=YES
        """,
        lines);
    Files.writeString(dir.resolve("pools.conf"), lines);
    ControllerConf conf = load("Include pools.conf\n", GOOD);
    assertEquals("", conf.pools().lines());
    assertEquals(4, conf.layout().nodes().size());
    assertArrayEquals(new int[] {0, 1, 2, 3}, ConfigProbe.core(conf).pools().named("g").nodes());
    assertTrue(faults("Include pools.conf\n", GOOD.replace("max: 4", "max: 3")).get(0).contains("slurm.conf has another line for node g-1"));
  }

  @Test
  void aGroupOfNoNodesAndOnlyStaticOnesAreFine() throws IOException {
    ClusterConfig c = ConfigProbe.core(load("", GOOD.replace("min: 1", "min: 0").replace("max: 4", "max: 0")));
    assertEquals(0, c.pools().named("g").nodes().length);
    assertEquals(0, c.partitions().get(0).nodes().length);
  }

  @Test
  void userDataFilesBecomeOneMimeDocument() throws IOException {
    Files.writeString(dir.resolve("a.sh"), "#!/bin/sh\ntrue\n");
    Files.writeString(dir.resolve("b"), "#cloud-config\nx: 1\n");
    Files.writeString(
        dir.resolve("c"),
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"==B==\"\n\n--==B==\nContent-Type: text/x-shellscript\n\n#!/bin/sh\nfalse\n--==B==--\n");
    ControllerConf conf = load("", GOOD.replace("image: ami-1", "image: ami-1\n    user-data: [a.sh, b, c]"));
    String data = new String(conf.pools().settings().get("g").settings().userData(), StandardCharsets.UTF_8);
    List<String> types = data.lines().filter(l -> l.startsWith("Content-Type: text")).toList();
    assertEquals(
        List.of(
            "Content-Type: text/x-shellscript; charset=\"utf-8\"", "Content-Type: text/cloud-config; charset=\"utf-8\"",
            "Content-Type: text/x-shellscript"),
        types);
    Files.writeString(dir.resolve("d"), "hello");
    List<String> faults = faults("", GOOD.replace("image: ami-1", "image: ami-1\n    user-data: [d, e]"));
    assertEquals(2, faults.size(), faults::toString);
    assertFalse(faults.get(0).isEmpty());
  }
}
