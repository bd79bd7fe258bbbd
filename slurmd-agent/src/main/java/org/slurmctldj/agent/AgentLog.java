package org.slurmctldj.agent;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Where log lines go and how they look: SlurmdLogFile with Slurm's timestamp, or standard error, with journal priorities
 * when systemd reads it. Called once at start and at a reconfigure.
 */
final class AgentLog {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS");

  enum Style {
    /** [2026-11-22T14:21:25.387] error: text */
    FILE,
    /** slurmd-agent: error: text */
    TERMINAL,
    /** &lt;3&gt;text */
    JOURNAL
  }

  /**
   * @param file empty: standard error
   * @param verbosity -1 errors and warnings, 0 what matters, 1 debug, 2 and more everything
   */
  static void configure(Optional<Path> file, boolean journal, int verbosity) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Style style = file.isPresent() ? Style.FILE : journal ? Style.JOURNAL : Style.TERMINAL;
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(file.<Appender<ILoggingEvent>>map(f -> toFile(context, f)).orElseGet(() -> toError(context, style)));
    context
        .getLogger("org.slurmctldj")
        .setLevel(
            switch (Math.clamp(verbosity, -1, 2)) {
              case -1 -> Level.WARN;
              case 0 -> Level.INFO;
              case 1 -> Level.DEBUG;
              default -> Level.TRACE;
            });
  }

  private static Appender<ILoggingEvent> toFile(LoggerContext context, Path file) {
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setFile(file.toString());
    appender.setAppend(true);
    appender.setEncoder(encoder(context, Style.FILE));
    appender.setContext(context);
    appender.start();
    return appender;
  }

  private static Appender<ILoggingEvent> toError(LoggerContext context, Style style) {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setTarget("System.err");
    appender.setEncoder(encoder(context, style));
    appender.setContext(context);
    appender.start();
    return appender;
  }

  private static LayoutWrappingEncoder<ILoggingEvent> encoder(LoggerContext context, Style style) {
    LineLayout layout = new LineLayout(style);
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setLayout(layout);
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }

  /** One line an event; a stack trace only under -v or for errors of our own. */
  private static final class LineLayout extends LayoutBase<ILoggingEvent> {
    private final Style style;

    LineLayout(Style style) {
      this.style = style;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
      Level level = event.getLevel();
      String word =
          level == Level.ERROR ? "error: " : level == Level.WARN ? "warning: " : level == Level.INFO ? "" : "debug: ";
      String start =
          switch (style) {
            case FILE ->
                "[" + TIME.format(Instant.ofEpochMilli(event.getTimeStamp()).atZone(ZoneId.systemDefault())) + "] " + word;
            case TERMINAL -> "slurmd-agent: " + word;
            case JOURNAL -> "<" + priority(level) + ">";
          };
      IThrowableProxy thrown = event.getThrowableProxy();
      String trace = thrown == null ? "" : "\n" + ThrowableProxyUtil.asString(thrown).stripTrailing();
      return start + event.getFormattedMessage() + trace + "\n";
    }

    /** syslog's numbers. */
    private static int priority(Level level) {
      return level == Level.ERROR ? 3 : level == Level.WARN ? 4 : level == Level.INFO ? 6 : 7;
    }
  }

  private AgentLog() {}
}
