package org.slurmctldj.rpc.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

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
    watch(channel, () -> false);
  }

  /** @param pressed true when there is no memory to spare for who is slow: it is closed at the next look. On the event loop */
  void watch(Channel channel, BooleanSupplier pressed) {
    channel.eventLoop().schedule(() -> check(channel, Long.MAX_VALUE, pressed), millis, TimeUnit.MILLISECONDS);
  }

  private void check(Channel channel, long before, BooleanSupplier pressed) {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    if (!channel.isActive() || out == null) {
      return;
    }
    // currentProgress counts what has left of the buffer in front.
    long left = out.totalPendingWriteBytes() - out.currentProgress();
    if (left >= before || pressed.getAsBoolean()) {
      channel.close();
      return;
    }
    channel.eventLoop().schedule(() -> check(channel, left, pressed), millis, TimeUnit.MILLISECONDS);
  }
}
