package org.slurmctldj.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.ConfKey;
import org.slurmctldj.proto.conf.ConfKeyTable;
import org.slurmctldj.proto.conf.SlurmConf;

/**
 * Random keys with random values, given to real Slurm 22.05 and to us: both take the file, or both refuse it with the same
 * first sentence. {@code scontrol show hostlist} reads the whole file and needs no controller. -Dseed=N repeats a run,
 * -Dparser.lines=N makes it longer.
 */
class RealParserTest {
  private static final Path SCONTROL = Path.of("/usr/bin/scontrol");
  private static final List<String> VALUES =
      List.of("-1", "0", "1", "5", "70000", "5000000000", "UNLIMITED", "abc", "YES", "1:00", "1-0", "a,b", "/x", "5k", "\"\"", "none");
  private static final String CLUSTER =
      "ClusterName=c\nSlurmctldHost=h(127.0.0.1)\nSelectType=select/cons_tres\nNodeName=n1 NodeAddr=127.0.0.1\nPartitionName=p Nodes=n1\n";

  /** Keys that a client of Slurm does not look at but the controller does, or that load a plugin there. */
  private static final Set<String> NOT_COMPARED =
      Set.of(
          "CONF PluginDir", "CONF SlurmctldHost", "CONF NodeName", "CONF PartitionName", "CONF AuthType", "CONF CredType",
          "CONF CryptoType", "CONF SelectType", "CONF PlugStackConfig", "CONF FrontendName", "CONF GresTypes", "CONF DownNodes",
          "CONF NodeSet", "CONF ReturnToService", "CONF SlurmctldPort", "CONF SlurmctldDebug", "CONF SlurmdDebug",
          "CONF SlurmctldSyslogDebug", "CONF SlurmdSyslogDebug", "CONF PreemptExemptTime", "CONF MaxNodeCount", "NODE BcastAddr",
          "NODE CPUSpecList", "NODE NodeAddr", "NODE NodeHostname", "NODE Port", "NODE State", "PARTITION Nodes", "PARTITION OverTimeLimit",
          "PARTITION SuspendTime", "CONF Include");

  @TempDir Path dir;

  @Test
  void realSlurmTakesWhatWeTakeAndRefusesTheRestInTheSameWords() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(SCONTROL), "no real Slurm on this host");
    Assumptions.assumeTrue(output(List.of(SCONTROL.toString(), "show", "hostlist", "a"), CLUSTER).strip().equals("a"), "not 22.05's scontrol");
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    List<ConfKey> keys = new ArrayList<>();
    for (ConfKey key : ConfKeyTable.get().all()) {
      boolean in2205 = key.since().equals("22.05") && key.scope() != ConfKey.Scope.FRONTEND;
      if (in2205 && !NOT_COMPARED.contains(key.scope() + " " + key.name())) {
        keys.add(key);
      }
    }
    for (int i = 0; i < Integer.getInteger("parser.lines", 250); i++) {
      ConfKey key = keys.get(random.nextInt(keys.size()));
      String line = opening(key.scope()) + key.name() + "=" + VALUES.get(random.nextInt(VALUES.size()));
      assertEquals(theirs(CLUSTER + line + "\n"), ours(CLUSTER + line + "\n"), line + " (seed " + seed + ")");
    }
  }

  private static String opening(ConfKey.Scope scope) {
    return switch (scope) {
      case CONF, FRONTEND, POWERACTION -> "";
      case NODE -> "NodeName=n2 NodeAddr=127.0.0.1 ";
      case PARTITION -> "PartitionName=q Nodes=n1 ";
      case NODESET -> "NodeSet=s ";
      case DOWNNODES -> "DownNodes=n1 ";
    };
  }

  /** The first sentence of the refusal, "" if the file is taken. */
  private String ours(String text) {
    try {
      ControllerConf.unreviewed(SlurmConf.parse("slurm.conf", text));
      return "";
    } catch (ConfException e) {
      return e.getMessage().lines().findFirst().orElseThrow();
    }
  }

  private String theirs(String text) throws IOException, InterruptedException {
    String said = output(List.of(SCONTROL.toString(), "show", "hostlist", "a"), text);
    return said.contains("fatal: ")
        ? said.lines().findFirst().orElseThrow().replaceFirst("^scontrol: (error|fatal): ", "")
        : "";
  }

  private String output(List<String> command, String text) throws IOException, InterruptedException {
    Path conf = Files.writeString(dir.resolve("slurm.conf"), text);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SLURM_CONF", conf.toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    return said;
  }
}
