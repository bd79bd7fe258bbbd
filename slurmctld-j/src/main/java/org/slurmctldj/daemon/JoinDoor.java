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
import org.slurmctldj.agents.IdentityDocuments;
import org.slurmctldj.agents.InstanceJoins;
import org.slurmctldj.agents.JoinLedger;
import org.slurmctldj.agents.NodeJoins;
import org.slurmctldj.proto.agent.JoinFile;
import org.slurmctldj.proto.nodelink.JoinSecret;
import org.slurmctldj.proto.slurm.ConfigFile;
import org.slurmctldj.proto.slurm.ConfigResponse;

/** The way in for instances of a cloud: closed, and not even loaded, while none is configured. */
final class JoinDoor implements AutoCloseable {
  /**
   * What a cloud's configuration says of joining.
   *
   * @param certificates PEM files that identity documents are checked with
   * @param window seconds after its start within which an instance may join
   */
  record Cloud(String cluster, String region, List<Path> certificates, long window) {}

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

  /**
   * Opens, closes or changes the door.
   *
   * @throws IOException a sentence: certificates or ledger cannot be used; the door is then closed
   */
  synchronized void configure(Optional<Cloud> cloud) throws IOException {
    open = Optional.empty();
    if (cloud.isEmpty()) {
      return;
    }
    Cloud c = cloud.get();
    if (c.certificates().isEmpty()) {
      throw new IOException("no identity-certificates are named: nobody could tell whose instance wants to join");
    }
    IdentityDocuments documents = IdentityDocuments.of(c.certificates());
    if (ledger == null) {
      ledger = new JoinLedger(secrets.resolve("joins"), System.currentTimeMillis() / 1000 - c.window());
    }
    byte[] k = key();
    open =
        Optional.of(
            new NodeJoins(
                new NodeJoins.Surroundings(
                    c.cluster(),
                    c.region(),
                    order -> JoinSecret.of(k, c.cluster(), order),
                    documents,
                    joins,
                    ledger,
                    this::files,
                    c.window(),
                    System::currentTimeMillis,
                    executor)));
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
  public synchronized void close() throws IOException {
    open = Optional.empty();
    if (ledger != null) {
      ledger.close();
      ledger = null;
    }
  }
}
