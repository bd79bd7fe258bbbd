package org.slurmctldj.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agents.IdentityDocuments;
import org.slurmctldj.agents.InstanceJoins;
import org.slurmctldj.agents.JoinLedger;
import org.slurmctldj.agents.NodeJoins;
import org.slurmctldj.config.ControllerConf;
import org.slurmctldj.config.pools.PoolsFile;
import org.slurmctldj.proto.agent.JoinFile;
import org.slurmctldj.proto.nodelink.JoinSecret;
import org.slurmctldj.proto.slurm.ConfigFile;
import org.slurmctldj.proto.slurm.ConfigResponse;

/** The way in for instances of a cloud: closed, and not even loaded, while none is configured. */
final class JoinDoor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JoinDoor.class);

  private final Path secrets;
  private final InstanceJoins joins;
  private final Supplier<ConfigResponse> configuration;
  private final Path keys;
  private final Executor executor;
  private byte[] key;
  private JoinLedger ledger;
  private volatile Optional<NodeJoins> open = Optional.empty();

  /**
   * @param secrets the controller's own directory
   * @param configuration the files of a node
   * @param keys where slurm.key or slurm.jwks lies
   */
  JoinDoor(Path secrets, InstanceJoins joins, Supplier<ConfigResponse> configuration, Path keys, Executor executor) {
    this.secrets = secrets;
    this.joins = joins;
    this.configuration = configuration;
    this.keys = keys;
    this.executor = executor;
  }

  /** The secret of an order's instances, as user data has it. */
  String token(String cluster, String order) {
    return JoinSecret.of(key(), cluster, order).text();
  }

  private synchronized byte[] key() {
    try {
      if (key == null) {
        key = JoinKey.in(secrets);
      }
      return key;
    } catch (IOException e) {
      throw new UncheckedIOException("the key of launch orders: " + e.getMessage(), e);
    }
  }

  /** At start, and after each reconfigure that was taken: opens, closes or changes the door. */
  synchronized void configure(ControllerConf conf) {
    open = Optional.empty();
    PoolsFile.Cloud cloud = conf.pools().cloud();
    if (cloud == null) {
      return;
    }
    try {
      open = Optional.of(new NodeJoins(surroundings(conf.slurm().clusterName(), cloud)));
    } catch (IOException e) {
      LOG.error("instances cannot join: {}", e.getMessage());
    }
  }

  private NodeJoins.Surroundings surroundings(String cluster, PoolsFile.Cloud cloud) throws IOException {
    if (cloud.identityCertificates().isEmpty()) {
      throw new IOException("pools.yaml names no identity-certificates, so nobody could tell whose instance wants to");
    }
    IdentityDocuments documents = IdentityDocuments.of(cloud.identityCertificates());
    if (ledger == null) {
      ledger = new JoinLedger(secrets.resolve("joins"), System.currentTimeMillis() / 1000 - cloud.joinSeconds(), cloud.joinSeconds());
    }
    ledger.keep(cloud.joinSeconds());
    byte[] k = key();
    return new NodeJoins.Surroundings(
        cluster,
        cloud.region(),
        order -> JoinSecret.of(k, cluster, order),
        documents,
        joins,
        ledger,
        this::files,
        cloud.joinSeconds(),
        System::currentTimeMillis,
        executor);
  }

  Optional<NodeJoins> open() {
    return open;
  }

  private NodeJoins.Files files() {
    List<JoinFile> files = new ArrayList<>();
    for (ConfigFile f : configuration.get().configFiles()) {
      if (f.exists() && f.fileContent() != null) {
        files.add(NodeJoins.Files.of(f.fileName(), f.fileContent().getBytes(StandardCharsets.ISO_8859_1)));
      }
    }
    List<JoinFile> secret = new ArrayList<>();
    for (String name : new String[] {"slurm.jwks", "slurm.key"}) {
      try {
        Path file = keys.resolve(name);
        if (Files.exists(file)) {
          secret.add(NodeJoins.Files.of(name, Files.readAllBytes(file)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new NodeJoins.Files(files, secret);
  }

  @Override
  public synchronized void close() {
    open = Optional.empty();
    try {
      if (ledger != null) {
        ledger.close();
        ledger = null;
      }
    } catch (IOException e) {
      LOG.error("the ledger of joins: {}", e.getMessage());
    }
  }
}
