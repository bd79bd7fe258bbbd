package org.slurmctldj.proto.auth;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.slurmctldj.proto.wire.Packer;

/** munged over the JDK's own channels, with a selector for the timeout: what a client that asks once starts fastest with. */
final class MungeChannel implements MungeExchange {
  private final UnixDomainSocketAddress address;
  private final int timeoutSeconds;
  private final ConcurrentLinkedDeque<Selector> idleSelectors = new ConcurrentLinkedDeque<>();

  MungeChannel(String socket, int timeoutSeconds) {
    this.address = UnixDomainSocketAddress.of(socket);
    this.timeoutSeconds = timeoutSeconds;
  }

  @Override
  public byte[] ask(Packer request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(address);
      channel.configureBlocking(false);
      long deadline = System.nanoTime() + timeoutSeconds * 1_000_000_000L;
      ByteBuffer out = ByteBuffer.wrap(request.array(), 0, request.length());
      while (out.hasRemaining()) {
        if (channel.write(out) == 0) {
          await(channel, SelectionKey.OP_WRITE, deadline);
        }
      }
      // No lambda: its class is spun at run time, which every client would wait for.
      return MungeExchange.answer(
          new Source() {
            @Override
            public byte[] read(int most) throws IOException {
              ByteBuffer in = ByteBuffer.allocate(most);
              int got;
              while ((got = channel.read(in)) == 0) {
                await(channel, SelectionKey.OP_READ, deadline);
              }
              return got < 0 ? new byte[0] : got == most ? in.array() : Arrays.copyOf(in.array(), got);
            }
          });
    }
  }

  private void await(SocketChannel channel, int what, long deadline) throws IOException {
    long left = (deadline - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw new IOException(MungeError.TIMEOUT.text());
    }
    Selector selector = idleSelectors.pollFirst();
    if (selector == null) {
      selector = Selector.open();
    }
    SelectionKey key = channel.register(selector, what);
    selector.select(left);
    key.cancel();
    selector.selectNow();
    idleSelectors.addFirst(selector);
    if (Thread.currentThread().isInterrupted()) {
      throw new IOException("interrupted");
    }
  }
}
