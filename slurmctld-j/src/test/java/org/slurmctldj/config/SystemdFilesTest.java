package org.slurmctldj.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The units, users and directories of systemd/ have no fault that systemd's own tools see. */
class SystemdFilesTest {
  @Test
  void systemdHasNothingToSayAboutThem() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "no systemd-analyze on this host");
    Path check = Path.of("").toAbsolutePath().resolveSibling("systemd").resolve("check");
    Process process = new ProcessBuilder(check.toString()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), output);
  }
}
