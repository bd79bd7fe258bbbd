package org.slurmctldj.agent.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The environment a login of the user gives ({@code --get-user-env}, {@code --export=NONE}). Blocks up to two minutes. */
public final class UserEnvironment {
  private static final int TIMEOUT_SECONDS = 120;
  private static final int LARGEST = 4 << 20;
  private static final String MARK = "SLURMD_AGENT_ENVIRONMENT_BEGINS";

  /** Empty when it cannot be had: the job then runs with what was submitted, as under Slurm. */
  public static Optional<List<String>> of(String userName, boolean privileged) {
    String print = "printf '" + MARK + "\\0'; exec env -0";
    List<String> command =
        privileged ? List.of("su", "-", userName, "-c", print) : List.of("/bin/sh", "-l", "-c", print);
    if (privileged && !Files.isExecutable(Path.of("/bin/su")) && !Files.isExecutable(Path.of("/usr/bin/su"))) {
      return Optional.empty();
    }
    ProcessBuilder login = new ProcessBuilder(command);
    // nothing of the agent's own environment is the user's
    login.environment().clear();
    login.environment().put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    try {
      Process process =
          login
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        CompletableFuture<byte[]> all = new CompletableFuture<>();
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    all.complete(process.getInputStream().readNBytes(LARGEST));
                  } catch (IOException e) {
                    all.completeExceptionally(e);
                  }
                });
        String text = new String(all.get(TIMEOUT_SECONDS, TimeUnit.SECONDS), StandardCharsets.ISO_8859_1);
        return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0 ? parse(text) : Optional.empty();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException | ExecutionException | TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static Optional<List<String>> parse(String text) {
    int begin = text.indexOf(MARK + "\0");
    if (begin < 0) {
      return Optional.empty();
    }
    List<String> entries = new ArrayList<>();
    for (String entry : text.substring(begin + MARK.length() + 1).split("\0")) {
      // what belongs to the shell that printed it, not to the user
      if (!entry.isEmpty() && !entry.startsWith("_=") && !entry.startsWith("SHLVL=")) {
        entries.add(entry);
      }
    }
    return Optional.of(entries);
  }

  private UserEnvironment() {}
}
