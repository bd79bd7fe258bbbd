package org.slurmctldj.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files by which others see that the daemon runs. */
final class StartFiles {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  private StartFiles() {}

  static void writePid(Path file) {
    try {
      Files.writeString(file, ProcessHandle.current().pid() + "\n", StandardCharsets.US_ASCII);
    } catch (IOException e) {
      LOG.error("Unable to open pidfile `{}': {}", file, e.getMessage());
    }
  }

  /** The launcher waits for this file before it says that the daemon runs. */
  static void tellStarter() throws IOException {
    String file = System.getProperty("slurmctld.started");
    if (file != null) {
      Files.writeString(Path.of(file), "started\n");
    }
  }
}
