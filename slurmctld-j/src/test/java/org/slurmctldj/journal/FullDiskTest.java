package org.slurmctldj.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's own ENOSPC, on a tmpfs of 4 MB (needs root to mount). */
final class FullDiskTest {
  @TempDir Path folder;

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Test
  void submissionsAreRefusedCompletionsPassAndServiceResumes() throws Exception {
    boolean mounted = "root".equals(System.getProperty("user.name"))
        && run("mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "slurmctldj-test", folder.toString()) == 0;
    if (!mounted) {
      System.out.println("SKIPPED: FullDiskTest needs root and mount(8) to make a small tmpfs");
    }
    assumeTrue(mounted);
    try {
      JournalOptions options = JournalOptions.standard().withSegmentBytes(512 << 10);
      long acknowledged = 0;
      String text = "submission " + "s".repeat(2000);
      try (Fixture j = new Fixture(folder, options)) {
        assertNull(j.tryAppend(text, false));
        acknowledged++;
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!Files.exists(j.directory.journal().resolve("reserve.space"))
            || !Files.exists(j.directory.journal().resolve("next.space"))) {
          assertTrue(System.nanoTime() < until);
          java.util.concurrent.locks.LockSupport.parkNanos(100_000);
        }
        Path ballast = folder.resolve("ballast");
        run("dd", "if=/dev/zero", "of=" + ballast, "bs=4k", "status=none"); // ends with ENOSPC
        Refusal refusal = null;
        while (refusal == null) {
          refusal = j.tryAppend(text, false);
          acknowledged += refusal == null ? 1 : 0;
        }
        assertEquals(Refusal.DISK_FULL, refusal);
        for (int i = 0; i < 100; i++) {
          assertNull(j.tryAppend("completion " + "c".repeat(2000), true));
          acknowledged++;
        }
        Files.delete(ballast);
        while (j.tryAppend(text, false) != null) {
          assertTrue(System.nanoTime() < until + TimeUnit.SECONDS.toNanos(20), "service did not resume");
          java.util.concurrent.locks.LockSupport.parkNanos(100_000);
        }
        acknowledged++;
        assertNull(j.fatal.get());
      }
      try (Fixture j = new Fixture(folder, options)) {
        assertEquals(acknowledged, j.replayed.size());
      }
    } finally {
      run("umount", folder.toString());
    }
  }
}
