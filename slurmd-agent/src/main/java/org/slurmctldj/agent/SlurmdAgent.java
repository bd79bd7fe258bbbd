package org.slurmctldj.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.cloud.CloudBoot;
import org.slurmctldj.agent.node.NodeHardware;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.conf.SlurmConfSource;
import org.slurmctldj.proto.os.SystemdNotify;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/slurmd-agent}: the command line. */
@Command(
    name = "slurmd-agent",
    mixinStandardHelpOptions = false,
    sortOptions = false,
    description = "Runs the jobs of one node for slurmctld-j.")
public final class SlurmdAgent implements Callable<Integer> {
  static final String VERSION = "0.1.0";

  private static final int GIVEN_UP = 2;
  /** The PCS guide's 30 minutes against its 10 for joining. */
  private static final int WELCOME_TIMEOUTS = 3;

  /** A node without slurm.conf must have its key all the same. */
  private static final Path KEY_DIRECTORY = Path.of("/etc/slurm");

  @Option(names = "-b", description = "Say that the node booted when this agent started (for tests on one machine).")
  boolean bootedNow;

  @Option(names = "-C", description = "Print this machine's hardware as slurm.conf wants it, and exit.")
  boolean printHardware;

  @Option(names = "-D", description = "Stay in the foreground, log to standard error.")
  boolean foreground;

  @Option(names = "-N", paramLabel = "NODE", description = "This node's NodeName.")
  Optional<String> node = Optional.empty();

  @Option(names = "-f", paramLabel = "FILE", description = "slurm.conf.")
  Optional<String> file = Optional.empty();

  @Option(names = "-L", paramLabel = "FILE", description = "Log file instead of SlurmdLogFile.")
  Optional<String> logFile = Optional.empty();

  @Option(names = "--conf-server", paramLabel = "HOST[:PORT]", description = "Fetch the configuration there.")
  Optional<String> confServer = Optional.empty();

  @Option(names = "--cloud", description = "On a cloud's instance: become the node it was started for (unless it is already), and run it.")
  boolean cloud;

  @Option(names = "--cloud-join", description = "Only become the node, and exit.")
  boolean cloudJoin;

  @Option(names = "--cloud-directory", paramLabel = "DIR", description = "Where the instance keeps its membership; by default ${DEFAULT-VALUE}.")
  Path cloudDirectory = CloudBoot.Settings.DIRECTORY;

  @Option(names = "--cloud-hooks", paramLabel = "DIR", description = "Programs to run before joining; by default ${DEFAULT-VALUE}.")
  Path cloudHooks = CloudBoot.Settings.HOOKS;

  @Option(names = "--cloud-timeout", paramLabel = "SECONDS", description = "Give up joining after so long; by default ${DEFAULT-VALUE}.")
  int cloudTimeout = 600;

  @Option(names = "--cloud-shutdown", paramLabel = "COMMAND", description = "Ends an instance that gives up, by sh -c; by default ${DEFAULT-VALUE}.")
  String cloudShutdown = "shutdown -h now";

  @Option(names = "--tls", description = "Use TLS even to a controller on this host's loopback.")
  boolean tls;

  @Option(names = "-v", description = "More in the log; repeat for more.")
  boolean[] verbose = new boolean[0];

  @Option(names = "-V", description = "Print the version and exit.")
  boolean version;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this.")
  boolean help;

  private boolean logsToFile;
  private Optional<Path> keyDirectory = Optional.empty();

  public static void main(String[] args) {
    System.exit(new CommandLine(new SlurmdAgent()).execute(args));
  }

