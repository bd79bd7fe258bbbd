package org.slurmctldj.agent.cloud;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.link.NodeLink;
import org.slurmctldj.proto.agent.Joined;
import org.slurmctldj.proto.os.ProcessFacts;

/**
 * From the boot of an instance to its being a node: hooks, metadata, joining, with pauses between tries until the time is up.
 * An instance that cannot become a node shuts itself down: nobody is to pay for it.
 */
public final class CloudBoot {
  private static final Logger log = LoggerFactory.getLogger(CloudBoot.class);
  private static final double FIRST_PAUSE_SECONDS = 1;
  private static final double LONGEST_PAUSE_SECONDS = 32;

  /**
   * How the agent was started.
   *
   * @param timeout after which it gives up joining (PCS: 600 s)
   * @param shutdown command that ends the instance
   */
  public record Settings(Path directory, Path hooks, Duration timeout, List<String> shutdown, String agentVersion) {
    public static final Path DIRECTORY = CloudDirectory.DEFAULT;
    public static final Path HOOKS = BootstrapHooks.DEFAULT;
  }

  /** What this instance is, once it has joined. */
  public record Node(String name, Path slurmConf, Path keys, String instanceId, String instanceType, String address) {}

  /** The instance will be shut down. */
  public static final class GivenUpException extends Exception {
    private static final long serialVersionUID = 1;

    GivenUpException(String message) {
      super(message);
    }
  }

  private final Settings settings;
  private final CloudDirectory directory;
  private final Map<String, String> environment;
  private final long start = System.nanoTime();

  public CloudBoot(Settings settings, Map<String, String> environment) {
    this.settings = settings;
    this.directory = new CloudDirectory(settings.directory());
    this.environment = environment;
  }

  /**
   * Joins, or finds that this instance has joined before (it was rebooted).
   *
   * @throws GivenUpException after the shutdown command has been run
   */
  public Node join() throws InterruptedException, GivenUpException {
    boolean hooksRan = false;
    double pause = FIRST_PAUSE_SECONDS;
    while (true) {
      try {
        InstanceMetadata metadata = new InstanceMetadata(environment);
        metadata.open();
        String id = metadata.text("/latest/meta-data/instance-id");
        var known = directory.membership(id);
        if (known.isPresent()) {
          return node(known.get());
        }
        if (!hooksRan) {
          hooks();
          hooksRan = true;
        }
        return node(register(metadata, id));
      } catch (JoinRefusedException e) {
        throw giveUp(e.getMessage());
      } catch (IOException e) {
        log.warn("Retriable exception detected.");
        log.warn("Response is {}", e.getMessage());
      }
      long left = settings.timeout().toNanos() - (System.nanoTime() - start);
      long wait = Math.min(left, (long) (pause * (0.75 + ThreadLocalRandom.current().nextDouble() / 2) * 1e9));
      if (left > 0) {
        log.info("Retrying in {} seconds...", Math.max(1, TimeUnit.NANOSECONDS.toSeconds(wait)));
        TimeUnit.NANOSECONDS.sleep(wait);
      }
      if (System.nanoTime() - start >= settings.timeout().toNanos()) {
        throw giveUp("Registration timeout (" + settings.timeout().toSeconds() + " seconds) reached. Exiting.");
      }
      pause = Math.min(LONGEST_PAUSE_SECONDS, pause * 2);
    }
  }

  private void hooks() throws InterruptedException, GivenUpException {
    try {
      BootstrapHooks.run(settings.hooks());
    } catch (IOException e) {
      throw giveUp(e.getMessage());
    }
  }

  private CloudDirectory.Membership register(InstanceMetadata metadata, String id) throws IOException, InterruptedException {
    byte[] userData = metadata.bytes("/latest/user-data").orElseThrow(() -> new IOException("the instance has no user data"));
    JoinFacts facts = JoinFacts.of(userData);
    log.info("Registering node to cluster {}", facts.cluster());
    JoinCall.Self self =
        new JoinCall.Self(
            id,
            metadata.text("/latest/dynamic/instance-identity/document"),
            metadata.text("/latest/dynamic/instance-identity/signature"),
            directory.claim(id),
            ProcessFacts.bootId(),
            settings.agentVersion());
    String type = metadata.text("/latest/meta-data/instance-type");
    String address = metadata.text("/latest/meta-data/local-ipv4");
    IOException last = new IOException("no controller is named");
    for (NodeLink.Controller controller : facts.controllers()) {
      try {
        Joined joined = JoinCall.at(controller, facts, self);
        CloudDirectory.Membership m = directory.store(id, type, address, joined);
        log.info("instance {} is node {} of cluster {}", id, m.node(), m.cluster());
        return m;
      } catch (JoinRefusedException e) {
        throw e;
      } catch (IOException e) {
        last = new IOException(controller + ": " + e.getMessage(), e);
      }
    }
    throw last;
  }

  private Node node(CloudDirectory.Membership m) {
    return new Node(m.node(), directory.slurmConf(), directory.keys(), m.instanceId(), m.instanceType(), m.address());
  }

  /** Ends the instance; returns what to throw. */
  public GivenUpException giveUp(String why) throws InterruptedException {
    log.error(why);
    log.error("Shutting down instance.");
    try {
      Process process = new ProcessBuilder(settings.shutdown()).inheritIO().start();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        log.error("{} failed", String.join(" ", settings.shutdown()));
      }
    } catch (IOException e) {
      log.error("{}: {}", String.join(" ", settings.shutdown()), e.getMessage());
    }
    return new GivenUpException(why);
  }
}
