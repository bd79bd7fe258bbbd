package org.slurmctldj.agents;

import org.slurmctldj.proto.nodelink.ChannelBinding;

/**
 * Who is behind a stream, as the front port saw it.
 *
 * @param address for logs
 * @param loopback whether the connection never left this host
 * @param channel our own certificate's fingerprint if it came through TLS
 */
public record LinkPeer(String address, boolean loopback, ChannelBinding channel) {
  /** One whose connection is gone already: trusted with nothing. */
  public static final LinkPeer UNKNOWN = new LinkPeer("unknown", false, ChannelBinding.PLAIN);

  /** Plain text may be read and changed on the way, so it is for this host only. */
  boolean mayTalk() {
    return loopback || channel.isTls();
  }

  @Override
  public String toString() {
    return address;
  }
}