  @Override
  public Integer call() {
    if (version) {
      System.out.println("slurmd-agent " + VERSION);
      return 0;
    }
    if (printHardware) {
      System.out.println(NodeHardware.print(NodeHardware.find(Path.of("/tmp"), VERSION), NodeHardware.upSeconds()));
      return 0;
    }
    SystemdNotify systemd = SystemdNotify.fromEnvironment();
    Logger log = LoggerFactory.getLogger(SlurmdAgent.class);
    AgentLog.configure(Optional.empty(), journal(), verbose.length);
    try {
      Optional<CloudBoot> boot = cloud || cloudJoin ? Optional.of(cloudBoot()) : Optional.empty();
      Optional<CloudBoot.Node> instance = boot.isPresent() ? Optional.of(boot.get().join()) : Optional.empty();
      if (cloudJoin) {
        return 0;
      }
      instance.ifPresent(this::is);
      AgentConfig config = AgentConfig.load(confFile(), node, keyDirectory);
      Optional<Path> to = logFile.map(Path::of).or(foreground ? Optional::empty : config::logFile);
      // -v adds to SlurmdDebug; a terminal shows what matters even if SlurmdDebug=error
      int level = foreground ? Math.max(0, config.verbosity()) : config.verbosity();
      AgentLog.configure(to, journal(), level + verbose.length);
      logsToFile = to.isPresent();
      config.conf().warnings().forEach(log::error);
      Agent agent = new Agent(config, tls, bootedNow, shepherd(), systemd, () -> AgentConfig.load(confFile(), node, keyDirectory), instance);
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .name("stop")
                  .unstarted(
                      () -> {
                        log.info("stopping; running jobs go on");
                        agent.close();
                      }));
      sun.misc.Signal.handle(new sun.misc.Signal("HUP"), signal -> agent.reconfigureAside());
      agent.start();
      started();
      if (boot.isPresent() && !agent.awaitWelcome(WELCOME_TIMEOUTS * cloudTimeout)) {
        throw boot.get().giveUp("no welcome by the controller within " + WELCOME_TIMEOUTS * cloudTimeout + " seconds. Exiting.");
      }
      agent.await();
      return 0;
    } catch (ConfException e) {
      e.getMessage().lines().forEach(line -> fatal(log, line));
      fatal(log, "fatal: Unable to process configuration file");
    } catch (CloudBoot.GivenUpException e) {
      return GIVEN_UP;
    } catch (IOException | IllegalArgumentException e) {
      fatal(log, "fatal: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
    return 1;
  }

  private CloudBoot cloudBoot() throws IOException {
    if (file.isPresent() || confServer.isPresent() || node.isPresent()) {
      throw new IOException("--cloud excludes -f, -N and --conf-server: the controller says what they would");
    }
    if (cloudTimeout < 1) {
      throw new IOException("--cloud-timeout must be at least 1");
    }
    return new CloudBoot(
        new CloudBoot.Settings(cloudDirectory.toAbsolutePath(), cloudHooks, Duration.ofSeconds(cloudTimeout), List.of("/bin/sh", "-c", cloudShutdown), VERSION),
        System.getenv());
  }

  /** From here on as any node. */
  private void is(CloudBoot.Node instance) {
    node = Optional.of(instance.name());
    file = Optional.of(instance.slurmConf().toString());
    keyDirectory = Optional.of(instance.keys());
  }

  /** Whoever started it in the background reads standard error, not the log file. */
  private void fatal(Logger log, String sentence) {
    log.error(sentence);
    if (logsToFile) {
      System.err.println("slurmd-agent: error: " + sentence);
    }
  }

  private Path confFile() throws IOException, InterruptedException {
    Map<String, String> environment = System.getenv();
    if (confServer.isPresent()) {
      if (file.isPresent()) {
        throw new IOException("-f and --conf-server exclude each other");
      }
      return fetch(List.of(confServer.get().split(",")));
    }
    SlurmConfSource source =
        SlurmConfSource.find(
            file,
            Optional.ofNullable(environment.get("SLURM_CONF")),
            Optional.ofNullable(environment.get("SLURM_CONF_SERVER")));
    return switch (source) {
      case SlurmConfSource.FromFile f -> f.path();
      case SlurmConfSource.FromServers s -> fetch(s.hostPorts());
      case SlurmConfSource.Nowhere n -> throw new IOException(SlurmConfSource.NONE_FOUND);
    };
  }

  private Path fetch(List<String> servers) throws IOException, InterruptedException {
    Path fetched = ConfigFetch.fetch(servers, node, KEY_DIRECTORY);
    keyDirectory = Optional.of(KEY_DIRECTORY);
    return fetched;
  }

  /** bin/slurmd-agent names it; else it is where the build leaves it, beside the classes. */
  private static Path shepherd() {
    String named = System.getProperty("slurmd.agent.shepherd");
    if (named != null) {
      return Path.of(named);
    }
    try {
      Path code = Path.of(SlurmdAgent.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return code.resolveSibling("shepherd").resolve("slurm-shepherd");
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Standard error goes to the journal. */
  private static boolean journal() {
    return System.getenv("JOURNAL_STREAM") != null;
  }

  /** The launcher waits for this file when it put the agent into the background. */
  private static void started() throws IOException {
    String file = System.getProperty("slurmd.agent.started");
    if (file != null) {
      Files.writeString(Path.of(file), "started\n");
    }
  }
}
