package org.slurmctldj.agent.cloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The image's own programs that run before an instance joins (PCS guide: bootstrap_hooks), in the order of their names. */
final class BootstrapHooks {
  static final Path DEFAULT = Path.of("/etc/slurmctld-j/bootstrap_hooks");

  private static final Logger log = LoggerFactory.getLogger(BootstrapHooks.class);

  /** @throws IOException a sentence: one failed */
  static void run(Path directory) throws IOException, InterruptedException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    List<Path> hooks;
    try (Stream<Path> all = Files.list(directory)) {
      hooks = all.filter(Files::isRegularFile).filter(Files::isExecutable).sorted().toList();
    }
    for (Path hook : hooks) {
      log.info("running bootstrap hook {}", hook);
      Process process = new ProcessBuilder(hook.toString()).inheritIO().start();
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException("bootstrap hook " + hook + " ended with status " + status);
      }
    }
  }

  private BootstrapHooks() {}
}
