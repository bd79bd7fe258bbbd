package org.slurmctldj.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.SlurmConf;

/** Slurm's sentences: printed by slurmctld 22.05.8 and 24.11.5 for such a line. */
class ControllerConfTest {
  private static final String CLUSTER =
      """
      ClusterName=Blue
      SlurmctldHost=here(127.0.0.1)
      NodeName=n[1-2] NodeAddr=127.0.0.1 CPUs=4
      PartitionName=p Nodes=ALL Default=YES
      """;

  private static ControllerConf conf(String text) {
    return ControllerConf.of(SlurmConf.parse("slurm.conf", CLUSTER + text + "\n"));
  }

  private static String error(String text) {
    return assertThrows(ConfException.class, () -> conf(text)).getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SlurmUser=nosuch|Invalid user for SlurmUser nosuch, ignored",
        "MaxJobId=0|FirstJobId > MaxJobId",
        "SlurmctldPort=9-5|Invalid SlurmctldPort 9-5",
        "SlurmctldDebug=foo|Invalid SlurmctldDebug foo",
        "DebugFlags=foo|Invalid DebugFlag: foo",
        "PropagateResourceLimits=FOO|Bad rlimit name: FOO",
        "PriorityDecayHalfLife=foo|Bad value \"foo\" for PriorityDecayHalfLife",
        "NodeName=n3 State=FOO|node n3 has invalid state FOO",
        "PartitionName=q Nodes=n7|_find_node_record: lookup failure for node \"n7\"",
      })
  void whatSlurmRefusesIsRefusedInItsWords(String line, String sentence) {
    assertTrue(error(line).lines().toList().contains(sentence), error(line));
    assertTrue(error(line).contains("in file slurm.conf line 5: \"" + line + "\""), error(line));
  }

  @Test
  void aPartitionsSelectTypeParametersAreNotEmpty() {
    String message = error("PartitionName=q Nodes=n1 SelectTypeParameters=\"\"");
    assertEquals("Bad value for SelectTypeParameters: ", message.lines().findFirst().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UnkillableStepProgram=/x",
        "PreemptType=preempt/partition_prio",
        "SelectType=select/linear",
        "SelectTypeParameters=CR_LLN,CR_Core",
        "AuthType=auth/none",
        "TopologyPlugin=topology/tree",
        "JobSubmitPlugins=lua",
        "VSizeFactor=110",
        "PartitionName=q Nodes=n1 OverSubscribe=FORCE:2",
        "FrontendName=f",
      })
  void aKeyThatWouldChangeResultsIsFatalAndNamed(String line) {
    String message = error(line);
    String key = line.startsWith("PartitionName") ? "OverSubscribe" : line.startsWith("NodeName") ? "State" : line.split("=")[0];
    assertTrue(message.startsWith("slurm.conf line 5: " + key + "="), message);
    assertTrue(message.contains("is not supported yet"), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PreemptType=preempt/none",
        "PreemptMode=OFF",
        "SelectType=select/cons_tres",
        "SelectTypeParameters=CR_CPU_Memory",
        "TopologyPlugin=topology/flat",
        "PartitionName=q Nodes=n1 LLN=NO OverSubscribe=EXCLUSIVE",
        "JobCompType=jobcomp/none",
        "UsePAM=0",
      })
  void harmlessValuesOfSuchKeysAreTaken(String line) {
    assertEquals(List.of(), conf(line).messages());
  }

  @Test
  void aKeyWithoutEffectGetsOneLineAndTwoOnlyWarn() {
    assertEquals(
        List.of(
            new ConfMessage(
                ConfMessage.Level.WARN,
                "slurm.conf line 5: AccountingStorageType=accounting_storage/slurmdbd is not supported yet"
                    + " (supported: accounting_storage/none, none): there is no accounting database yet: nothing is recorded"),
            new ConfMessage(ConfMessage.Level.INFO, "slurm.conf line 7: MpiDefault has no effect here: read by srun, salloc and slurmd, not by the controller"),
            new ConfMessage(
                ConfMessage.Level.WARN,
                "slurm.conf line 6: PriorityType=priority/multifactor is not supported yet (supported: priority/basic):"
                    + " jobs are served by partition tier, then in order of submission")),
        conf("AccountingStorageType=accounting_storage/slurmdbd\nPriorityType=priority/multifactor\nMpiDefault=none").messages());
  }

  @Test
  void anOptionSlurmDoesNotKnowGetsOneLine() {
    assertEquals(
        List.of(
            new ConfMessage(
                ConfMessage.Level.INFO,
                "slurm.conf line 5: SlurmctldParameters=nosuch is unknown to Slurm 22.05 to 26.05 and has no effect")),
        conf("SlurmctldParameters=enable_configless,nosuch").messages());
    assertTrue(conf("SlurmctldParameters=enable_configless").configless());
  }

  @Test
  void coreGetsNodesPartitionsAndLimits() {
    ControllerConf conf =
        conf(
            """
            MaxJobCount=500
            DefMemPerCPU=100
            DownNodes=n2 State=DRAIN Reason="bad fan"
            PartitionName=q Nodes=n2 State=DRAIN MaxTime=1:0:0 AllowGroups=users,adm DisableRootJobs=YES""");
    ClusterConfig core = CoreConfig.of(conf, 7, groups -> groups.equals(List.of("users", "adm")) ? new long[] {5} : null);
    assertEquals("blue", core.clusterName());
    assertEquals(7, core.epoch());
    assertEquals(0x200, core.nodes().get(1).state());
    assertEquals("bad fan", core.nodes().get(1).reason());
    PartitionDefinition q = core.partitions().get(1);
    assertEquals(1, core.partitions().get(0).flags());
    assertEquals(PartitionDefinition.FLAG_NO_ROOT, q.flags());
    assertEquals(2, q.state());
    assertEquals(60, q.maxTime());
    assertEquals(5, q.allowUids()[0]);
    assertEquals(500, core.limits().maxJobCount());
    assertEquals(0x14, core.limits().selectTypeParameters());
    assertEquals(100 | 1L << 63, core.limits().defMemory());
    assertEquals(67043328, core.limits().maxJobId());
  }
}
