package org.slurmctldj.proto.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slurmctldj.proto.wire.SlurmConstants;

/** Expected values: {@code scontrol show node} and {@code show partition} of 22.05.8 and 24.11.5 with such a file. */
class ClusterLayoutTest {
  private static final String NODES =
      """
      SlurmdPort=7000
      NodeName=DEFAULT RealMemory=2000 Feature=base State=UNKNOWN Weight=3
      NodeName=a[1-3] NodeAddr=127.0.0.[1-3] NodeHostname=h[1-3] Port=[7001-7003] CPUs=4
      NodeName=b1,b2 NodeAddr=127.0.0.4 Port=7010,7011 Sockets=2 CoresPerSocket=4 ThreadsPerCore=2 Features=x,y Gres=gpu:2
      NodeName=DEFAULT RealMemory=4000
      NodeName=c1 NodeAddr=127.0.0.6 CPUs=8 Sockets=2 CoresPerSocket=4 ThreadsPerCore=2 State=DOWN Reason="bad disk" MemSpecLimit=100
      NodeName=c2 NodeAddr=127.0.0.7 Boards=2 SocketsPerBoard=1 CoresPerSocket=2 TmpDisk=100 State=DRAIN
      NodeName=c[3-4]
      NodeName=c5 CPUs=2 CoresPerSocket=2
      NodeName=c6 CPUs=6 ThreadsPerCore=2
      NodeName=c7 CPUs=6 Sockets=2
      """;
  private static final String SETS =
      """
      NodeSet=fx Feature=x
      NodeSet=cc Nodes=c1,a2
      DownNodes=a3,zz State=DRAIN Reason="later"
      PartitionName=DEFAULT MaxTime=60 State=UP
      PartitionName=p Nodes=ALL Default=YES
      PartitionName=q Nodes=fx,cc MaxTime=1-0 DefaultTime=30 MaxNodes=2 OverSubscribe=FORCE:3 PriorityTier=7
      PartitionName=r Nodes=b2,a[3,1] State=DRAIN Hidden=YES DefMemPerCPU=100 MaxMemPerNode=1000 Shared=EXCLUSIVE
      PartitionName=s Nodes="" State=INACTIVE
      PartitionName=t State=DOWN
      """;

  private static ClusterLayout layout(String text) {
    return ClusterLayout.of(SlurmConf.parse("slurm.conf", text));
  }

  private static String names(List<NodeDef> nodes) {
    return nodes.stream().map(NodeDef::name).collect(Collectors.joining(","));
  }

  /** As 22.05.8: each CPU with the others of its core; the list wins over a count. */
  @Test
  void specialisedCoresAreThoseOfCpuSpecListOrSoMany() {
    String node = "NodeName=n Sockets=2 CoresPerSocket=4 ThreadsPerCore=2 ";
    assertEquals(new SpecialisedCores(2, List.of(0, 4)), layout(node + "CpuSpecList=0,9\n").node("n").orElseThrow().specialised());
    assertEquals(new SpecialisedCores(3, List.of(1, 2, 3)), layout(node + "CpuSpecList=2-7\n").node("n").orElseThrow().specialised());
    assertEquals(new SpecialisedCores(3, List.of()), layout(node + "CoreSpecCount=3\n").node("n").orElseThrow().specialised());
    ClusterLayout both = layout(node + "CpuSpecList=0 CoreSpecCount=1\n");
    assertEquals(new SpecialisedCores(1, List.of(0)), both.node("n").orElseThrow().specialised());
    assertEquals(List.of("NodeNames=n CoreSpecCount=1 is invalid with CPUSpecList, reset to 0"), both.warnings());
    ClusterLayout most = layout("NodeName=n Sockets=2 CoreSpecCount=2\n");
    assertEquals(1, most.node("n").orElseThrow().specialised().count());
    assertEquals(List.of("NodeNames=n CoreSpecCount=2 is invalid, reset to 1"), most.warnings());
  }

  /** Slurm ignores such a list with that sentence, or takes "x" for CPU 0. */
  @Test
  void aCpuSpecListThatNamesNoCpusOfTheNodeIsRefused() {
    for (String list : List.of("0-1,16", "x", "3-1", "1,,2", "-1")) {
      ConfException e = assertThrows(
          ConfException.class, () -> layout("NodeName=n Sockets=2 CoresPerSocket=4 ThreadsPerCore=2 CpuSpecList=" + list + "\n"));
      assertTrue(
          e.getMessage().startsWith("NodeNames=n CpuSpecList=" + list + " - unable to convert it to bitmap of size CPUs=16"), e::getMessage);
    }
  }

  @Test
  void namesAddressesHostsAndPortsRunInParallel() {
    NodeDef a2 = layout(NODES).node("a2").orElseThrow();
    assertEquals(1, a2.index());
    assertEquals("h2", a2.hostName());
    assertEquals("127.0.0.2", a2.address());
    assertEquals(7002, a2.port());
    NodeDef b2 = layout(NODES).node("b2").orElseThrow();
    assertEquals("127.0.0.4", b2.address());
    assertEquals("b2", b2.hostName());
    assertEquals(7011, b2.port());
    assertEquals(7000, layout(NODES).node("c4").orElseThrow().port());
  }

