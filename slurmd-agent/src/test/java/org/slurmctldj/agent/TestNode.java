package org.slurmctldj.agent;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.slurmctldj.proto.agent.JobFacts;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.nodelink.LinkIdentity;
import org.slurmctldj.proto.nodelink.TokenIdentity;
import org.slurmctldj.proto.os.ProcessFacts;

/** A node's directory: slurm.conf, key, spool, a place where the job's user may write. */
public final class TestNode {
  public static final String NODE = "n1";
  /** nobody, as root; else ourselves. */
  public static final long JOB_UID = ProcessFacts.effectiveUid() == 0 ? 65534 : ProcessFacts.effectiveUid();

  /** Stands for 31415 in scripts and searches: other runs of these tests on the machine have their own. */
  private static final String MARK = Long.toString(100_000_000 + ProcessHandle.current().pid());

  public static final long JOB_GID = ProcessFacts.effectiveUid() == 0 ? 65534 : ProcessFacts.effectiveGid();

  final Path directory;
  public final Path work;
  final LinkIdentity identity;

  public TestNode(Path directory, int controllerPort, String... more) throws IOException {
    this.directory = directory;
    this.work = Files.createDirectories(directory.resolve("work dir"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
    byte[] key = new byte[64];
    new java.util.Random(7).nextBytes(key);
    Files.write(directory.resolve("slurm.key"), key);
    Files.setPosixFilePermissions(directory.resolve("slurm.key"), PosixFilePermissions.fromString("rw-------"));
    identity = new TokenIdentity(SlurmKey.of(key), "test");
    configure(controllerPort, more);
  }

  void configure(int controllerPort, String... more) throws IOException {
    Files.writeString(
        directory.resolve("slurm.conf"),
        String.join(
            "\n",
            "ClusterName=test",
            "SlurmctldHost=localhost(127.0.0.1)",
            "SlurmctldPort=" + controllerPort,
            "AuthType=auth/slurm",
            "CredType=cred/slurm",
            "SlurmUser=" + ProcessFacts.effectiveUid(),
            "SlurmdUser=" + ProcessFacts.effectiveUid(),
            "SlurmdSpoolDir=" + directory.resolve("spool"),
            "SlurmdPidFile=" + directory.resolve("agent.pid"),
            String.join("\n", more),
            "NodeName=n1 CPUs=4 RealMemory=1000 State=UNKNOWN",
            "PartitionName=debug Nodes=ALL Default=YES State=UP",
            ""));
  }

  /** A batch job's launch as the controller would send it. */
  Launch.Builder job(int jobId, String script) {
    return Launch.newBuilder()
        .setLaunchId(jobId + ".0.batch")
        .setJobId(jobId)
        .setStepId(0xfffffffb)
        .setUid((int) JOB_UID)
        .setGid((int) JOB_GID)
        .setScript(bytes(script.replace("31415", MARK)))
        .addArgv(bytes("/home/me/job.sh"))
        .addEnvironment(bytes("PATH=/usr/local/bin:/usr/bin:/bin"))
        .addEnvironment(bytes("SLURM_JOB_NAME=job"))
        .setWorkDir(bytes(work.toString()))
        .setCpus(1)
        .setKillWaitSeconds(2)
        .setFacts(
            JobFacts.newBuilder()
                .setClusterName(bytes("test"))
                .setJobName(bytes("job"))
                .setPartition(bytes("debug"))
                .setNodeList(bytes(NODE))
                .setNumNodes(1)
                .addCpusPerNode(1)
                .addCpusPerNodeReps(1));
  }

  String output(String name) throws IOException {
    return Files.readString(work.resolve(name), StandardCharsets.ISO_8859_1);
  }

  static ByteString bytes(String text) {
    return ByteString.copyFrom(text, StandardCharsets.ISO_8859_1);
  }

  /** Waits for a condition of the outside world. */
  public static <T> T until(String what, Callable<T> found) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      T value = found.call();
      if (value != null && !value.equals(false)) {
        return value;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain for " + what);
      }
      Thread.sleep(10);
    }
  }

  /** Processes whose command line holds the text. */
  static List<ProcessHandle> processes(String mark) {
    return ProcessHandle.allProcesses()
        .filter(p -> commandLine(p).contains(mark.replace("31415", MARK)))
        .toList();
  }

  private static String commandLine(ProcessHandle p) {
    try {
      return Files.readString(Path.of("/proc/" + p.pid() + "/cmdline"), StandardCharsets.ISO_8859_1).replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }
}
