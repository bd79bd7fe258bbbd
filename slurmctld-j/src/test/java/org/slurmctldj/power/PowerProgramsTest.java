package org.slurmctldj.power;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.config.PowerKeys;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Command.PowerProgram;

final class PowerProgramsTest {
  @TempDir Path folder;

  private final Cluster cluster = Cluster.of(1);

  private Path program(String text) throws Exception {
    Path file = folder.resolve("resume");
    Files.writeString(file, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private void resume(Path program, Path filesIn, long seconds) {
    new PowerPrograms(folder.resolve("slurm.conf"), filesIn)
        .call(
            PowerProgram.RESUME,
            "n1",
            List.of(cluster.store.node(0)),
            new PowerKeys.Programs(Optional.of(program.toString()), Optional.empty(), Optional.empty(), 0, 0, 0, seconds),
            cluster.store);
  }

  private static String written(Path file) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!Files.exists(file)) {
      assertTrue(System.nanoTime() < until, file + " was not written");
      Thread.onSpinWait();
    }
    return Files.readString(file).strip();
  }

  @Test
  void resumeProgramIsCalledAlsoWhereItsFileOfJobsCannotBeWritten() throws Exception {
    Path program = program("echo \"$1 ${SLURM_RESUME_FILE:-none}\" > " + folder + "/part; mv " + folder + "/part " + folder + "/called\n");
    resume(program, folder.resolve("missing"), 60);
    assertEquals("n1 none", written(folder.resolve("called")));
  }

  @Test
  void aProgramThatRunsTooLongIsKilledWithWhatItStarted() throws Exception {
    Path program = program("sleep 600 & echo $! > " + folder + "/part; mv " + folder + "/part " + folder + "/child; wait\n");
    resume(program, folder, 1);
    long pid = Long.parseLong(written(folder.resolve("child")));
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
      assertTrue(System.nanoTime() < until, "process " + pid + " lives on");
      Thread.onSpinWait();
    }
  }
}
