package org.slurmctldj.rpc.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.TimeUnit;

/**
 * Closes connections whose client does not take its answer: no byte left within the time. A slow client that takes a
 * little now and then is served for as long as that lasts.
 */
final class StalledWrites {
  private final long millis;

  StalledWrites(long millis) {
    this.millis = millis;
  }

  void watch(Channel channel) {
    channel.eventLoop().schedule(() -> check(channel, Long.MAX_VALUE), millis, TimeUnit.MILLISECONDS);
  }

  private void check(Channel channel, long before) {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    if (!channel.isActive() || out == null) {
      return;
    }
    // currentProgress counts what has left of the one buffer an answer is.
    long left = out.totalPendingWriteBytes() - out.currentProgress();
    if (left >= before) {
      channel.close();
      return;
    }
    channel.eventLoop().schedule(() -> check(channel, left), millis, TimeUnit.MILLISECONDS);
  }
}
