package org.slurmctldj.rpc.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.proto.os.ListeningSocket;

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
    final Channels channels;

    Shared(Settings settings, FrameSink sink, AgentDoor agents, Channels channels) {
      this.admission = new Admission(settings.maxConnections());
      this.budget = new ByteBudget(settings.budgetBytes());
      this.stalled = new StalledWrites(settings.requestMillis());
      this.sink = sink;
      this.agents = agents;
      this.channels = channels;
    }
  }

  private static final int BACKLOG = 4096;

  /** A connection without a byte is the kernel's for about so long (TCP_DEFER_ACCEPT). */
  private static final int DEFER_SECONDS = 1;

  /** Accept threads of all ports together; each may be waiting for munged. */
  private static final int ACCEPT_THREADS = Math.max(8, 4 * Runtime.getRuntime().availableProcessors());

  private static final int LEAST_ACCEPT_THREADS = 2;

  private final List<Channel> listening = new ArrayList<>();
  private final List<AcceptThreads> accepting = new ArrayList<>();
  private final List<InetSocketAddress> bound = new ArrayList<>();
  private final Shared shared;
  private boolean stopped;

  private FrontPort(Shared shared) {
    this.shared = shared;
  }

  /** Binds every address or none; the exception names the one that failed. */
  public static FrontPort open(Settings settings, List<InetSocketAddress> addresses, FrameSink sink, AgentDoor agents)
      throws IOException {
    boolean epoll = Epoll.isAvailable();
    Channels channels = new Channels(settings.eventLoops(), epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    FrontPort port = new FrontPort(new Shared(settings, sink, agents, channels));
    for (InetSocketAddress address : addresses) {
      try {
        if (epoll) {
          port.listen(settings, address, Math.max(LEAST_ACCEPT_THREADS, ACCEPT_THREADS / addresses.size()));
        } else {
          port.listenByChannel(settings, address);
        }
      } catch (IOException e) {
        port.close();
        throw new IOException("cannot listen on " + RequestReader.text(address) + ": " + e.getMessage());
      }
    }
    port.accepting.forEach(AcceptThreads::start);
    return port;
  }

  private void listen(Settings settings, InetSocketAddress address, int threads) throws IOException {
    ListeningSocket socket = ListeningSocket.open(address, BACKLOG, DEFER_SECONDS);
    accepting.add(new AcceptThreads(socket, threads, settings, shared));
    bound.add(socket.address());
  }

  /** Where there is no epoll: connections are taken by the event loops. */
  private void listenByChannel(Settings settings, InetSocketAddress address) throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(shared.channels.requests())
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new RequestReader(settings, shared));
                  }
                });
    ChannelFuture done = bootstrap.bind(address).awaitUninterruptibly();
    if (!done.isSuccess()) {
      throw new IOException(done.cause().getMessage());
    }
    listening.add(done.channel());
    bound.add((InetSocketAddress) done.channel().localAddress());
  }

  /** The addresses bound, for port 0 in tests. */
  public List<InetSocketAddress> addresses() {
    return List.copyOf(bound);
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
    if (stopped) {
      return;
    }
    stopped = true;
    for (AcceptThreads a : accepting) {
      a.stop();
    }
    for (Channel c : listening) {
      c.close().awaitUninterruptibly();
    }
  }

  @Override
  public void close() {
    stopListening();
    shared.channels.close();
  }
}
