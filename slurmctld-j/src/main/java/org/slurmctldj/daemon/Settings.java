package org.slurmctldj.daemon;

import java.nio.file.Files;
import java.nio.file.Path;
import org.slurmctldj.proto.conf.ConfFile;

/** Keys of slurmctld-j.conf, beside slurm.conf. */
final class Settings {
  private static final Path SACK = Path.of("/run/slurmctld/sack.socket");

  static Path sackSocket(Path slurmConf) {
    Path file = slurmConf.toAbsolutePath().resolveSibling("slurmctld-j.conf");
    if (!Files.exists(file)) {
      return SACK;
    }
    return ConfFile.read(file).lines().stream()
        .filter(l -> l.first().key().equalsIgnoreCase("SackSocket"))
        .map(l -> Path.of(l.first().value()))
        .reduce((_, last) -> last)
        .orElse(SACK);
  }

  private Settings() {}
}
