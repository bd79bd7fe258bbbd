package org.slurmctldj.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Slurm-like one-line logs: to SlurmctldLogFile with the time in front, to standard error as "slurmctld: ...", under
 * systemd with journal priorities. No configuration file: slurm.conf says it all.
 */
final class DaemonLog {
  private static final String FILE_PATTERN = "[%d{yyyy-MM-dd'T'HH:mm:ss.SSS}] %slurm%m%n%ex{12}";
  private static final String TERMINAL_PATTERN = "slurmctld: %slurm%m%n%ex{12}";
  private static final String JOURNAL_PATTERN = "%priority%slurm%m%n%ex{12}";

  private final LoggerContext context;
  private Optional<Path> file = Optional.empty();

  private DaemonLog(LoggerContext context) {
    this.context = context;
  }

  /** Until the configuration is known: to standard error. */
  static DaemonLog start() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    DaemonLog log = new DaemonLog(context);
    log.to(Optional.empty(), true);
    log.level(3);
    return log;
  }

  /** {@code terminal}: also to standard error. */
  void to(Optional<Path> logFile, boolean terminal) {
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    file = logFile;
    logFile.ifPresent(path -> attach(root, "log-file", append(path), FILE_PATTERN));
    if (terminal || logFile.isEmpty()) {
      attach(root, "log-terminal", System.err, System.getenv("JOURNAL_STREAM") != null ? JOURNAL_PATTERN : TERMINAL_PATTERN);
    }
  }

  private static OutputStream append(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process ends: what was said is written. */
  void close() {
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAndStopAllAppenders();
  }

  /** After the file has been rotated away. */
  void reopen(boolean terminal) {
    to(file, terminal);
  }

  private void attach(Logger root, String name, OutputStream out, String pattern) {
    var layout = new PatternLayout();
    layout.getInstanceConverterMap().put("slurm", SlurmWord::new);
    layout.getInstanceConverterMap().put("priority", JournalPriority::new);
    layout.setContext(context);
    layout.setPattern(pattern);
    layout.start();
    LogWriter writer = new LogWriter(name, out, layout);
    writer.setContext(context);
    writer.start();
    root.addAppender(writer);
  }

  /** Slurm's numbers: 0 quiet, 1 fatal, 2 error, 3 info, 4 verbose, 5 debug, 6 and more debug2... */
  boolean level(int slurmLevel) {
    if (slurmLevel < 0 || slurmLevel > 9) {
      return false;
    }
    Level level =
        slurmLevel == 0 ? Level.OFF : slurmLevel <= 2 ? Level.ERROR : slurmLevel <= 4 ? Level.INFO : slurmLevel == 5 ? Level.DEBUG : Level.TRACE;
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(level == Level.TRACE ? Level.DEBUG : level);
    context.getLogger("org.slurmctldj").setLevel(level);
    for (String noisy : new String[] {"io.netty", "io.grpc", "net.openhft", "software.amazon.awssdk"}) {
      context.getLogger(noisy).setLevel(slurmLevel >= 8 ? Level.DEBUG : Level.WARN);
    }
    // It warns of socket options that channels inside the process do not have.
    context.getLogger("io.netty.bootstrap.ServerBootstrap").setLevel(Level.ERROR);
    return true;
  }

  /** SlurmctldDebug's word or number; info where there is none. */
  static int levelOf(String text) {
    return switch (text.toLowerCase(java.util.Locale.ROOT)) {
      case "quiet", "0" -> 0;
      case "fatal", "1" -> 1;
      case "error", "2" -> 2;
      case "verbose", "4" -> 4;
      case "debug", "5" -> 5;
      case "debug2", "6" -> 6;
      case "debug3", "7" -> 7;
      case "debug4", "8" -> 8;
      case "debug5", "9" -> 9;
      default -> 3;
    };
  }

  /** "error: " and its kin, as Slurm writes them. */
  static final class SlurmWord extends ClassicConverter {
    @Override
    public String convert(ILoggingEvent event) {
      return switch (event.getLevel().toInt()) {
        case Level.ERROR_INT -> "error: ";
        case Level.WARN_INT -> "warning: ";
        case Level.DEBUG_INT -> "debug:  ";
        case Level.TRACE_INT -> "debug2: ";
        default -> "";
      };
    }
  }

  /** sd-daemon(3): "<3>" in front of errors. */
  static final class JournalPriority extends ClassicConverter {
    @Override
    public String convert(ILoggingEvent event) {
      return switch (event.getLevel().toInt()) {
        case Level.ERROR_INT -> "<3>";
        case Level.WARN_INT -> "<4>";
        case Level.DEBUG_INT, Level.TRACE_INT -> "<7>";
        default -> "<6>";
      };
    }
  }
}
