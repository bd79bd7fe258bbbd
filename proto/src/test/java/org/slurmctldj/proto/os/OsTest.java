package org.slurmctldj.proto.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every answer is compared with that of the system's own command. */
class OsTest {
  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    assertEquals(0, process.waitFor(), out);
    return out.strip();
  }

  @Test
  void usersAndGroupsAreThoseOfGetent() throws Exception {
    for (String line : run("getent", "passwd").split("\n")) {
      String[] field = line.split(":", -1);
      UserDatabase.User expected =
          new UserDatabase.User(
              field[0], Long.parseLong(field[2]), Long.parseLong(field[3]), field[4], field[5], field[6]);
      assertEquals(Optional.of(expected), UserDatabase.userByName(field[0]));
      assertEquals(expected.uid(), UserDatabase.userById(expected.uid()).orElseThrow().uid());
      assertEquals(
          Arrays.stream(run("id", "-G", field[0]).split(" ")).collect(Collectors.toSet()),
          Arrays.stream(UserDatabase.groupList(field[0], expected.gid()))
              .mapToObj(Long::toString)
              .collect(Collectors.toSet()));
    }
    for (String line : run("getent", "group").split("\n")) {
      String[] field = line.split(":", -1);
      assertEquals(Long.parseLong(field[2]), UserDatabase.groupByName(field[0]).orElseThrow().gid());
      assertTrue(UserDatabase.groupById(Long.parseLong(field[2])).isPresent());
    }
    assertEquals(Optional.empty(), UserDatabase.userByName("no-such-user-here"));
    assertEquals(Optional.empty(), UserDatabase.userById(3_999_999_999L));
    assertEquals(Optional.empty(), UserDatabase.groupById(3_999_999_999L));
  }

  @Test
  void processFactsAreThoseOfTheShell() throws Exception {
    assertEquals(run("id", "-u"), Long.toString(ProcessFacts.effectiveUid()));
    assertEquals(run("id", "-g"), Long.toString(ProcessFacts.gid()));
    assertEquals(Integer.parseInt(run("sh", "-c", "umask"), 8), ProcessFacts.umask());
    assertEquals(run("hostname"), ProcessFacts.hostName());
    assertTrue(ProcessFacts.commandLine().getFirst().endsWith("java"));
    assertTrue(ProcessFacts.environment().stream().anyMatch(v -> v.startsWith("PATH=")));
  }

  @Test
  void aLimitSetByTheShellIsRead() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String out =
        run(
            "sh",
            "-c",
            "ulimit -Sn 123; ulimit -c 0; exec \"$0\" \"$@\"",
            java,
            "-XX:-MaxFDLimit",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            PrintLimits.class.getName());
    assertEquals("123 0", out);
  }

  /** Runs in a process of its own, under other limits. */
  static final class PrintLimits {
    public static void main(String[] args) {
      System.out.println(ResourceLimit.NOFILE.get().soft() + " " + ResourceLimit.CORE.get().soft());
    }
  }

  @Test
  void systemdGetsReady(@TempDir Path dir) throws Exception {
    Assumptions.assumeTrue(
        new ProcessBuilder("python3", "-c", "").start().waitFor() == 0, "needs python3 to receive a unix datagram");
    for (String name : List.of(dir.resolve("notify").toString(), "@slurmctldj-test-" + ProcessHandle.current().pid())) {
      Process receiver =
          new ProcessBuilder(
                  "python3",
                  "-c",
                  """
                  import socket, sys
                  s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                  s.bind(sys.argv[1].replace('@', '\\0', 1) if sys.argv[1][0] == '@' else sys.argv[1])
                  print('bound', flush=True)
                  print(s.recv(4096).decode().replace('\\n', '|'), flush=True)
                  """,
                  name)
              .start();
      BufferedReader out = new BufferedReader(new InputStreamReader(receiver.getInputStream()));
      assertEquals("bound", out.readLine());
      SystemdNotify notify =
          SystemdNotify.from(Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "77"), 77);
      assertEquals(Optional.of(Duration.ofSeconds(30)), notify.watchdogInterval());
      assertTrue(notify.ready("serving"));
      assertEquals("READY=1|STATUS=serving|MAINPID=" + ProcessHandle.current().pid(), out.readLine());
      assertEquals(0, receiver.waitFor());
    }
    assertFalse(SystemdNotify.from(Map.of(), 1).ready("nobody listens"));
    assertFalse(SystemdNotify.from(Map.of("NOTIFY_SOCKET", dir.resolve("gone").toString()), 1).ready("x"));
  }
}
