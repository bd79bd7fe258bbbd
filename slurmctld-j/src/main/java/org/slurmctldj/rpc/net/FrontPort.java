package org.slurmctldj.rpc.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The listening sockets of SlurmctldPort, a range of ports included. Opened by the daemon once the state has been
 * replayed, closed first at shutdown.
 */
public final class FrontPort implements AutoCloseable {
  /** Header and body length fields of any version; less is never a message. */
  static final int SMALLEST_FRAME = 14;

  /** A request up to this size needs no share of the common budget. */
  static final int UNBUDGETED_BYTES = 1 << 20;

  /**
   * @param maxRequestBytes longest message taken; Slurm's own limit is 1 GiB, no real request needs a tenth of that
   * @param requestMillis from connect to the last byte of the request
   * @param maxConnections above it, idle connections are shed
   * @param budgetBytes for all large unfinished requests together
   */
  public record Settings(int maxRequestBytes, long requestMillis, int maxConnections, long budgetBytes, int eventLoops) {
    public static final Settings DEFAULT =
        new Settings(128 << 20, 10_000, 16_384, 512L << 20, Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  static final class Shared {
    final Admission admission;
    final ByteBudget budget;
    final StalledWrites stalled;
    final FrameSink sink;
    final AgentDoor agents;

    Shared(Settings settings, FrameSink sink, AgentDoor agents) {
      this.admission = new Admission(settings.maxConnections());
      this.budget = new ByteBudget(settings.budgetBytes());
      this.stalled = new StalledWrites(settings.requestMillis());
      this.sink = sink;
      this.agents = agents;
    }
  }

  private final EventLoopGroup group;
  private final List<Channel> listening = new ArrayList<>();
  private final Shared shared;

  private FrontPort(EventLoopGroup group, Shared shared) {
    this.group = group;
    this.shared = shared;
  }

  /** Binds every address or none; the exception names the one that failed. */
  public static FrontPort open(Settings settings, List<InetSocketAddress> addresses, FrameSink sink, AgentDoor agents)
      throws IOException {
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(settings.eventLoops(), new DefaultThreadFactory("front-port", true), io);
    Shared shared = new Shared(settings, sink, agents);
    FrontPort port = new FrontPort(group, shared);
    Class<? extends ServerChannel> type = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(type)
            .option(ChannelOption.SO_BACKLOG, 4096)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new RequestReader(settings, shared));
                  }
                });
    for (InetSocketAddress address : addresses) {
      ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
      if (!bound.isSuccess()) {
        port.close();
        throw new IOException("cannot listen on " + RequestReader.text(address) + ": " + bound.cause().getMessage());
      }
      port.listening.add(bound.channel());
    }
    return port;
  }

  /** The addresses bound, for port 0 in tests. */
  public List<InetSocketAddress> addresses() {
    return listening.stream().map(c -> (InetSocketAddress) c.localAddress()).toList();
  }

  /** Connections now open, agents included. */
  public int openConnections() {
    return shared.admission.open();
  }

  /** Connections closed because there were too many. */
  public long shedConnections() {
    return shared.admission.shed();
  }

  /** Bytes that unfinished large requests hold. */
  public long heldBytes() {
    return shared.budget.held();
  }

  /** Stops listening; connections that have an answer coming keep going until {@link #close}. */
  public void stopListening() {
    for (Channel c : listening) {
      c.close().awaitUninterruptibly();
    }
  }

  @Override
  public void close() {
    stopListening();
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
  }
}
