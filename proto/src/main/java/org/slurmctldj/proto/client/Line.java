package org.slurmctldj.proto.client;

import java.io.IOException;

/** A connection that carries one request and its answer. */
interface Line extends AutoCloseable {
  /** A {@link java.net.SocketException}: it was not taken, but an answer may have come. */
  void write(byte[] bytes, int length) throws IOException;

  /**
   * How many bytes came, at most {@code most}; 0 or less at the end.
   *
   * @param millis how long to wait
   */
  int read(byte[] into, int at, int most, int millis) throws IOException;

  /** Whether this side gave up. */
  boolean isClosed();

  @Override
  void close() throws IOException;
}
