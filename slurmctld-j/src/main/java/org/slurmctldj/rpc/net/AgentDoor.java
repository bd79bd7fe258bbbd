package org.slurmctldj.rpc.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;

/** Takes over a connection that opened with HTTP/2's preface. */
public interface AgentDoor {

  /** {@code prefix}: the four bytes read already; {@code rest}: what came after them, owned by the callee. */
  void accept(ChannelHandlerContext ctx, int prefix, ByteBuf rest, InetSocketAddress peer);

  /** For a front door without agents: closes. */
  AgentDoor CLOSED =
      (ctx, _, rest, _) -> {
        rest.release();
        ctx.close();
      };
}
