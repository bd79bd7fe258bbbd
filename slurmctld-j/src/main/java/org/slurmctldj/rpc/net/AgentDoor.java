package org.slurmctldj.rpc.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;

/** Takes over the connections of agents. */
public interface AgentDoor {

  /** One that opened with HTTP/2's preface; {@code first}: the bytes read so far, owned by the callee. */
  void accept(ChannelHandlerContext ctx, ByteBuf first, InetSocketAddress peer);

  /** One that opened with a TLS handshake; {@code first}: the bytes read so far, owned by the callee. */
  void acceptTls(ChannelHandlerContext ctx, ByteBuf first, InetSocketAddress peer);

  /** For a front door without agents: closes. */
  AgentDoor CLOSED =
      new AgentDoor() {
        @Override
        public void accept(ChannelHandlerContext ctx, ByteBuf first, InetSocketAddress peer) {
          first.release();
          ctx.close();
        }

        @Override
        public void acceptTls(ChannelHandlerContext ctx, ByteBuf first, InetSocketAddress peer) {
          accept(ctx, first, peer);
        }
      };
}
