package org.slurmctldj.rpc.net;

import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slurmctldj.proto.os.AcceptedSocket;

/**
 * Answers with the system calls of whichever thread has the answer: no event loop, no thread to wake. What the kernel does
 * not take at once becomes a channel's; long lists go out on the loop for lists ({@link Channels#lists}).
 */
final class SocketExchange implements Exchange {
  /** Up to that much is put together and sent here. */
  private static final int SMALL = 32 << 10;

  private final AcceptedSocket socket;
  private final FrontPort.Shared shared;
  private final AtomicBoolean answered = new AtomicBoolean();

  SocketExchange(AcceptedSocket socket, FrontPort.Shared shared) {
    this.socket = socket;
    this.shared = shared;
    shared.admission.arrivedWhole();
  }

  @Override
  public InetSocketAddress peer() {
    return socket.peer();
  }

  @Override
  public void reply(byte[] bytes, int offset, int length) {
    if (!answered.compareAndSet(false, true)) {
      return;
    }
    int sent;
    try {
      sent = socket.sendLast(bytes, offset, length);
    } catch (IOException e) {
      sent = length; // nobody is there any more
    }
    if (sent == length) {
      close();
      return;
    }
    int gone = sent;
    shared.channels.adopt(
        socket,
        shared.channels.requests(),
        channel -> exchange(channel).reply(bytes, offset + gone, length - gone),
        () -> {},
        shared.admission::closedWhole);
  }

  @Override
  public void reply(byte[] head, int length, Pieces rest) {
    if (length + rest.length() <= SMALL) {
      int more = (int) rest.length();
      byte[] all = Arrays.copyOf(head, length + more);
      rest.source().next(all, length, more);
      rest.release();
      reply(all, 0, all.length);
      return;
    }
    if (!answered.compareAndSet(false, true)) {
      rest.release();
      return;
    }
    shared.channels.adopt(
        socket,
        shared.channels.lists(),
        channel -> exchange(channel).reply(head, length, rest),
        rest::release,
        shared.admission::closedWhole);
  }

  private ChannelExchange exchange(Channel channel) {
    return new ChannelExchange(channel, socket.peer(), shared.stalled);
  }

  @Override
  public void drop() {
    if (answered.compareAndSet(false, true)) {
      close();
    }
  }

  private void close() {
    socket.close();
    shared.admission.closedWhole();
  }
}
