package org.slurmctldj.agent.script;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.launch.ShepherdSpec;

/**
 * One run of a job's Prolog or Epilog: all its files one after the other, to the first that fails. Blocks; on a thread of
 * its own.
 */
final class ScriptRun {
  private static final Logger log = LoggerFactory.getLogger(ScriptRun.class);
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;
  private static final int NOT_EXECUTED = 127;

  /** Exit statuses of a process that a signal ended, as the JDK gives them. */
  private static final int BY_SIGNAL = 128;

  private static final int LARGEST_OUTPUT = 64 << 10;
  private static final long KILL_SECONDS = 10;

  private final NodeScripts node;
  private final Path shepherd;
  private final NodeScripts.Kind kind;
  private final long jobId;
  private final Path directory;

  /** @param directory made, used for the script's specification, and deleted */
  ScriptRun(NodeScripts node, Path shepherd, NodeScripts.Kind kind, long jobId, Path directory) {
    this.node = node;
    this.shepherd = shepherd;
    this.kind = kind;
    this.jobId = jobId;
    this.directory = directory;
  }

  /**
   * @param environment "K=V" of the job
   * @param running told each process before it is waited for
   * @return false: one of the files failed or could not be run; the log says how
   */
  boolean all(List<String> environment, Consumer<ProcessHandle> running) throws InterruptedException {
    for (String pattern : node.patterns(kind)) {
      List<Path> files = NodeScripts.files(pattern);
      if (files.isEmpty()) {
        log.error("{}: Unable to create list of paths [{}]", kind.word(), pattern);
        return failed(0, 0);
      }
      for (Path file : files) {
        if (!one(file, environment, running)) {
          return false;
        }
      }
    }
    return true;
  }

  /** slurmd's last line about it: exit status and signal. */
  private boolean failed(int status, int signal) {
    log.error("[job {}] {} failed status={}:{}", jobId, kind.word(), status, signal);
    return false;
  }

  private boolean one(Path file, List<String> environment, Consumer<ProcessHandle> running) throws InterruptedException {
    if (!Files.isExecutable(file) || Files.isDirectory(file)) {
      log.error("run_command: {} can not be executed ({}) Permission denied", kind.word(), file);
      log.error("{} didn't run: status:{} reason:Run command failed - configuration error", kind.word(), NOT_EXECUTED);
      return failed(0, 0);
    }
    Process process;
    try {
      process = start(file, environment);
    } catch (IOException e) {
      log.error("{} didn't run: {}", kind.word(), e.getMessage());
      return failed(0, 0);
    }
    running.accept(process.toHandle());
    StringBuilder output = new StringBuilder();
    Thread reader = Thread.ofVirtual().start(() -> read(process.getInputStream(), output));
    int signal = 0;
    try {
      long seconds = node.seconds(kind);
      if (seconds > 0 && !process.waitFor(seconds, TimeUnit.SECONDS)) {
        log.error("run_command: {} poll timeout @ {} msec", kind.word(), seconds * 1000);
        signal = end(process.toHandle());
      }
      int code = process.waitFor();
      // who left something in the background that holds the pipe is not waited for
      reader.join(java.time.Duration.ofMillis(200));
      if (signal == 0 && code > BY_SIGNAL) {
        signal = code - BY_SIGNAL;
      }
      if (signal != 0) {
        log.error("{} killed by signal {} output:{}", kind.word(), signal, text(output));
        return failed(0, signal);
      }
      if (code != 0) {
        log.error("{} failed: rc:{} output:{}", kind.word(), code, text(output));
        return failed(code, 0);
      }
      return true;
    } finally {
      tidy();
    }
  }

  private static String text(StringBuilder output) {
    synchronized (output) {
      return output.toString().stripTrailing();
    }
  }

  private Process start(Path file, List<String> environment) throws IOException {
    ShepherdSpec spec = new ShepherdSpec().put("executable", file.toString()).put("work_dir", node.workingDirectory().toString());
    node.environment().forEach(entry -> spec.put("env", entry));
    environment.forEach(entry -> spec.put("env", entry));
    spec.put("env", "SLURM_SCRIPT_CONTEXT=" + kind.word() + "_slurmd");
    Files.createDirectories(directory);
    Files.write(directory.resolve("spec"), spec.bytes());
    return new ProcessBuilder(shepherd.toString(), "exec", directory.toString())
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .start();
  }

  private void tidy() {
    try {
      Files.deleteIfExists(directory.resolve("spec"));
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      log.warn("cannot delete {}: {}", directory, e.toString());
    }
  }

  private static void read(InputStream from, StringBuilder into) {
    byte[] bytes = new byte[4096];
    try (from) {
      for (int got; (got = from.read(bytes)) >= 0; ) {
        synchronized (into) {
          if (into.length() < LARGEST_OUTPUT) {
            into.append(new String(bytes, 0, got, StandardCharsets.ISO_8859_1));
          }
        }
      }
    } catch (IOException e) {
      // as good as its end
    }
  }

  /** SIGTERM to it and all below it, SIGKILL to what is still there after a while; the signal that did it. */
  static int end(ProcessHandle process) throws InterruptedException {
    List<ProcessHandle> family = new java.util.ArrayList<>(process.descendants().toList());
    family.add(process);
    family.forEach(ProcessHandle::destroy);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(KILL_SECONDS);
    while (process.isAlive() && System.nanoTime() < until) {
      Thread.sleep(20);
    }
    int signal = process.isAlive() ? SIGKILL : SIGTERM;
    family.forEach(ProcessHandle::destroyForcibly);
    return signal;
  }
}
