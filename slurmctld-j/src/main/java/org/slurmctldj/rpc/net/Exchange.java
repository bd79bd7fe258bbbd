package org.slurmctldj.rpc.net;

import java.net.InetSocketAddress;

/**
 * The answering side of one connection that has delivered its one request. Any thread may call it; the first of {@link
 * #reply} and {@link #drop} counts.
 */
public interface Exchange {
  InetSocketAddress peer();

  /** "10.0.0.1:3456", for logs. */
  default String peerText() {
    return RequestReader.text(peer());
  }

  /** Sends these bytes, then closes. The array must not be changed afterwards. */
  void reply(byte[] bytes, int offset, int length);

  /** Sends these bytes and then those, which are released in any case, then closes. */
  void reply(byte[] head, int length, Pieces rest);

  /** Closes without an answer. */
  void drop();
}
