package org.slurmctldj.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.journal.JournalOptions;

/**
 * A controller's engine takes submissions, makes snapshots all the while, and is killed with SIGKILL
 * at a random moment: every acknowledged job is there with its script, and no id is given twice.
 * {@code -Dslurmctldj.test.killRounds=N} for more rounds.
 */
final class KilledEngineTest {
  @TempDir Path folder;

  private static EngineOptions options(Path folder) {
    return EngineOptions.standard(folder, false)
        .withJournal(JournalOptions.standard().withSegmentBytes(256 << 10))
        .withSnapshotBytes(300_000);
  }

  private static byte[] script(String name) {
    return ("#!/bin/sh\necho " + name + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  static final class Child {
    public static void main(String[] args) throws Exception {
      ClusterEngine engine = ClusterEngine.open(options(Path.of(args[0])));
      engine.start();
      engine.reconfigure(Load.config(Load.NODES, 1_000_000, 300)).get(30, TimeUnit.SECONDS);
      PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false, StandardCharsets.US_ASCII);
      Semaphore inFlight = new Semaphore(32);
      for (int i = 0; ; i++) {
        inFlight.acquire();
        String name = args[1] + "-" + i + ".";
        Load.submit(engine, name, script(name)).thenAccept(r -> {
          out.println((r.isOk() ? r.jobId() : -r.error()) + " " + name);
          out.flush();
          inFlight.release();
        });
      }
    }
  }

  private ProcessBuilder child(String round) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(a -> a.startsWith("--add") || a.startsWith("--enable") || a.startsWith("--sun") || a.startsWith("-Dchronicle"))
        .forEach(command::add);
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp",
        System.getProperty("java.class.path"), Child.class.getName(), folder.toString(), round));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
  }

  @Test
  void everyAcknowledgedJobSurvivesKill9AndNoIdIsGivenTwice() throws Exception {
    long seed = Long.getLong("slurmctldj.test.seed", new Random().nextLong());
    int rounds = Integer.getInteger("slurmctldj.test.killRounds", 3);
    System.out.println("engine kill -9 seed " + seed + ", rounds " + rounds);
    Random random = new Random(seed);
    Map<Long, String> acknowledged = new HashMap<>();
    for (int round = 0; round < rounds; round++) {
      Process p = child("r" + round).start();
      int killAfter = 1 + random.nextInt(4000);
      int before = acknowledged.size();
      try (BufferedReader in = p.inputReader(StandardCharsets.US_ASCII)) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          if (!line.matches("-?[0-9]+ r[0-9]+-[0-9]+\\.")) {
            continue; // the child's log, or cut by the kill
          }
          int blank = line.indexOf(' ');
          long id = Long.parseLong(line.substring(0, blank));
          assertTrue(id > 0, line);
          assertEquals(null, acknowledged.put(id, line.substring(blank + 1)), "job id " + id + " was given twice");
          if (acknowledged.size() - before == killAfter) {
            new ProcessBuilder("kill", "-KILL", Long.toString(p.pid())).start().waitFor();
          }
        }
      } finally {
        p.destroyForcibly();
      }
      assertTrue(p.waitFor(20, TimeUnit.SECONDS));
      assertEquals(137, p.exitValue());
      try (ClusterEngine engine = ClusterEngine.open(options(folder))) {
        for (Map.Entry<Long, String> job : acknowledged.entrySet()) {
          JobRecord j = engine.view().job(job.getKey());
          assertNotNull(j, () -> "acknowledged job " + job.getKey() + " is lost (seed " + seed + ")");
          assertEquals(job.getValue(), j.request.text(JobField.NAME));
          byte[] hash = HexFormat.of().parseHex(j.request.text(JobField.SCRIPT_HASH));
          assertTrue(engine.blobs().get(hash).isPresent(), "script of job " + j.jobId);
        }
        System.out.println("round " + round + ": " + acknowledged.size() + " acknowledged, " + engine.view().jobCount()
            + " there, " + engine.replayed() + " records replayed");
      }
    }
  }
}
