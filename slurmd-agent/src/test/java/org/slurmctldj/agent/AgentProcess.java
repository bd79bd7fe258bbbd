package org.slurmctldj.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The agent as it really runs: a JVM of its own, that can be killed. */
public final class AgentProcess implements AutoCloseable {
  static final Path SHEPHERD = Path.of("target", "shepherd", "slurm-shepherd").toAbsolutePath();

  private final Process process;
  private final Path output;

  private AgentProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  public static AgentProcess start(Path directory, String node, String... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Path flags = Path.of("..", "bin", "lib", "slurmd-agent.jvm");
    command.addAll(
        Files.readAllLines(flags).stream().filter(l -> !l.startsWith("#") && !l.isBlank()).collect(Collectors.toList()));
    command.addAll(
        List.of(
            "-Dslurmd.agent.shepherd=" + SHEPHERD,
            "-cp",
            System.getProperty("java.class.path"),
            SlurmdAgent.class.getName(),
            "-D",
            "-N",
            node,
            "-f",
            directory.resolve("slurm.conf").toString()));
    command.addAll(List.of(more));
    Path output = directory.resolve("agent.out");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start();
    return new AgentProcess(process, output);
  }

  /** The exit status of one that ends by itself, at most 30 s from now. */
  int awaitExit() throws InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the agent does not end");
    }
    return process.exitValue();
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGHUP. */
  void hangUp() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start().waitFor();
  }

  public String output() throws IOException {
    return Files.readString(output);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }
}
