package org.slurmctldj.proto.auth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.wire.ProtocolVersion;

class SackTest {
  private static final byte[] HASH = BodyHash.payload(BodyHash.K12, 1008, new byte[0]);
  private final SlurmKey key = SlurmKey.of(new byte[64]);
  @TempDir Path dir;
  private Path socket;
  private SackServer server;
  private SackClient client;

  @BeforeEach
  void start() throws Exception {
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
    socket = dir.resolve("sack.socket");
    server = SackServer.start(socket, new SackServer.Settings(key, "peer", "vm", 0), line -> {});
    client = new SackClient(socket.toString());
  }

  @AfterEach
  void stop() {
    server.close();
    assertFalse(Files.exists(socket));
  }

  private static long now() {
    return System.currentTimeMillis() / 1000;
  }

  @Test
  void aClientGetsATokenInItsOwnName() {
    SlurmToken token = key.verify(client.create(ProtocolVersion.V24_11, 0, HASH), "peer", now(), 0);
    assertEquals(SlurmToken.SACK, token.context());
    assertEquals(ProcessFacts.effectiveUid(), token.uid());
    assertEquals(ProcessFacts.effectiveGid(), token.gid());
    assertEquals(10752, token.version());
    assertEquals(60, token.expires() - token.issued());
    assertArrayEquals(HASH, token.payload());
  }

  @Test
  void theUidIsRightForAUserWithoutAName() throws Exception {
    Assumptions.assumeTrue(ProcessFacts.effectiveUid() == 0, "needs root");
    // u16 version, u32 length, u32 rpc, u32 restricted uid, mem payload; the answer is printed in hex
    String script = "use IO::Socket::UNIX; my $s=IO::Socket::UNIX->new(Peer=>$ARGV[0]) or die $!;"
        + "print $s pack('nNNNNC',0x2a00,17,64001,0xffffffff,1,9); $s->flush; shutdown($s,1); local $/; my $r=<$s>; print substr($r,4);";
    String output = PrivateMunged.run("", "setpriv", "--reuid=54321", "--regid=54322", "--clear-groups", "perl", "-e", script, socket.toString());
    SlurmToken token = key.verify(output.substring(0, output.indexOf('\0') < 0 ? output.length() : output.indexOf('\0')), "peer", now(), 7);
    assertEquals(54321, token.uid());
    assertEquals(54322, token.gid());
  }

  @Test
  void verifyTellsGenuineFromForged() {
    long us = ProcessFacts.effectiveUid();
    String token = client.create(ProtocolVersion.V24_11, us, HASH);
    assertTrue(client.verify(ProtocolVersion.V24_11, token));
    assertFalse(client.verify(ProtocolVersion.V24_11, client.create(ProtocolVersion.V24_11, us + 77, HASH)));
    String launch = key.sign(SlurmToken.forMessage(SlurmToken.LAUNCH, now(), 60, 10752, us, "peer", 0, 0, "vm", HASH));
    assertFalse(client.verify(ProtocolVersion.V24_11, launch));
    assertFalse(client.verify(ProtocolVersion.V24_11, token.substring(0, token.length() - 3) + "abc"));
    assertFalse(client.verify(ProtocolVersion.V24_11, ""));
  }

  @Test
  void garbageAndSilenceHarmNobodyElse() throws Exception {
    long seed = System.nanoTime();
    System.out.println("SackTest seed " + seed);
    Random random = new Random(seed);
    List<SocketChannel> silent = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      channel.write(ByteBuffer.wrap(bytes));
      if (i < 100) {
        silent.add(channel);
      } else {
        channel.close();
      }
    }
    assertTrue(client.verify(ProtocolVersion.V26_05, client.create(ProtocolVersion.V26_05, SlurmToken.ANY, HASH)));
    for (SocketChannel channel : silent) {
      channel.close();
    }
  }

  @Test
  void manyClientsAtOnce() throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(32)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        all.add(pool.submit(() -> key.verify(client.create(ProtocolVersion.V24_11, 0, HASH), "peer", now(), 0)));
      }
      for (Future<?> f : all) {
        f.get();
      }
    }
  }

  @Test
  void withoutASocketTheErrorIsSlurms() {
    assertEquals("failed to connect to any sack sockets",
        assertThrows(TokenException.class, () -> new SackClient(dir + "/none").create(10752, 0, HASH)).getMessage());
  }
}
