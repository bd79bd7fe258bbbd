package org.slurmctldj.proto.conf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a program finds its configuration, in Slurm's order: the option that names a file, the
 * environment's SLURM_CONF, /etc/slurm/slurm.conf, /run/slurm/conf/slurm.conf (written by a
 * configless slurmd or sackd), and at last a fetch from the controllers of SLURM_CONF_SERVER.
 */
public sealed interface SlurmConfSource {
  /** Read this file. */
  record FromFile(Path path) implements SlurmConfSource {}

  /** No file: ask these controllers, in this order ("host" or "host:port"), for REQUEST_CONFIG. */
  record FromServers(List<String> hostPorts) implements SlurmConfSource {}

  /** Neither: Slurm would try DNS SRV records now and then end with {@link #NONE_FOUND}. */
  record Nowhere() implements SlurmConfSource {}

  Path SYSTEM = Path.of("/etc/slurm/slurm.conf");
  Path FETCHED = Path.of("/run/slurm/conf/slurm.conf");
  int DEFAULT_PORT = 6817;
  String NONE_FOUND = "Could not establish a configuration source";

  /**
   * @param option what -f said, or empty
   * @param slurmConf the environment's SLURM_CONF, or empty
   * @param slurmConfServer the environment's SLURM_CONF_SERVER, or empty
   */
  static SlurmConfSource find(
      Optional<String> option, Optional<String> slurmConf, Optional<String> slurmConfServer) {
    if (option.isPresent()) {
      return new FromFile(Path.of(option.get()));
    }
    if (!slurmConf.orElse("").isEmpty()) {
      return new FromFile(Path.of(slurmConf.get()));
    }
    if (Files.exists(SYSTEM)) {
      return new FromFile(SYSTEM);
    }
    if (Files.exists(FETCHED)) {
      return new FromFile(FETCHED);
    }
    List<String> servers = new ArrayList<>(2);
    for (String server : new OptionList(slurmConfServer.orElse("")).items()) {
      servers.add(server);
    }
    return servers.isEmpty() ? new Nowhere() : new FromServers(List.copyOf(servers));
  }
}
