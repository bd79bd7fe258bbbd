package org.slurmctldj.agent;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.link.NodeLink;
import org.slurmctldj.agent.node.CgroupConf;
import org.slurmctldj.agent.script.NodeScripts;
import org.slurmctldj.proto.conf.ClusterLayout;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.GresConf;
import org.slurmctldj.proto.conf.NodeDef;
import org.slurmctldj.proto.conf.OptionList;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.os.UserDatabase;

/** What the agent takes from slurm.conf and cgroup.conf. Immutable. */
record AgentConfig(
    SlurmConf conf,
    Path confFile,
    Path keyDirectory,
    NodeDef node,
    boolean nodeNamed,
    List<NodeLink.Controller> controllers,
    Path spoolDirectory,
    Optional<Path> logFile,
    Path pidFile,
    Path temporaryFileSystem,
    boolean appendByDefault,
    boolean taskCgroup,
    int verbosity,
    CgroupConf cgroup,
    GresConf gres,
    long slurmUid,
    long slurmdUid) {
  private static final Logger LOG = LoggerFactory.getLogger(AgentConfig.class);

  /** How long slurmd waits for a device file. */
  private static final int DEVICE_SECONDS = 20;

  /**
   * @param nodeName -N, or empty: the node whose NodeHostname or NodeName is this host's name
   * @param keyDirectory where slurm.key lies; empty: beside slurm.conf
   * @throws ConfException sentences for the user
   */
  static AgentConfig load(Path confFile, Optional<String> nodeName, Optional<Path> keyDirectory) {
    Path file = confFile.toAbsolutePath();
    SlurmConf conf = SlurmConf.load(file);
    for (String key : List.of("HealthCheckProgram")) {
      if (conf.text(key).isPresent()) {
        throw new ConfException(key + "=" + conf.text(key).get() + " is not supported by slurmd-agent yet: real slurmd runs it");
      }
    }
    OptionList flags = conf.options("PrologFlags");
    for (String flag : List.of("RunInJob", "DeferBatch", "X11")) {
      if (flags.has(flag)) {
        throw new ConfException("PrologFlags=" + flag + " is not supported by slurmd-agent yet: real slurmd does it");
      }
    }
    NodeDef node = findNode(ClusterLayout.of(conf), nodeName, file);
    int port = conf.slurmctldPorts().first();
    List<NodeLink.Controller> controllers =
        conf.slurmctldAddr()
            .map(address -> List.of(new NodeLink.Controller(address, port)))
            .orElseGet(
                () -> conf.controllers().stream().map(c -> new NodeLink.Controller(c.address(), port)).toList());
    String host = ProcessFacts.shortHostName();
    return new AgentConfig(
        conf,
        file,
        keyDirectory.or(() -> Optional.ofNullable(file.getParent())).orElse(Path.of("/")),
        node,
        nodeName.isPresent(),
        controllers,
        Path.of(SlurmConf.forNode(conf.slurmdSpoolDir(), node.name(), host)),
        conf.text("SlurmdLogFile").map(name -> Path.of(SlurmConf.forNode(name, node.name(), host))),
        Path.of(SlurmConf.forNode(conf.text("SlurmdPidFile", "/var/run/slurmd.pid"), node.name(), host)),
        Path.of(SlurmConf.forNode(conf.text("TmpFS", "/tmp"), node.name(), host)),
        conf.number("JobFileAppend", 0) != 0,
        conf.options("TaskPlugin").items().stream().anyMatch(p -> p.equals("task/cgroup") || p.equals("cgroup")),
        verbosity(conf.text("SlurmdDebug", "info")),
        CgroupConf.beside(file),
        gres(file, node.name(), conf),
        uid(conf.slurmUser(), "SlurmUser"),
        uid(conf.slurmdUser(), "SlurmdUser"));
  }

  /** Prolog and Epilog. */
  NodeScripts scripts() {
    long both = seconds("PrologEpilogTimeout", 0);
    return new NodeScripts(
        conf.list("Prolog"),
        conf.list("Epilog"),
        seconds("PrologTimeout", both),
        seconds("EpilogTimeout", both),
        conf.options("PrologFlags").has("Serial"),
        // slurmd's own is where its log lies
        logFile.map(Path::toAbsolutePath).map(Path::getParent).orElse(spoolDirectory.toAbsolutePath()),
        List.of(
            "SLURM_CLUSTER_NAME=" + conf.clusterName(), "SLURM_CONF=" + confFile, "SLURMD_NODENAME=" + node.name()));
  }

  /** 0: none. 65534 and more is Slurm's way to say so. */
  private long seconds(String key, long otherwise) {
    long value = conf.number(key, otherwise);
    return value >= 0xfffe ? 0 : value;
  }

  /** As slurmd: a device file may come a little later than the daemon, when its driver is loaded. */
  private static GresConf gres(Path file, String node, SlurmConf conf) {
    GresConf gres = GresConf.beside(file, node, Set.copyOf(conf.options("GresTypes").items()));
    String waitedFor = null;
    for (int second = 0; gres.missingFile().isPresent(); second++) {
      String missing = gres.missingFile().get();
      if (second >= DEVICE_SECONDS) {
        throw new ConfException("can't stat gres.conf file " + missing + ": No such file or directory");
      }
      if (!missing.equals(waitedFor)) {
        LOG.error("Waiting for gres.conf file {}", missing);
        waitedFor = missing;
      }
      try {
        Thread.sleep(1000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ConfException("interrupted while waiting for gres.conf file " + missing);
      }
    }
    return gres;
  }

  private static NodeDef findNode(ClusterLayout layout, Optional<String> named, Path file) {
    if (named.isPresent()) {
      return layout
          .node(named.get())
          .orElseThrow(() -> new ConfException("node " + named.get() + " is not defined in " + file));
    }
    String whole = ProcessFacts.hostName();
    String host = ProcessFacts.shortHostName();
    return layout
        .node(host)
        .or(() -> layout.node(whole))
        .or(
            () ->
                layout.nodes().stream()
                    .filter(n -> n.hostName().equals(host) || n.hostName().equals(whole))
                    .findFirst())
        .orElseThrow(
            () ->
                new ConfException(
                    "Unable to determine this slurmd's NodeName: no node of " + file + " has the name or NodeHostname "
                        + host));
  }

  /** SlurmdDebug as the log's levels: -1 errors only, 0 what matters, 1 debug, 2 everything. */
  private static int verbosity(String level) {
    return switch (level.toLowerCase(java.util.Locale.ROOT)) {
      case "quiet", "fatal", "error", "0", "1", "2" -> -1;
      case "info", "3" -> 0;
      case "verbose", "debug", "4", "5" -> 1;
      case "debug2", "debug3", "debug4", "debug5", "6", "7", "8", "9" -> 2;
      default -> throw new ConfException("Invalid SlurmdDebug " + level);
    };
  }

  private static long uid(String user, String key) {
    if (user.matches("[0-9]{1,10}")) {
      return Long.parseLong(user);
    }
    return UserDatabase.userByName(user)
        .map(UserDatabase.User::uid)
        .orElseThrow(() -> new ConfException(key + " " + user + " is not known on this node"));
  }
}
