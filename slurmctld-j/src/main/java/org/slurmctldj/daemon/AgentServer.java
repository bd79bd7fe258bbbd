package org.slurmctldj.daemon;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slurmctldj.agents.Agents;
import org.slurmctldj.agents.LinkPeer;
import org.slurmctldj.agents.NodeJoins;
import org.slurmctldj.proto.agent.NodeLinkGrpc;
import org.slurmctldj.proto.nodelink.LinkCertificate;
import org.slurmctldj.rpc.net.LocalRelay;

/** The gRPC server behind the front port: listens on an address that exists only inside this process. */
final class AgentServer implements AutoCloseable {
  private static final int MAX_MESSAGE = 64 << 20;

  /** An agent has one stream, an instance that joins one call. */
  private static final int MOST_CALLS = 8;

  /** A connection without a stream is nobody's: an agent has one as long as it lives. */
  private static final int IDLE_SECONDS = 60;

  /**
   * What gRPC writes is given back by the front port's loops. A pool's memory that comes back from another thread than it went to
   * waits for the locks of its arena; arrays of the heap do not come back. The loop that sends copies them once, into memory that
   * it takes and gives back itself.
   */
  private static final ByteBufAllocator HEAP = new UnpooledByteBufAllocator(false);

  private final LocalAddress address = new LocalAddress("slurmctld-agents");
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("agent-link", true), LocalIoHandler.newFactory());
  private final LocalRelay relay;
  private Server server;

  AgentServer(LinkCertificate certificate) throws IOException {
    relay = new LocalRelay(address, group, certificate);
  }

  LocalRelay relay() {
    return relay;
  }

  /** Who is behind an address that the gRPC server sees. */
  LinkPeer peerOf(SocketAddress inner) {
    return relay
        .peerOf(inner)
        .map(
            p ->
                new LinkPeer(
                    p.address().getAddress().getHostAddress() + ":" + p.address().getPort(),
                    p.address().getAddress().isLoopbackAddress(),
                    p.channel()))
        .orElse(LinkPeer.UNKNOWN);
  }

  /** {@code joins}: the door for instances of a cloud while one is configured. */
  void start(Agents agents, Supplier<Optional<NodeJoins>> joins, Executor executor) throws IOException {
    agents.linkThread(group.next());
    server =
        NettyServerBuilder.forAddress(address)
            .channelType(LocalServerChannel.class)
            .withChildOption(ChannelOption.ALLOCATOR, HEAP)
            .bossEventLoopGroup(group)
            .workerEventLoopGroup(group)
            .executor(executor)
            .callExecutor(new LinksHere())
            .maxInboundMessageSize(MAX_MESSAGE)
            .keepAliveTime(20, TimeUnit.SECONDS)
            .keepAliveTimeout(15, TimeUnit.SECONDS)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .maxConcurrentCallsPerConnection(MOST_CALLS)
            .maxConnectionIdle(IDLE_SECONDS, TimeUnit.SECONDS)
            .addService(ServerInterceptors.intercept(agents, agents))
            .fallbackHandlerRegistry(
                // asked for methods that the service above does not have
                new HandlerRegistry() {
                  @Override
                  public ServerMethodDefinition<?, ?> lookupMethod(String method, String authority) {
                    return joins.get().<ServerMethodDefinition<?, ?>>map(j -> ServerInterceptors.intercept(j, agents).getMethod(method)).orElse(null);
                  }
                })
            .build()
            .start();
  }

  /**
   * The agents' link only hands over what it hears, to the session's own queue: its calls run on the event loop, which saves two
   * threads' wake-ups for each message. All other calls may block, on workers.
   */
  private static final class LinksHere implements ServerCallExecutorSupplier {
    @Override
    public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
      return NodeLinkGrpc.SERVICE_NAME.equals(call.getMethodDescriptor().getServiceName()) ? Runnable::run : null;
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.shutdown();
      try {
        if (!server.awaitTermination(2, TimeUnit.SECONDS)) {
          server.shutdownNow();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
