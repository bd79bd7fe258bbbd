package org.slurmctldj.rpc.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;
import org.slurmctldj.proto.nodelink.ChannelBinding;
import org.slurmctldj.proto.nodelink.LinkCertificate;

/**
 * Passes HTTP/2 connections of the front port, in plain text or through TLS, on to the gRPC server, which listens on an
 * address inside this process. Each side is read only as fast as the other takes it. Remembers who is behind which inner
 * address.
 */
public final class LocalRelay implements AgentDoor {
  /** Who is behind an inner address, and how he came. */
  public record Peer(InetSocketAddress address, ChannelBinding channel) {}

  private final LocalAddress target;
  private final EventLoopGroup group;
  private final TlsDoor tls;
  private final Map<SocketAddress, Peer> peers = new ConcurrentHashMap<>();

  /** {@code group} must drive local channels. */
  public LocalRelay(LocalAddress target, EventLoopGroup group, LinkCertificate certificate) throws SSLException {
    this.target = target;
    this.group = group;
    this.tls = new TlsDoor(certificate);
  }

  /** The outer peer of a connection that the gRPC server knows by its inner address. */
  public Optional<Peer> peerOf(SocketAddress inner) {
    return inner == null ? Optional.empty() : Optional.ofNullable(peers.get(inner));
  }

  @Override
  public void accept(ChannelHandlerContext ctx, ByteBuf first, InetSocketAddress peer) {
    relay(ctx.channel(), first, new Peer(peer, ChannelBinding.PLAIN));
  }

  @Override
  public void acceptTls(ChannelHandlerContext ctx, ByteBuf first, InetSocketAddress peer) {
    tls.accept(ctx, first, peer, channel -> relay(channel, Unpooled.EMPTY_BUFFER, new Peer(peer, tls.binding())));
  }

  private void relay(Channel outer, ByteBuf first, Peer peer) {
    Pipe toInner = new Pipe(first);
    outer.pipeline().addLast(toInner);
    ChannelFuture connecting =
        new Bootstrap()
            .group(group)
            .channel(LocalChannel.class)
            .handler(new Pipe(outer))
            .option(ChannelOption.AUTO_READ, false)
            .connect(target);
    Channel inner = connecting.channel();
    connecting.addListener(
        (ChannelFuture f) -> {
          if (!f.isSuccess()) {
            outer.close();
            return;
          }
          SocketAddress address = inner.localAddress();
          peers.put(address, peer);
          inner.closeFuture().addListener(_ -> peers.remove(address));
          inner.read();
          outer.eventLoop().execute(() -> toInner.open(outer, inner));
        });
  }

  /** One direction: what this channel reads goes to the other. All on this channel's event loop. */
  private static final class Pipe extends ChannelInboundHandlerAdapter {
    /** What came before the other side was there; TLS may bring the first frames along with its handshake. */
    private final Queue<Object> held = new ArrayDeque<>();

    private Optional<Channel> other;

    Pipe(ByteBuf first) {
      other = Optional.empty();
      held.add(first);
    }

    Pipe(Channel other) {
      this.other = Optional.of(other);
    }

    void open(Channel self, Channel to) {
      other = Optional.of(to);
      if (!self.isActive()) {
        drop();
        to.close();
        return;
      }
      for (Object message = held.poll(); message != null; message = held.poll()) {
        pass(self, to, message);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (other.isEmpty()) {
        held.add(message);
      } else {
        pass(ctx.channel(), other.get(), message);
      }
    }

    private static void pass(Channel self, Channel to, Object message) {
      boolean taken =
          there(
              to,
              () ->
                  to.writeAndFlush(message)
                      .addListener(
                          (ChannelFutureListener)
                              f -> {
                                if (f.isSuccess()) {
                                  self.read();
                                } else {
                                  self.close();
                                }
                              }));
      if (!taken) {
        ReferenceCountUtil.release(message);
        self.close();
      }
    }

    /**
     * Runs it on the other side's loop, where a write would have to go anyway: so its future belongs to that loop alone. One
     * that a thread listens to while another completes it is guarded by a monitor, for which either may have to wait.
     *
     * @return false if there is no such loop any more
     */
    private static boolean there(Channel to, Runnable task) {
      try {
        to.eventLoop().execute(task);
        return true;
      } catch (RejectedExecutionException e) {
        return false;
      }
    }

    private void drop() {
      held.forEach(ReferenceCountUtil::release);
      held.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      drop();
      other.ifPresent(
          to -> there(to, () -> to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE)));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
