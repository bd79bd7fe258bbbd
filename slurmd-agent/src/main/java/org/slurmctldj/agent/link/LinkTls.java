package org.slurmctldj.agent.link;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.MethodDescriptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slurmctldj.proto.nodelink.ChannelBinding;
import org.slurmctldj.proto.nodelink.LinkIdentity.LinkIdentityException;

/**
 * TLS of one connection to a controller, and the certificate it showed. Made by {@link NodeLink} for each connection.
 *
 * <p>Every certificate is taken here: it is the controller's proof that vouches for it, or not ({@link ChannelBinding}),
 * and nothing but a nonce is said before.
 */
final class LinkTls implements ClientInterceptor {
  private volatile Optional<ClientCall<?, ?>> call = Optional.empty();

  /** Whether that host is, or might be, reached through a network. */
  static boolean isNeededFor(String host) {
    try {
      return !Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      return true;
    }
  }

  void addTo(NettyChannelBuilder builder) {
    try {
      builder.sslContext(
          GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
              .protocols("TLSv1.3")
              .trustManager(new Anybody())
              .build());
    } catch (SSLException e) {
      throw new IllegalStateException("this JVM has no TLS 1.3", e);
    }
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    ClientCall<Q, A> made = next.newCall(method, options);
    call = Optional.of(made);
    return made;
  }

  /**
   * What the stream really goes through; known once the controller has answered.
   *
   * @throws LinkIdentityException TLS without a certificate
   */
  ChannelBinding binding() {
    SSLSession session =
        call.orElseThrow(() -> new IllegalStateException("no stream yet"))
            .getAttributes()
            .get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null) {
      return ChannelBinding.PLAIN;
    }
    try {
      return ChannelBinding.of(session.getPeerCertificates()[0]);
    } catch (SSLPeerUnverifiedException e) {
      throw new LinkIdentityException("it showed no certificate", e);
    }
  }

  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      throw new UnsupportedOperationException("an agent serves nobody");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
      throw new UnsupportedOperationException("an agent serves nobody");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      throw new UnsupportedOperationException("an agent serves nobody");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
