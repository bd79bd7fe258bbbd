package org.slurmctldj.rpc.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slurmctldj.proto.os.AcceptedSocket;
import org.slurmctldj.proto.os.ThreadPriority;

/**
 * The event loops of the front port: some for requests that come in pieces, agents and slow clients, and one for long lists.
 * A list of forty megabytes keeps a loop and a processor busy for ten milliseconds: on its own loop, which gives way to all
 * other threads, it keeps no request waiting.
 */
final class Channels {
  private static final int LISTS_GIVE_WAY = 10;

  private final EventLoopGroup requests;
  private final EventLoopGroup lists;

  Channels(int loops, IoHandlerFactory io) {
    requests = new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory("front-port", true), io);
    ThreadFactory threads = new DefaultThreadFactory("lists", true);
    ThreadFactory givingWay =
        loop ->
            threads.newThread(
                () -> {
                  ThreadPriority.giveWay(LISTS_GIVE_WAY);
                  loop.run();
                });
    lists = new MultiThreadIoEventLoopGroup(1, givingWay, io);
  }

  EventLoopGroup requests() {
    return requests;
  }

  EventLoopGroup lists() {
    return lists;
  }

  /** A peer that is gone is no news. */
  @ChannelHandler.Sharable
  private static final class Quiet extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  private static final ChannelHandler QUIET = new Quiet();

  /**
   * Makes a channel of a connection, to send what is left to be sent.
   *
   * @param then runs on the channel's loop
   * @param failed runs instead of it if there is no loop any more
   * @param closed runs when the connection is closed, in either case
   */
  void adopt(AcceptedSocket socket, EventLoopGroup on, Consumer<Channel> then, Runnable failed, Runnable closed) {
    adopt(socket, on, QUIET, then, failed, closed);
  }

  /** As above with a handler for what comes in. */
  void adopt(AcceptedSocket socket, EventLoopGroup on, ChannelHandler handler, Consumer<Channel> then, Runnable failed, Runnable closed) {
    EpollSocketChannel channel = new EpollSocketChannel(socket.detach());
    channel.config().setAutoRead(false);
    channel.pipeline().addLast(handler);
    channel.closeFuture().addListener(_ -> closed.run());
    try {
      on.register(channel)
          .addListener(
              registered -> {
                if (registered.isSuccess()) {
                  // behind channelActive, which comes after this listener
                  channel.eventLoop().execute(() -> then.accept(channel));
                } else {
                  failed.run();
                  channel.unsafe().closeForcibly();
                  closed.run();
                }
              });
    } catch (RejectedExecutionException e) {
      failed.run();
      channel.unsafe().closeForcibly();
      closed.run();
    }
  }

  void close() {
    for (EventLoopGroup group : new EventLoopGroup[] {requests, lists}) {
      group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    }
    for (EventLoopGroup group : new EventLoopGroup[] {requests, lists}) {
      group.terminationFuture().awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
  }
}