  @Test
  void defaultLinesAddUpAndLastUntilOverwritten() {
    ClusterLayout layout = layout(NODES);
    NodeDef c1 = layout.node("c1").orElseThrow();
    assertEquals(4000, c1.realMemory());
    assertEquals("base", c1.features().orElseThrow());
    assertEquals(3, c1.weight());
    assertEquals("bad disk", c1.reason().orElseThrow());
    assertEquals(100, c1.memSpecLimit());
    assertEquals("x,y", layout.node("b1").orElseThrow().features().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({"a1,1,4,1,1,4", "b1,1,2,4,2,16", "c1,1,2,4,2,8", "c2,2,2,2,1,4", "c3,1,1,1,1,1", "c5,1,1,2,1,2", "c6,1,3,1,2,6", "c7,1,2,1,1,2"})
  void missingProcessorsAreCompletedAsSlurmDoes(
      String node, int boards, int sockets, int cores, int threads, int cpus) {
    assertEquals(new NodeCpus(boards, sockets, cores, threads, cpus), layout(NODES).node(node).orElseThrow().cpus());
  }

  @Test
  void mendedNumbersAreReportedInSlurmsWords() {
    assertEquals(
        List.of(
            "NodeNames=c7 CPUs=6 match no Sockets, Sockets*CoresPerSocket or Sockets*CoresPerSocket*ThreadsPerCore."
                + " Resetting CPUs."),
        layout(NODES).warnings());
    assertEquals(List.of("NodeNames=n CPUs=0 is invalid, reset to 1"), layout("NodeName=n CPUs=0\n").warnings());
    assertEquals(
        List.of("NodeNames=n1 MemSpecLimit=100 is invalid, reset to 0"),
        layout("NodeName=n1 MemSpecLimit=100 RealMemory=50\n").warnings());
  }

  @Test
  void partitionsTakeNodesNodeSetsAndAll() {
    ClusterLayout layout = layout(NODES + SETS);
    assertEquals(12, layout.partition("p").orElseThrow().nodes().size());
    assertEquals("a2,b1,b2,c1", names(layout.partition("q").orElseThrow().nodes()));
    assertEquals(List.of("fx", "cc"), layout.partition("q").orElseThrow().nodeSets());
    assertEquals("a1,a3,b2", names(layout.partition("r").orElseThrow().nodes()));
    assertEquals("", names(layout.partition("s").orElseThrow().nodes()));
    assertEquals("p", layout.defaultPartition().orElseThrow().name());
    assertTrue(layout.warnings().contains("DownNode \"zz\" does not exist!"));
    assertEquals("a3", names(layout.downNodes().get(0).nodes()));
  }

  @Test
  void partitionLimitsHaveSlurmsMeaning() {
    ClusterLayout layout = layout(NODES + SETS);
    PartitionDef q = layout.partition("q").orElseThrow();
    assertEquals(1440, q.maxTime());
    assertEquals(30, q.defaultTime());
    assertEquals(0x8003, q.overSubscribe().maxShare());
    assertEquals(7, q.priorityTier());
    assertEquals(1, q.priorityJobFactor());
    PartitionDef r = layout.partition("r").orElseThrow();
    assertEquals(100 | SlurmConstants.MEM_PER_CPU, r.defMemory());
    assertEquals(1000, r.maxMemory());
    assertEquals(0, r.overSubscribe().maxShare());
    assertEquals(60, r.maxTime());
    assertEquals(SlurmConstants.NO_VAL, r.defaultTime());
    assertEquals(PartitionDef.State.DRAIN, r.state());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NodeName=n[1-3] NodeHostname=a[1-2]|NodeHostname count must equal that of NodeName records or there must be no more than one",
        "NodeName=n[1-3] Port=[1-2]|Port count must equal that of NodeName records or there must be no more than one (2 != 3)",
        "NodeName=n[1-3] Port=70000|Invalid Port 70000",
        "NodeName=n[3-1]|Invalid range: `3-1'",
        "NodeName=n1,n1|Duplicated NodeHostName n1 in config file",
        "PartitionName=p Nodes=n1,n2|_find_node_record: lookup failure for node \"n1\"",
        "PartitionName=p State=FOO|Bad value \"FOO\" for State",
        "PartitionName=p MaxTime=foo|Bad value \"foo\" for MaxTime",
        "PartitionName=p OverSubscribe=foo|Bad value \"foo\" for OverSubscribe",
      })
  void whatCannotBeIsFatalInSlurmsWordsWithFileAndLine(String line, String sentence) {
    String message = assertThrows(ConfException.class, () -> layout("\n" + line + "\n")).getMessage();
    assertEquals(sentence, message.lines().findFirst().orElseThrow());
    assertTrue(message.contains("file slurm.conf line 2"), message);
  }

  @Test
  void aPartitionNamedTwiceIsFatal() {
    assertEquals(
        "_build_single_partitionline_info: duplicate entry for partition p",
        assertThrows(ConfException.class, () -> layout("NodeName=n1\nPartitionName=p Nodes=n1\nPartitionName=p\n"))
            .getMessage().lines().findFirst().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({"90,90", "90:00,90", "0:30,1", "1:30:00,90", "1-0,1440", "1-2:30,1590", "1-0:0:1,1441", "INFINITE,4294967295", "-1,4294967295", "foo,-1", "1:2:3:4,-1", "1-,-1"})
  void timesAreReadInAllSlurmsForms(String text, long minutes) {
    assertEquals(minutes, ConfTime.minutes(text));
  }
}
