package org.slurmctldj.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.proto.auth.Authenticator;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.client.RpcClient;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.conf.SlurmConfSource;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.slurm.ConfigFile;
import org.slurmctldj.proto.slurm.ConfigRequest;
import org.slurmctldj.proto.slurm.ConfigResponse;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.WireException;

/**
 * A node without slurm.conf: asks a controller for its files (REQUEST_CONFIG, as {@code slurmd --conf-server}) and keeps
 * them in SlurmdSpoolDir/conf-cache. Tries for ever; blocks.
 */
final class ConfigFetch {
  private static final Logger log = LoggerFactory.getLogger(ConfigFetch.class);
  private static final int VERSION = ProtocolVersion.V24_11;
  private static final int FLAG_SLURMD = 1;
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final long LARGEST_FILE = 64 << 20;
  /** What real slurmd writes into the token while it does not know its cluster. */
  private static final String CLUSTER_BEFORE_CONFIG = "configless";

  /** Returns the path of slurm.conf in the cache. */
  static Path fetch(List<String> servers, Optional<String> nodeName, Path keyDirectory)
      throws IOException, InterruptedException {
    RpcClient client =
        new RpcClient(
            new RpcClient.Settings(
                RpcClient.Settings.DEFAULT_TCP_TIMEOUT,
                RpcClient.Settings.DEFAULT_MESSAGE_TIMEOUT,
                credentials(keyDirectory),
                BodyHash.K12,
                Authenticator.munge(new MungeClient(MungeClient.DEFAULT_SOCKET), Authenticator.Policy.DEFAULT)));
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      for (String server : servers) {
        try {
          return store(ask(client, server), nodeName);
        } catch (RpcException | WireException e) {
          log.warn("no configuration from {}: {}; trying on", server, e.getMessage());
        }
      }
      Thread.sleep(pause);
      pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
    }
  }

  private static CredentialFactory credentials(Path keyDirectory) throws IOException {
    if (SlurmKey.isThere(keyDirectory, System.getenv())) {
      return CredentialFactory.key(
          SlurmKey.find(keyDirectory, System.getenv()),
          CLUSTER_BEFORE_CONFIG,
          ProcessFacts.shortHostName(),
          ProcessFacts.effectiveUid(),
          ProcessFacts.effectiveGid(),
          0);
    }
    return CredentialFactory.munge(new MungeClient(MungeClient.DEFAULT_SOCKET), 0);
  }

  private static ConfigResponse ask(RpcClient client, String server) {
    int colon = server.lastIndexOf(':');
    String host = colon < 0 ? server : server.substring(0, colon);
    int port = colon < 0 ? SlurmConfSource.DEFAULT_PORT : Integer.parseInt(server.substring(colon + 1));
    Packer body = new Packer(16);
    new ConfigRequest().flags(FLAG_SLURMD).write(body, VERSION >> 8);
    Frame answer =
        client.call(
            new InetSocketAddress(host, port),
            VERSION,
            MessageType.REQUEST_CONFIG.number(),
            java.util.Arrays.copyOf(body.array(), body.length()),
            CredentialFactory.ANYONE);
    if (answer.type() == MessageType.RESPONSE_SLURM_RC.number()) {
      throw new RpcException((int) answer.body().u32(), "the controller refused REQUEST_CONFIG");
    }
    if (answer.type() != MessageType.RESPONSE_CONFIG.number()) {
      throw new RpcException(RpcException.UNSPECIFIED, "answered with message " + answer.type());
    }
    return ConfigResponse.read(answer.body(), answer.version() >> 8);
  }

  private static Path store(ConfigResponse response, Optional<String> nodeName) throws IOException {
    String spool = Optional.ofNullable(response.slurmdSpooldir()).orElse("/var/spool/slurmd");
    String host = ProcessFacts.shortHostName();
    Path cache = Path.of(SlurmConf.forNode(spool, nodeName.orElse(host), host), "conf-cache");
    Files.createDirectories(cache);
    List<String> names = new ArrayList<>();
    for (ConfigFile file : response.configFiles()) {
      String name = file.fileName();
      if (name == null || !name.matches("[A-Za-z0-9_.-]{1,100}") || name.startsWith(".")) {
        throw new IOException("the controller sent a file with the name " + name);
      }
      Path path = cache.resolve(name);
      if (!file.exists() || file.fileContent() == null) {
        Files.deleteIfExists(path);
        continue;
      }
      if (file.fileContent().length() > LARGEST_FILE) {
        throw new IOException("the controller sent " + name + " with " + file.fileContent().length() + " bytes");
      }
      Path next = cache.resolve(name + ".new");
      Files.write(next, file.fileContent().getBytes(StandardCharsets.ISO_8859_1));
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      names.add(name);
    }
    log.info("configuration fetched into {}: {}", cache, String.join(" ", names));
    return cache.resolve("slurm.conf");
  }

  private ConfigFetch() {}
}
