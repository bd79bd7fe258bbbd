package org.slurmctldj.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.proto.auth.Authenticator;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.auth.SackClient;
import org.slurmctldj.proto.auth.SackServer;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.client.ControllerConnection;
import org.slurmctldj.proto.client.RpcClient;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.ProtocolVersion;

/** Our frames and credentials before a real slurmctld; it starts what it needs with interop/peer's scripts. */
class RealControllerTest {
  private static final int PING = 1008;
  private static final int NODE_INFO = 2007;
  private static final byte[] NODE_INFO_BODY = new byte[10];

  @TempDir Path dir;
  private Path scripts;
  private final List<Path> munged = new ArrayList<>();
  private boolean started;

  @BeforeEach
  void findScripts() throws IOException {
    Path here = Path.of("").toAbsolutePath();
    scripts = Files.isDirectory(here.resolve("peer")) ? here.resolve("peer") : here.resolve("interop/peer");
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
    need(ProcessFacts.effectiveUid() == 0, "real daemons are started as root");
  }

  private static void need(boolean there, String what) {
    if (!there) {
      System.err.println("SKIPPED: " + what);
    }
    Assumptions.assumeTrue(there, what);
  }

  @AfterEach
  void stop() throws Exception {
    if (started) {
      run(Map.of(), scripts.resolve("stop-slurm.sh").toString(), dir.toString());
    }
    for (Path pidFile : munged) {
      Optional<ProcessHandle> daemon = ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()));
      if (daemon.isPresent()) {
        daemon.get().destroy();
        // it writes its seed when it ends: not while the folder is being deleted
        daemon.get().onExit().get(20, TimeUnit.SECONDS);
      }
    }
  }

  private static String run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(Path.of("/dev/null").toFile());
    builder.environment().putAll(environment);
    Path output = Files.createTempFile("peer", ".log");
    Process p = builder.redirectOutput(output.toFile()).start(); // a file: daemons keep their standard output open
    int status = p.waitFor();
    String text = Files.readString(output, StandardCharsets.ISO_8859_1);
    Files.delete(output);
    if (status != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + status + ": " + text);
    }
    return text;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static ControllerConnection connection(int port, CredentialFactory credentials, Authenticator answers, int hash) {
    return new ControllerConnection(
        new RpcClient(new RpcClient.Settings(2, 10, credentials, hash, answers)),
        new ControllerConnection.Settings(List.of(new ControllerConnection.Endpoint("127.0.0.1", port)), 120, 0));
  }

  @Test
  void slurm2205TakesOurMungeCredentialsAndProvesItsAnswers() throws Exception {
    need(Files.isExecutable(Path.of("/usr/sbin/slurmctld")) && Files.isExecutable(Path.of("/usr/sbin/munged")),
        "Slurm 22.05 and munge (Debian 12: apt-get install slurmctld slurm-client munge)");
    int port = freePort();
    Path mungeDir = dir.resolve("munge");
    started = true;
    munged.add(mungeDir.resolve("munged.pid"));
    run(Map.of("PEER_MUNGE_DIR", mungeDir.toString(), "PEER_SLURMD", "0"),
        scripts.resolve("start-slurm.sh").toString(), "1", dir.toString(), Integer.toString(port));
    MungeClient munge = new MungeClient(mungeDir.resolve("munge.socket").toString());
    CredentialFactory credentials = CredentialFactory.munge(munge, 0);
    Authenticator answers = Authenticator.munge(munge, Authenticator.Policy.DEFAULT);
    for (int hash : new int[] {BodyHash.K12, BodyHash.NONE}) {
      ControllerConnection connection = connection(port, credentials, answers, hash);
      Frame pong = connection.call(ProtocolVersion.V22_05, PING, new byte[0]);
      assertEquals(8001, pong.type());
      assertEquals(0, pong.body().u32());
      assertTrue(pong.credential() instanceof Credential.Munge);
      assertEquals(2008, connection.call(ProtocolVersion.V22_05, NODE_INFO, NODE_INFO_BODY).type());
    }
    // A body that is not the one hashed; the real controller gives no answer to it.
    CredentialFactory forger =
        (version, payload, receiver) ->
            credentials.ofPayload(version, BodyHash.payload(BodyHash.K12, NODE_INFO, new byte[4]), receiver);
    assertRefused(port, forger, answers, ProtocolVersion.V22_05);
    CredentialFactory forSomebodyElse =
        (version, payload, receiver) -> credentials.ofPayload(version, payload, 4711);
    // munged lets root decode nothing that is meant for others
    assertRefused(port, forSomebodyElse, answers, ProtocolVersion.V22_05);
  }

  private static void assertRefused(int port, CredentialFactory credentials, Authenticator answers, int version) {
    ControllerConnection connection = connection(port, credentials, answers, BodyHash.K12);
    try {
      Frame answer = connection.call(version, NODE_INFO, NODE_INFO_BODY);
      assertEquals(8001, answer.type());
      assertEquals(1007, answer.body().u32());
    } catch (RpcException e) {
      assertEquals(RpcException.SLURM_PROTOCOL_SOCKET_ZERO_BYTES_SENT, e.slurmError());
    }
  }

  @Test
  void slurm2411TakesTokensOfItsSackSocketAndOfOurs() throws Exception {
    Path chroot = Path.of(System.getenv().getOrDefault("PEER_CHROOT", "/tmp/peer/chroot-24.11"));
    need(Files.isExecutable(chroot.resolve("usr/sbin/slurmctld")),
        "Slurm 24.11 in " + chroot + " (interop/peer/start-slurm-release.sh 24.11 1 makes it)");
    int port = freePort();
    started = true;
    run(Map.of("PEER_SLURMD", "0", "PEER_CHROOT", chroot.toString()),
        scripts.resolve("start-slurm-release.sh").toString(), "24.11", "1", dir.toString(), Integer.toString(port));
    Path theirs = dir.resolve("sysrun/slurmctld/sack.socket");
    SlurmKey key = SlurmKey.read(dir.resolve("etc/slurm.key"));
    Path ours = dir.resolve("our.socket");
    try (SackServer server = SackServer.start(ours, new SackServer.Settings(key, "peer", ProcessFacts.shortHostName(), 0), System.err::println)) {
      for (Path socket : new Path[] {theirs, ours}) {
        SackClient sack = new SackClient(socket.toString());
        CredentialFactory credentials = CredentialFactory.sack(sack);
        Authenticator answers = Authenticator.sack(sack, "peer", 0, Authenticator.Policy.DEFAULT);
        for (int version : new int[] {ProtocolVersion.V23_11, ProtocolVersion.V24_05, ProtocolVersion.V24_11}) {
          ControllerConnection connection = connection(port, credentials, answers, BodyHash.K12);
          assertEquals(0, connection.call(version, PING, new byte[0]).body().u32());
          assertEquals(2008, connection.call(version, NODE_INFO, NODE_INFO_BODY).type());
        }
        CredentialFactory forger =
            (version, payload, receiver) ->
            credentials.ofPayload(version, BodyHash.payload(BodyHash.K12, NODE_INFO, new byte[4]), receiver);
        assertRefused(port, forger, answers, ProtocolVersion.V24_11);
        byte[] hash = BodyHash.payload(BodyHash.K12, PING, new byte[0]);
        String token = sack.create(ProtocolVersion.V24_11, 0, hash);
        assertTrue(new SackClient(theirs.toString()).verify(ProtocolVersion.V24_11, token));
        assertTrue(new SackClient(ours.toString()).verify(ProtocolVersion.V24_11, token));
      }
      // real sinfo gets its token from us: slurmd's place is asked before slurmctld's
      Path place = dir.resolve("sysrun/slurm/sack.socket");
      Files.deleteIfExists(place);
      Files.move(theirs, dir.resolve("their.socket"));
      assertThrows(IOException.class, () -> run(Map.of(), dir.resolve("client").toString(), "sinfo"));
      try (SackServer second = SackServer.start(place, new SackServer.Settings(key, "peer", ProcessFacts.shortHostName(), 0), System.err::println)) {
        String output = run(Map.of(), dir.resolve("client").toString(), "sinfo", "-h", "-o", "%P");
        assertEquals("debug*", output.strip());
      }
    }
  }
}
