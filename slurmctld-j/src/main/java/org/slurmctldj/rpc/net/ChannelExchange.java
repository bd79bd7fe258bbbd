package org.slurmctldj.rpc.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.concurrent.RejectedExecutionException;

/** Answers through a channel, on its event loop. */
final class ChannelExchange implements Exchange {
  private final Channel channel;
  private final InetSocketAddress peer;
  private final StalledWrites stalled;

  ChannelExchange(Channel channel, InetSocketAddress peer, StalledWrites stalled) {
    this.channel = channel;
    this.peer = peer;
    this.stalled = stalled;
  }

  @Override
  public InetSocketAddress peer() {
    return peer;
  }

  @Override
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

  @Override
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

  @Override
  public void drop() {
    channel.close();
  }
}
