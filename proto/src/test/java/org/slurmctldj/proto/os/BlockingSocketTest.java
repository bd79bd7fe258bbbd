package org.slurmctldj.proto.os;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockingSocketTest {
  @TempDir Path dir;

  /** Gives back what it gets, a whole connection at a time. */
  private static CompletableFuture<Void> echo(ServerSocket server) {
    return CompletableFuture.runAsync(
        () -> {
          try (Socket s = server.accept()) {
            s.getInputStream().transferTo(s.getOutputStream());
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] exchange(InetAddress host, int length) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, host)) {
      CompletableFuture<Void> served = echo(server);
      byte[] sent = random(length);
      ByteArrayOutputStream got = new ByteArrayOutputStream();
      try (BlockingSocket s = BlockingSocket.connect(new InetSocketAddress(host, server.getLocalPort()), 5, 10)) {
        s.write(sent, 0, sent.length);
        byte[] piece = new byte[1000];
        while (got.size() < length) {
          got.write(piece, 0, s.read(piece, 0, piece.length));
        }
      }
      served.join();
      assertArrayEquals(sent, got.toByteArray());
      return sent;
    }
  }

  /** More than goes through the thread's own memory at once, too. */
  @Test
  void tcpCarriesBytesThereAndBack() throws Exception {
    exchange(InetAddress.getByName("127.0.0.1"), 10);
    exchange(InetAddress.getByName("127.0.0.1"), 100_000);
  }

  @Test
  void tcpOfVersionSix() throws Exception {
    InetAddress six = InetAddress.getByName("::1");
    try (ServerSocket server = new ServerSocket(0, 5, six)) {
      server.getLocalPort();
    } catch (IOException e) {
      Assumptions.abort("no IPv6 here: " + e.getMessage());
    }
    exchange(six, 5_000);
  }

  @Test
  void nobodyListensIsAConnectException() throws Exception {
    InetSocketAddress free;
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      free = (InetSocketAddress) server.getLocalSocketAddress();
    }
    ConnectException e = assertThrows(ConnectException.class, () -> BlockingSocket.connect(free, 5, 5));
    assertEquals("Connection refused", e.getMessage());
  }

  @Test
  void aPeerThatSaysNothingIsATimeout() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        BlockingSocket s = BlockingSocket.connect((InetSocketAddress) server.getLocalSocketAddress(), 5, 1)) {
      assertThrows(SocketTimeoutException.class, () -> s.read(10));
    }
  }

  @Test
  void aUnixSocketTellsTheEndOfTheStream() throws Exception {
    Path path = dir.resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      try (BlockingSocket s = BlockingSocket.connect(path.toString(), 5);
          SocketChannel other = server.accept()) {
        other.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        other.shutdownOutput();
        assertArrayEquals(new byte[] {1, 2, 3}, s.read(10));
        assertEquals(0, s.read(10).length);
      }
    }
    assertThrows(IOException.class, () -> BlockingSocket.connect(dir.resolve("none").toString(), 5));
  }

  @Test
  void aUnixPeerThatSaysNothingOrReadsNothingIsATimeout() throws Exception {
    Path path = dir.resolve("silent");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      try (BlockingSocket s = BlockingSocket.connect(path.toString(), 1)) {
        assertThrows(SocketTimeoutException.class, () -> s.read(10));
        byte[] more = new byte[8 << 20];
        assertThrows(SocketTimeoutException.class, () -> s.write(more, 0, more.length));
      }
    }
  }

  /** A listener that takes nobody: its backlog is one, and the kernel lets two in. */
  @Test
  void aUnixListenerWhoseBacklogIsFullIsWaitedForAndThenATimeout() throws Exception {
    Path path = dir.resolve("full");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path), 1);
      try (BlockingSocket first = BlockingSocket.connect(path.toString(), 1);
          BlockingSocket second = BlockingSocket.connect(path.toString(), 1)) {
        assertThrows(SocketTimeoutException.class, () -> BlockingSocket.connect(path.toString(), 1).close());
        server.accept().close();
        try (BlockingSocket third = BlockingSocket.connect(path.toString(), 1)) {
          second.write(new byte[] {1}, 0, 1);
          third.write(new byte[] {1}, 0, 1);
        }
        assertEquals(0, first.read(1).length);
      }
    }
  }

  @Test
  void aLongMessageGoesThroughAUnixSocketInPieces() throws Exception {
    Path path = dir.resolve("long");
    byte[] sent = new byte[3 << 20];
    new java.util.Random(7).nextBytes(sent);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      try (BlockingSocket s = BlockingSocket.connect(path.toString(), 20);
          SocketChannel other = server.accept()) {
        ByteBuffer got = ByteBuffer.allocate(sent.length);
        Thread reader = Thread.ofPlatform().start(() -> {
          try {
            while (got.hasRemaining() && other.read(got) >= 0) {
              continue;
            }
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
        s.write(sent, 0, sent.length);
        reader.join();
        assertArrayEquals(sent, got.array());
      }
    }
  }
}
