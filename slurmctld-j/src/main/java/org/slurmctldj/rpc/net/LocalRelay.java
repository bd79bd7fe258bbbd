package org.slurmctldj.rpc.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes HTTP/2 connections of the front port on to the gRPC server, which listens on an address inside this process.
 * Each side is read only as fast as the other takes it. Remembers who is behind which inner address.
 */
public final class LocalRelay implements AgentDoor {
  private final LocalAddress target;
  private final EventLoopGroup group;
  private final Map<SocketAddress, InetSocketAddress> peers = new ConcurrentHashMap<>();

  /** {@code group} must drive local channels. */
  public LocalRelay(LocalAddress target, EventLoopGroup group) {
    this.target = target;
    this.group = group;
  }

  /** The outer peer of a connection that the gRPC server knows by its inner address. */
  public Optional<InetSocketAddress> peerOf(SocketAddress inner) {
    return inner == null ? Optional.empty() : Optional.ofNullable(peers.get(inner));
  }

  @Override
  public void accept(ChannelHandlerContext ctx, int prefix, ByteBuf rest, InetSocketAddress peer) {
    Channel outer = ctx.channel();
    Pipe toInner = new Pipe();
    outer.pipeline().addLast(toInner);
    ChannelFuture connecting =
        new Bootstrap().group(group).channel(LocalChannel.class).handler(new Pipe(outer)).option(io.netty.channel.ChannelOption.AUTO_READ, false).connect(target);
    Channel inner = connecting.channel();
    toInner.other = inner;
    connecting.addListener(
        (ChannelFuture f) -> {
          if (!f.isSuccess()) {
            rest.release();
            outer.close();
            return;
          }
          SocketAddress address = inner.localAddress();
          peers.put(address, peer);
          inner.closeFuture().addListener(_ -> peers.remove(address));
          inner.write(Unpooled.copyInt(prefix));
          inner.writeAndFlush(rest)
              .addListener(
                  _ -> {
                    outer.read();
                    inner.read();
                  });
        });
  }

  /** One direction: what this channel reads goes to the other. */
  private static final class Pipe extends ChannelInboundHandlerAdapter {
    private volatile Channel other;

    Pipe() {}

    Pipe(Channel other) {
      this.other = other;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      other
          .writeAndFlush(message)
          .addListener(
              (ChannelFutureListener)
                  f -> {
                    if (f.isSuccess()) {
                      ctx.channel().read();
                    } else {
                      ctx.close();
                    }
                  });
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (other != null) {
        other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
