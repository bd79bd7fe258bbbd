package org.slurmctldj.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that appends and says which records were acknowledged is killed with SIGKILL at a random
 * moment, again and again. {@code -Dslurmctldj.test.killRounds=N} for more rounds.
 */
final class KilledJournalTest {
  @TempDir Path folder;

  /** The child: appends for ever with 64 in flight; prints "sequence text" once a record is acknowledged. */
  static final class Child {
    public static void main(String[] args) throws Exception {
      Fixture j = new Fixture(Path.of(args[0]), Fixture.small());
      PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false, StandardCharsets.US_ASCII);
      Semaphore inFlight = new Semaphore(64);
      Random random = new Random();
      for (int i = 0; ; i++) {
        inFlight.acquire();
        String text = args[1] + "/" + i + "/" + "x".repeat(random.nextInt(400));
        Blob script = Blob.of(("script " + args[1] + "/" + i % 50).getBytes(StandardCharsets.US_ASCII));
        j.append(text, false, List.of(script)).thenAccept(sequence -> {
          out.println(sequence + " " + text);
          out.flush();
          inFlight.release();
        });
      }
    }
  }

  private static ProcessBuilder child(Class<?> main, String... args) {
    List<String> command = new java.util.ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command);
  }

  @Test
  void everyAcknowledgedRecordSurvivesKill9() throws Exception {
    long seed = Long.getLong("slurmctldj.test.seed", new Random().nextLong());
    int rounds = Integer.getInteger("slurmctldj.test.killRounds", 3);
    System.out.println("journal kill -9 seed " + seed + ", rounds " + rounds);
    Random random = new Random(seed);
    Map<Long, String> acknowledged = new HashMap<>();
    for (int round = 0; round < rounds; round++) {
      Process p = child(Child.class, folder.toString(), "r" + round).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      int killAfter = 1 + random.nextInt(4000);
      int before = acknowledged.size();
      try (BufferedReader in = p.inputReader(StandardCharsets.US_ASCII)) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          int blank = line.indexOf(' ');
          if (!line.matches("[0-9]+ r[0-9]+/[0-9]+/x*")) {
            continue; // the child's log, or cut by the kill
          }
          String old = acknowledged.put(Long.parseLong(line.substring(0, blank)), line.substring(blank + 1));
          assertEquals(null, old, "a sequence was acknowledged twice");
          if (acknowledged.size() - before == killAfter) {
            new ProcessBuilder("kill", "-KILL", Long.toString(p.pid())).start().waitFor();
          }
        }
      } finally {
        p.destroyForcibly();
      }
      assertTrue(p.waitFor(20, TimeUnit.SECONDS));
      assertEquals(137, p.exitValue());
      assertTrue(acknowledged.size() - before >= killAfter);
      try (Fixture j = new Fixture(folder, Fixture.small())) {
        for (int i = 0; i < j.sequences.size(); i++) {
          assertEquals(i + 1, j.sequences.get(i));
        }
        acknowledged.forEach((sequence, text) -> {
          assertTrue(sequence <= j.replayed.size(), () -> "acknowledged record " + sequence + " is lost");
          String there = j.replayed.get((int) (sequence - 1));
          assertTrue(there.startsWith(text), () -> "record " + sequence + " is " + there + " and not " + text);
          String[] part = text.split("/");
          Blob script = Blob.of(("script " + part[0] + "/" + Integer.parseInt(part[1]) % 50).getBytes(StandardCharsets.US_ASCII));
          assertTrue(j.blobs.get(script.hash()).isPresent());
        });
        assertEquals(j.replayed.size(), j.replayed.stream().distinct().count(), "a record is there twice");
      }
    }
  }

  static final class Second {
    public static void main(String[] args) {
      try {
        StateDirectory.open(Path.of(args[0]), false);
        System.out.println("taken");
      } catch (StateDirectory.Refused e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void aSecondProcessOnTheSameDirectoryIsRefused() throws Exception {
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      j.append("first").get(10, TimeUnit.SECONDS);
      Process p = child(Second.class, folder.toString()).start();
      String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(said.contains("another slurmctld-j (pid " + ProcessHandle.current().pid() + ") uses the state directory"), said);
      j.append("still ours").get(10, TimeUnit.SECONDS);
      assertFalse(j.fatal.get() != null);
    }
  }
}
