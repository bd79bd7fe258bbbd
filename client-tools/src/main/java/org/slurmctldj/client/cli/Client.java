package org.slurmctldj.client.cli;

import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slurmctldj.client.rpc.Controller;
import org.slurmctldj.client.rpc.ReleaseMemory;
import org.slurmctldj.client.text.Names;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.conf.SlurmConfSource;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.wire.ProtocolVersion;

/**
 * One invocation of a client program: name, arguments, environment, where it prints, the configuration and the controller.
 * Strings are bytes carried as Latin-1.
 */
public final class Client {
  private final String program;
  private final List<String> arguments;
  private final Map<String, String> environment;
  private final Console console;
  private final Names names = new Names();
  private SlurmConf conf;
  private Controller controller;
  private long ownUid = -1;

  public Client(String program, List<String> arguments, Map<String, String> environment, Console console) {
    this.program = program;
    this.arguments = arguments;
    this.environment = environment;
    this.console = console;
  }

  public static Map<String, String> environmentOf(List<String> entries) {
    Map<String, String> map = new HashMap<>(entries.size() * 2);
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        map.putIfAbsent(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return map;
  }

  public String program() {
    return program;
  }

  public List<String> arguments() {
    return arguments;
  }

  public Console console() {
    return console;
  }

  public Names names() {
    return names;
  }

  /** An environment variable, or null. */
  public String env(String name) {
    return environment.get(name);
  }

  public Map<String, String> environment() {
    return environment;
  }

  public long uid() {
    if (ownUid < 0) {
      ownUid = ProcessFacts.effectiveUid();
    }
    return ownUid;
  }

  /** "squeue: error: ..." on standard error. */
  public void error(String text) {
    console.complain(program + ": error: " + text);
  }

  /** "squeue: fatal: ..." and exit status 1. */
  public Exit fatal(String text) {
    console.complain(program + ": fatal: " + text);
    return new Exit(1);
  }

  /** An option that Slurm has and we do not: said by name, exit status 1. */
  public Exit unsupported(String option) {
    error(option + " is not supported by slurmctld-j's " + program + " yet");
    return new Exit(1);
  }

  /** slurm.conf, read once; what cannot be used ends the command as it does with Slurm. */
  public SlurmConf conf() {
    if (conf == null) {
      conf = load();
    }
    return conf;
  }

  private SlurmConf load() {
    SlurmConfSource source =
        SlurmConfSource.find(
            Optional.empty(), Optional.ofNullable(env("SLURM_CONF")), Optional.ofNullable(env("SLURM_CONF_SERVER")));
    try {
      // no pattern switch: its class is spun at run time, which every command would wait for
      if (source instanceof SlurmConfSource.FromFile file) {
        if (!Files.exists(file.path())) {
          error("s_p_parse_file: unable to status file " + file.path() + ": No such file or directory, retrying in 1sec up to 60sec");
          throw fatal("Unable to process configuration file");
        }
        return SlurmConf.load(file.path());
      }
      if (source instanceof SlurmConfSource.FromServers) {
        throw unsupported("a configuration fetched from SLURM_CONF_SERVER");
      }
      error("resolve_ctls_from_dns_srv: res_nsearch error: Unknown host");
      error("fetch_config: DNS SRV lookup failed");
      error("_establish_config_source: failed to fetch config");
      throw fatal(SlurmConfSource.NONE_FOUND);
    } catch (ConfException e) {
      for (String line : e.getMessage().split("\n")) {
        error(line);
      }
      throw fatal("Unable to process configuration file");
    }
  }

  /** The controller of {@link #conf}. */
  public Controller controller() {
    if (controller == null) {
      String slurmUser = conf().slurmUser();
      long slurmUid =
          names
              .uid(slurmUser)
              .orElseThrow(() -> {
                error("Invalid user for SlurmUser " + slurmUser + ", ignored");
                return fatal("Unable to process configuration file");
              });
      String where = conf.controllers() + " " + conf.slurmctldPorts() + " " + conf.clusterName();
      controller =
          new Controller(
              conf, fixedVersion(), slurmUid, uid(), env("SLURM_SACK_SOCKET"), ReleaseMemory.of(env("XDG_RUNTIME_DIR"), uid(), where));
    }
    return controller;
  }

  /** The protocol version whose client is the model, as in a header; asks the controller if nothing is known yet. */
  public int release() {
    return controller().probe();
  }

  /** The name of that release, of which this is the output. */
  public String releaseName() {
    int version = release();
    return switch (version) {
      case ProtocolVersion.V22_05 -> "22.05.8";
      case ProtocolVersion.V24_11 -> "24.11.5";
      default -> ProtocolVersion.release(version) + ".0";
    };
  }

  /** SLURMJ_PROTOCOL_VERSION: a release such as 24.11, or its number (42). */
  private Optional<Integer> fixedVersion() {
    String text = env("SLURMJ_PROTOCOL_VERSION");
    if (text == null || text.isEmpty()) {
      return Optional.empty();
    }
    for (int version = ProtocolVersion.OLDEST; version <= ProtocolVersion.NEWEST; version += 256) {
      if (text.equals(ProtocolVersion.release(version)) || text.equals(Integer.toString(version >> 8))) {
        return Optional.of(version);
      }
    }
    throw fatal("SLURMJ_PROTOCOL_VERSION=" + text + " is not a release between 22.05 and 26.05");
  }
}
