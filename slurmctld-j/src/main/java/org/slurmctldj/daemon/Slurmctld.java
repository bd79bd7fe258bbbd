package org.slurmctldj.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.config.ConfMessage;
import org.slurmctldj.config.ControllerConf;
import org.slurmctldj.journal.JournalDamaged;
import org.slurmctldj.journal.StateDirectory;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.SlurmConfSource;
import org.slurmctldj.proto.os.ProcessFacts;

/** The controller's main class: options, configuration, the user to run as; then a {@link Daemon} until it is told to end. */
public final class Slurmctld {
  static final String VERSION = "slurmctld-j 0.1.0";
  private static final String PROGRAM = "slurmctld";

  public static void main(String[] arguments) {
    CommandLineOptions options;
    try {
      options = CommandLineOptions.parse(arguments);
    } catch (CommandLineOptions.Wrong e) {
      System.err.println(PROGRAM + ": " + e.getMessage());
      System.exit(1);
      return;
    }
    if (options.help) {
      System.out.print(CommandLineOptions.USAGE);
      System.exit(0);
    }
    if (options.version) {
      System.out.println(VERSION);
      System.exit(0);
    }
    DaemonLog log = DaemonLog.start();
    Logger out = LoggerFactory.getLogger(Slurmctld.class);
    // a thread that ends this way would otherwise be missed at best
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> out.error("thread {} ended: {}", thread.getName(), e.toString(), e));
    int status = run(options, log);
    log.close();
    System.exit(status);
  }

  static int run(CommandLineOptions options, DaemonLog log) {
    Logger out = LoggerFactory.getLogger(Slurmctld.class);
    ControllerConf conf;
    Path file;
    try {
      SlurmConfSource source =
          SlurmConfSource.find(
              Optional.ofNullable(options.file).map(Path::toString), Optional.ofNullable(System.getenv("SLURM_CONF")), Optional.empty());
      if (!(source instanceof SlurmConfSource.FromFile found)) {
        return fatal(SlurmConfSource.NONE_FOUND);
      }
      file = found.path();
      conf = ControllerConf.load(file, new Ec2Examiner(), options.printPools);
    } catch (ConfException e) {
      for (String line : e.getMessage().split("\n")) {
        System.err.println(PROGRAM + ": error: " + line);
      }
      return fatal("Unable to process configuration file");
    }
    if (options.printPools) {
      conf.pools().warnings().forEach(w -> System.err.println(PROGRAM + ": warning: " + w));
      System.out.print(conf.pools().allLines());
      return 0;
    }
    Optional<Path> logFile = Optional.ofNullable(options.logFile).or(conf::logFile);
    try {
      if (RunAs.needed(conf.slurmUser())) {
        List<Path> files = new java.util.ArrayList<>(List.of(conf.pidFile()));
        logFile.ifPresent(files::add);
        RunAs.become(conf.slurmUser(), files);
      }
    } catch (IOException e) {
      return fatal("cannot run as SlurmUser " + conf.slurmUser().name() + ": " + e.getMessage());
    }
    if (ProcessFacts.effectiveUid() != conf.slurmUser().uid()) {
      out.warn("not running as SlurmUser {}: munge credentials made for it cannot be opened", conf.slurmUser().name());
    }
    try {
      log.to(logFile, options.foreground);
    } catch (RuntimeException e) {
      return fatal("log file " + logFile.map(Path::toString).orElse("") + ": " + e.getMessage());
    }
    int level = DaemonLog.levelOf(conf.slurm().text("SlurmctldDebug", "info"));
    log.level(options.quiet ? 2 : Math.min(9, level + options.verbose));
    for (ConfMessage m : conf.messages()) {
      switch (m.level()) {
        case ERROR -> out.error(m.text());
        case WARN -> out.warn(m.text());
        case INFO -> out.info(m.text());
      }
    }
    if (options.clear && Files.exists(conf.stateSaveLocation().resolve("slurmctld-j"))) {
      try (StateDirectory held = StateDirectory.open(conf.stateSaveLocation(), options.adopt)) {
        setAside(held.root()); // locked: not under a running controller
      } catch (StateDirectory.Refused e) {
        return fatal(e.getMessage());
      } catch (IOException e) {
        return fatal("-c: the old state cannot be moved aside: " + e.getMessage());
      }
    }
    try (Daemon daemon = new Daemon(conf, file, options, log)) {
      daemon.start();
      daemon.awaitEnd();
      return 0;
    } catch (JournalDamaged e) {
      // slurmctld -i goes on without what it cannot read; acknowledged jobs are never lost that way here.
      String sentence =
          e.getMessage()
              + (options.ignoreErrors ? "; -i cannot skip it: what was acknowledged is never dropped (-c keeps all of it aside and starts empty)" : "");
      out.error("fatal: {}", sentence);
      return fatal(sentence);
    } catch (ConfException | StateDirectory.Refused | IOException | UncheckedIOException e) {
      out.error("fatal: {}", e.getMessage());
      return fatal(e.getMessage());
    }
  }

  /** What -c forgets stays on disk under another name. */
  private static void setAside(Path state) throws IOException {
    if (Files.exists(state)) {
      Files.move(state, state.resolveSibling(state.getFileName() + ".cleared-" + System.currentTimeMillis()));
    }
  }

  private static int fatal(String sentence) {
    System.err.println(PROGRAM + ": fatal: " + sentence);
    return 1;
  }

  private Slurmctld() {}
}
