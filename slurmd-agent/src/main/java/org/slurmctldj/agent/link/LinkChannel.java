package org.slurmctldj.agent.link;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import org.slurmctldj.proto.nodelink.ChannelBinding;

/** A channel to a controller through TLS and the certificate that it showed, for calls besides the node's stream. */
public final class LinkChannel {
  private static final int LARGEST_MESSAGE = 64 << 20;

  private final LinkTls tls;
  private final ManagedChannel channel;

  private LinkChannel(LinkTls tls, ManagedChannel channel) {
    this.tls = tls;
    this.channel = channel;
  }

  /** TLS also on this host. One call only goes through it. */
  public static LinkChannel tls(NodeLink.Controller controller) {
    LinkTls tls = new LinkTls();
    NettyChannelBuilder builder = NettyChannelBuilder.forAddress(controller.host(), controller.port());
    tls.addTo(builder);
    return new LinkChannel(tls, builder.intercept(tls).maxInboundMessageSize(LARGEST_MESSAGE).build());
  }

  public ManagedChannel channel() {
    return channel;
  }

  /** Known once the controller has answered. */
  public ChannelBinding binding() {
    return tls.binding();
  }
}
