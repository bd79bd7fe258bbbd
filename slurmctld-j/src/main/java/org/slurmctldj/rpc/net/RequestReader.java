package org.slurmctldj.rpc.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One per connection, on its event loop: looks at the first four bytes and then reads exactly one Slurm request, or
 * hands the connection to who else it is for.
 *
 * <p>Never holds more bytes than have arrived (twice that while growing) nor more than were announced. A request must
 * be complete within the deadline that starts with the connection.
 */
final class RequestReader extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(RequestReader.class);
  /** The first two bytes: a handshake record of any TLS version. */
  private static final int TLS_HANDSHAKE = 0x1603;

  private static final int HTTP2_PREFACE = 0x50524920; // "PRI "
  private static final int HTTP_GET = 0x47455420; // "GET "
  private static final int HTTP_HEAD = 0x48454144; // "HEAD"
  private static final int FIRST_CHUNK = 4096;

  private static final byte[] NOTHING = {};

  private final FrontPort.Settings settings;
  private final FrontPort.Shared shared;
  /** What was read before this connection had an event loop. */
  private byte[] first;

  private InetSocketAddress peer;
  private long number;
  private boolean admitted;
  private Future<?> deadline;

  private int prefixBytes;
  private int prefix;
  private byte[] frame;
  private int received;
  private int announced = -1;
  private long budgeted;
  private boolean done;
  /** Somebody else's connection now; this handler only counts it. */
  private boolean handedOver;

  RequestReader(FrontPort.Settings settings, FrontPort.Shared shared) {
    this(settings, shared, NOTHING);
  }

  RequestReader(FrontPort.Settings settings, FrontPort.Shared shared, byte[] first) {
    this.settings = settings;
    this.shared = shared;
    this.first = first;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    peer =
        ctx.channel().remoteAddress() instanceof InetSocketAddress a
            ? a
            : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    admitted = true;
    number = shared.admission.arrived(ctx.channel(), peer.getAddress());
    deadline =
        ctx.executor()
            .schedule(
                () -> {
                  if (!done) {
                    LOG.info(
                        "connection from {} closed: no whole request within {} ms ({} bytes came)",
                        text(peer),
                        settings.requestMillis(),
                        prefixBytes + received);
                    ctx.close();
                  }
                },
                settings.requestMillis(),
                TimeUnit.MILLISECONDS);
    if (first.length > 0) {
      ByteBuf in = Unpooled.wrappedBuffer(first);
      first = NOTHING;
      channelRead(ctx, in);
      // whoever has taken the connection over writes and reads on at this
      channelReadComplete(ctx);
    } else {
      ctx.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    release();
    if (admitted) {
      admitted = false;
      shared.admission.closed(number);
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (handedOver || !(message instanceof ByteBuf in)) {
      ctx.fireChannelRead(message);
      return;
    }
    if (done) {
      in.release();
      return;
    }
    boolean handedOn = false;
    try {
      handedOn = consume(ctx, in);
    } finally {
      if (!handedOn) {
        in.release();
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!done) {
      ctx.read();
    }
    ctx.fireChannelReadComplete();
  }

  private boolean consume(ChannelHandlerContext ctx, ByteBuf in) {
    while (prefixBytes < 4 && in.isReadable()) {
      prefix = prefix << 8 | in.readUnsignedByte();
      prefixBytes++;
      if (prefixBytes == 2 && prefix == TLS_HANDSHAKE) {
        finish();
        handedOver = true;
        shared.agents.acceptTls(ctx, Unpooled.wrappedBuffer(Unpooled.copyShort(prefix), in), peer);
        return true;
      }
    }
    if (prefixBytes < 4) {
      return false;
    }
    if (announced < 0) {
      switch (prefix) {
        case HTTP2_PREFACE -> {
          finish();
          handedOver = true;
          shared.agents.accept(ctx, Unpooled.wrappedBuffer(Unpooled.copyInt(prefix), in), peer);
          return true;
        }
        case HTTP_GET, HTTP_HEAD -> {
          finish();
          PlainHttp.takeOver(ctx, prefix, in, settings.requestMillis());
          return true;
        }
        default -> {}
      }
      long length = prefix & 0xffffffffL;
      if (length > settings.maxRequestBytes() || length < FrontPort.SMALLEST_FRAME) {
        refuse(ctx, "it announces a message of " + length + " bytes");
        return false;
      }
      announced = (int) length;
      frame = new byte[Math.min(announced, FIRST_CHUNK)];
    }
    int n = Math.min(in.readableBytes(), announced - received);
    if (received + n > frame.length) {
      int room = (int) Math.min(announced, Math.max((long) frame.length * 2, received + n));
      if (room > FrontPort.UNBUDGETED_BYTES) {
        long more = room - budgeted;
        if (!shared.budget.take(more)) {
          refuse(ctx, "too many large requests at once");
          return false;
        }
        budgeted += more;
      }
      frame = Arrays.copyOf(frame, room);
    }
    in.readBytes(frame, received, n);
    received += n;
    if (received == announced) {
      byte[] whole = frame;
      finish();
      shared.sink.received(whole, new ChannelExchange(ctx.channel(), peer, shared.stalled));
      // A client that hangs up while its answer is made is noticed by the next read.
      ctx.read();
    }
    return false;
  }

  private void refuse(ChannelHandlerContext ctx, String why) {
    LOG.info("connection from {} closed: {}", text(peer), why);
    finish();
    ctx.close();
  }

  private void finish() {
    done = true;
    shared.admission.requestComplete(number);
    release();
  }

  private void release() {
    frame = null;
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
    if (budgeted > 0) {
      shared.budget.giveBack(budgeted);
      budgeted = 0;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("connection from {}: {}", text(peer), cause.getMessage());
    } else {
      LOG.error("connection from {}: {}", text(peer), cause.toString(), cause);
    }
    ctx.close();
  }

  static String text(InetSocketAddress a) {
    return a == null ? "unknown" : a.getAddress() == null ? a.toString() : a.getAddress().getHostAddress() + ":" + a.getPort();
  }
}
