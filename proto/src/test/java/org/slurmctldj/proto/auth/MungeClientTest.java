package org.slurmctldj.proto.auth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.slurmctldj.proto.os.ProcessFacts;

/** Against a real munged, with the client of programs and with that of daemons. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class MungeClientTest {
  @TempDir static Path dir;
  private static PrivateMunged munged;
  @Parameter boolean daemon;
  private MungeClient client;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    munged = PrivateMunged.start(dir);
  }

  @BeforeEach
  void connect() {
    client = client(munged.socket);
  }

  private MungeClient client(String socket) {
    return daemon ? MungeClient.ofDaemon(socket) : new MungeClient(socket);
  }

  @AfterAll
  static void stop() {
    if (munged != null) {
      munged.close();
    }
  }

  private MungeError decodeError(String credential) {
    return assertThrows(MungeException.class, () -> client.decode(credential)).error();
  }

  private static void needRoot() {
    Assumptions.assumeTrue(ProcessFacts.effectiveUid() == 0, "needs root");
  }

  @Test
  void whatIsEncodedIsDecodedWithOurIds() {
    byte[] payload = {2, 0, -1, 7};
    MungeClient.Decoded decoded = client.decode(client.encode(payload, MungeClient.ANY, 0));
    assertArrayEquals(payload, decoded.payload());
    assertEquals(ProcessFacts.effectiveUid(), decoded.uid());
    assertEquals(ProcessFacts.effectiveGid(), decoded.gid());
    assertEquals(300, decoded.ttl());
    assertTrue(Math.abs(decoded.encodeTime() - System.currentTimeMillis() / 1000) < 60);
    assertEquals(0, client.decode(client.encode(new byte[0], MungeClient.ANY, 0)).payload().length);
  }

  @Test
  void theRealMungeProgramsUnderstandUsAndWeThem() throws Exception {
    String theirs = PrivateMunged.run("hello", "munge", "-S", munged.socket);
    assertEquals("hello", new String(client.decode(theirs).payload(), StandardCharsets.ISO_8859_1));
    String ours = client.encode("hallo".getBytes(StandardCharsets.ISO_8859_1), MungeClient.ANY, 0);
    assertEquals("hallo", PrivateMunged.run(ours, "unmunge", "-S", munged.socket, "-n", "-o", "/dev/stdout").lines().toList().getLast());
  }

  @Test
  void aCredentialOpensOnce() {
    String credential = client.encode(new byte[] {1}, MungeClient.ANY, 0);
    client.decode(credential);
    MungeException replayed = assertThrows(MungeException.class, () -> client.decode(credential));
    assertEquals(MungeError.CRED_REPLAYED, replayed.error());
    assertEquals("Replayed credential", replayed.getMessage());
    assertArrayEquals(new byte[] {1}, replayed.decoded().orElseThrow().payload());
  }

  @Test
  void anExpiredCredentialIsRefused() {
    // All of one age; one after the other is opened until time has run out for them.
    List<String> sameAge = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      sameAge.add(client.encode(new byte[] {1}, MungeClient.ANY, 1));
    }
    MungeException refused = null;
    for (String credential : sameAge) {
      try {
        client.decode(credential);
        LockSupport.parkNanos(50_000_000);
      } catch (MungeException e) {
        refused = e;
        break;
      }
    }
    assertEquals(MungeError.CRED_EXPIRED, refused.error());
    assertEquals("Expired credential", refused.getMessage());
  }

  @Test
  void damagedCredentialsAreRefused() {
    String credential = client.encode(new byte[] {1}, MungeClient.ANY, 0);
    char c = credential.charAt(30);
    assertEquals(MungeError.CRED_INVALID, decodeError(credential.substring(0, 30) + (c == 'A' ? 'B' : 'A') + credential.substring(31)));
    assertEquals(MungeError.BAD_CRED, decodeError("hello"));
    MungeError empty = decodeError("");
    assertTrue(empty == MungeError.BAD_ARG || empty == MungeError.BAD_CRED || empty == MungeError.SNAFU, empty.toString());
  }

  @Test
  void onlyTheNamedUserMayDecode() throws Exception {
    needRoot();
    String forRoot = client.encode(new byte[] {1}, 0, 0);
    assertEquals(0, client.decode(forRoot).restrictedUid());
    // MUNGE does not let root decode what is meant for others unless munged was told so
    String forNobody = client.encode("for nobody".getBytes(StandardCharsets.ISO_8859_1), 65534, 0);
    assertEquals(MungeError.CRED_UNAUTHORIZED, decodeError(forNobody));
    String output = PrivateMunged.run(forNobody, "setpriv", "--reuid=65534", "--clear-groups", "unmunge", "-S", munged.socket);
    assertTrue(output.endsWith("for nobody"), output);
  }

  @Test
  void aUserWithoutANameIsKnownByNumber() throws Exception {
    needRoot();
    String credential = PrivateMunged.run("x", "setpriv", "--reuid=54321", "--regid=54322", "--clear-groups", "munge", "-S", munged.socket);
    MungeClient.Decoded decoded = client.decode(credential);
    assertEquals(54321, decoded.uid());
    assertEquals(54322, decoded.gid());
  }

  @Test
  void manyThreadsAtOnce() throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(16)) {
      List<Future<?>> all = new ArrayList<>();
      long start = System.nanoTime();
      for (int i = 0; i < 2000; i++) {
        byte[] payload = {(byte) i, (byte) (i >> 8)};
        all.add(pool.submit(() -> assertArrayEquals(payload, client.decode(client.encode(payload, MungeClient.ANY, 0)).payload())));
      }
      for (Future<?> f : all) {
        f.get();
      }
      System.out.printf("munge: %.0f encode+decode pairs/s with 16 threads%n", 2000 / ((System.nanoTime() - start) / 1e9));
    }
  }

  @Test
  void aMissingMungedIsNamedWithItsSocket() {
    MungeException e = assertThrows(MungeException.class, () -> client(dir + "/none").encode(new byte[0], 0, 0));
    assertEquals(MungeError.SOCKET, e.error());
    assertTrue(e.getMessage().contains(dir + "/none"), e.getMessage());
  }
}
