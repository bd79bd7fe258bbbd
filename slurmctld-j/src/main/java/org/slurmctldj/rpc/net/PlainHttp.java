package org.slurmctldj.rpc.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Somebody's browser or scraper on SlurmctldPort: told politely that there is nothing to see. */
final class PlainHttp {
  private static final byte[] NOT_FOUND =
      ("HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 23\r\n"
              + "Connection: close\r\n\r\nslurmctld-j: not found\n")
          .getBytes(StandardCharsets.US_ASCII);

  static void takeOver(ChannelHandlerContext ctx, int prefix, ByteBuf rest, long millis) {
    rest.release();
    ctx.writeAndFlush(Unpooled.wrappedBuffer(NOT_FOUND)).addListener(ChannelFutureListener.CLOSE);
    ctx.executor().schedule(() -> ctx.close(), millis, TimeUnit.MILLISECONDS);
  }

  private PlainHttp() {}
}
