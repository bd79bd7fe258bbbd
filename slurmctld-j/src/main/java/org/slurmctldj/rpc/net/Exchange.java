package org.slurmctldj.rpc.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.concurrent.RejectedExecutionException;

/**
 * The answering side of one connection that has delivered its one request. Any thread may call it; the first of {@link
 * #reply} and {@link #drop} counts.
 */
public final class Exchange {
  private final Channel channel;
  private final InetSocketAddress peer;
  private final StalledWrites stalled;

  Exchange(Channel channel, InetSocketAddress peer, StalledWrites stalled) {
    this.channel = channel;
    this.peer = peer;
    this.stalled = stalled;
  }

  public InetSocketAddress peer() {
    return peer;
  }

  /** "10.0.0.1:3456", for logs. */
  public String peerText() {
    return peer.getAddress() == null ? peer.toString() : peer.getAddress().getHostAddress() + ":" + peer.getPort();
  }

  /** True while the client is still there; a hint for long work. */
  public boolean isOpen() {
    return channel.isActive();
  }

  /** Sends these bytes, then closes. The array must not be changed afterwards. */
  public void reply(byte[] bytes, int offset, int length) {
    EventLoop loop = channel.eventLoop();
    if (loop.inEventLoop()) {
      send(bytes, offset, length);
      return;
    }
    try {
      loop.execute(() -> send(bytes, offset, length));
    } catch (RejectedExecutionException e) {
      // the port is closed, and this connection with it
    }
  }

  private void send(byte[] bytes, int offset, int length) {
    ChannelFuture sent = channel.writeAndFlush(Unpooled.wrappedBuffer(bytes, offset, length));
    if (sent.isDone()) {
      channel.close();
    } else {
      sent.addListener(ChannelFutureListener.CLOSE);
      stalled.watch(channel);
    }
  }

  /** Sends these bytes and then those, which are released in any case, then closes. */
  public void reply(byte[] head, int length, Pieces rest) {
    try {
      channel.eventLoop().execute(() -> send(head, length, rest));
    } catch (RejectedExecutionException e) {
      rest.release();
    }
  }

  private void send(byte[] head, int length, Pieces rest) {
    channel.write(Unpooled.wrappedBuffer(head, 0, length));
    rest.buffers(channel::write);
    // Nothing but the end: it completes, whatever becomes of the writes, after the last of them.
    ChannelFuture sent = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    if (!sent.isDone()) {
      // Not released before it is through, so it may be asked until then.
      stalled.watch(channel, rest::pressed);
    }
    sent.addListener(_ -> rest.release()).addListener(ChannelFutureListener.CLOSE);
  }

  /** Closes without an answer. */
  public void drop() {
    channel.close();
  }
}
