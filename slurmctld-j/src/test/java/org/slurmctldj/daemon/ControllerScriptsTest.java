package org.slurmctldj.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.Result;
import org.slurmctldj.proto.conf.SlurmConf;

/** What slurmctld 22.05.8 does with PrologEpilogTimeout=3 and a PrologSlurmctld of 30 s: SIGKILL for its process group after 3 s, requeue. */
final class ControllerScriptsTest {
  @TempDir Path folder;

  private final Cluster cluster = Cluster.of(1);
  private final BlockingQueue<Command> commands = new LinkedBlockingQueue<>();

  private Path script(String text) throws Exception {
    Path file = folder.resolve("prolog");
    Files.writeString(file, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private ControllerScripts scripts(String conf) {
    SlurmConf parsed = SlurmConf.parse("slurm.conf", "ClusterName=c\nSlurmctldHost=h\nNodeName=n1\nPartitionName=p Nodes=n1\n" + conf);
    return new ControllerScripts(
        cluster.store,
        () -> parsed,
        _ -> "group",
        maker -> {
          commands.add(maker.apply(cluster.now));
          return CompletableFuture.completedFuture(Result.OK);
        });
  }

  private JobRecord started(int requeue) {
    long id = cluster.submit(Cluster.request(Cluster.ALICE).number(JobField.BATCH_FLAG, 1).number(JobField.REQUEUE, requeue));
    assertTrue(cluster.start(id, 0).isOk());
    return cluster.store.job(id);
  }

  private static void gone(Path pidFile) throws Exception {
    long pid = Long.parseLong(Files.readString(pidFile).strip());
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
      assertTrue(System.nanoTime() < until, "process " + pid + " lives on");
      Thread.onSpinWait();
    }
  }

  @Test
  void aPrologThatHangsIsKilledWithItsChildrenAndItsJobGoesBackToTheQueue() throws Exception {
    Path prolog = script("sleep 600 & echo $! > " + folder + "/child; echo $$ > " + folder + "/itself; wait; sleep 600\n");
    JobRecord job = started(1);
    assertFalse(scripts("PrologSlurmctld=" + prolog + "\nPrologEpilogTimeout=1\n").isOpen(job, () -> {}));
    Command said = commands.poll(30, TimeUnit.SECONDS);
    assertTrue(said instanceof Command.RequeueJob, "" + said);
    gone(folder.resolve("child"));
    gone(folder.resolve("itself"));
  }

  @Test
  void aPrologThatHangsEndsAJobThatMayNotBeRequeued() throws Exception {
    JobRecord job = started(0);
    assertFalse(scripts("PrologSlurmctld=" + script("exec sleep 600\n") + "\nPrologTimeout=1\nPrologEpilogTimeout=600\n").isOpen(job, () -> {}));
    Command said = commands.poll(30, TimeUnit.SECONDS);
    assertTrue(said instanceof Command.KillJob, "" + said);
  }

  @Test
  void aPrologInTimeOpensTheWay() throws Exception {
    JobRecord job = started(1);
    CompletableFuture<Void> again = new CompletableFuture<>();
    ControllerScripts scripts = scripts("PrologSlurmctld=" + script("exit 0\n") + "\nPrologEpilogTimeout=600\n");
    assertFalse(scripts.isOpen(job, () -> again.complete(null)));
    again.get(30, TimeUnit.SECONDS);
    assertTrue(scripts.isOpen(job, () -> {}));
    assertEquals(0, commands.size());
  }
}
