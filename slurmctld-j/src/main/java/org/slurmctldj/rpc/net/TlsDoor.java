package org.slurmctldj.rpc.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.proto.nodelink.ChannelBinding;
import org.slurmctldj.proto.nodelink.LinkCertificate;

/**
 * TLS of the front port: TLS 1.3 and HTTP/2 only, by the JDK. Used by {@link LocalRelay} for connections whose first
 * bytes are a TLS handshake; runs on the connection's event loop.
 */
final class TlsDoor {
  private static final Logger LOG = LoggerFactory.getLogger(TlsDoor.class);
  private static final long HANDSHAKE_MILLIS = 10_000;

  private final SslContext context;
  private final ChannelBinding binding;

  TlsDoor(LinkCertificate certificate) throws SSLException {
    binding = certificate.binding();
    context =
        SslContextBuilder.forServer(certificate.key(), certificate.certificate())
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3")
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    ApplicationProtocolNames.HTTP_2))
            .build();
  }

  ChannelBinding binding() {
    return binding;
  }

  /** Runs {@code then} once the handshake is done; {@code first} are the connection's bytes so far, owned here. */
  void accept(ChannelHandlerContext ctx, ByteBuf first, InetSocketAddress peer, Consumer<Channel> then) {
    SslHandler tls = context.newHandler(ctx.alloc());
    tls.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS);
    ctx.pipeline().addLast(tls, new Handshake(tls, peer, then));
    // The handler reads on by itself until the handshake is done.
    ctx.fireChannelRead(first);
  }

  private static final class Handshake extends ChannelInboundHandlerAdapter {
    private final SslHandler tls;
    private final InetSocketAddress peer;
    private final Consumer<Channel> then;

    Handshake(SslHandler tls, InetSocketAddress peer, Consumer<Channel> then) {
      this.tls = tls;
      this.peer = peer;
      this.then = then;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (!(event instanceof SslHandshakeCompletionEvent done)) {
        ctx.fireUserEventTriggered(event);
        return;
      }
      if (!done.isSuccess()) {
        LOG.info("connection from {} closed: no TLS: {}", RequestReader.text(peer), done.cause().getMessage());
        ctx.close();
      } else if (!ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
        LOG.info("connection from {} closed: it opens TLS, but not for the node link (ALPN h2)", RequestReader.text(peer));
        ctx.close();
      } else {
        then.accept(ctx.channel());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      LOG.debug("connection from {}: {}", RequestReader.text(peer), cause.getMessage());
      ctx.close();
    }
  }
}
