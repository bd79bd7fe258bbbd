package org.slurmctldj.proto.client;

import java.io.IOException;
import org.slurmctldj.proto.os.BlockingSocket;

/** A daemon's: the fewest system calls, but a platform thread each. */
final class BlockingLine implements Line {
  private final BlockingSocket socket;

  BlockingLine(BlockingSocket socket) {
    this.socket = socket;
  }

  @Override
  public void write(byte[] bytes, int length) throws IOException {
    socket.write(bytes, 0, length);
  }

  /** Each read has the whole timeout that the socket was made with. */
  @Override
  public int read(byte[] into, int at, int most, int millis) throws IOException {
    return socket.read(into, at, most);
  }

  @Override
  public boolean isClosed() {
    return false;
  }

  @Override
  public void close() {
    socket.close();
  }
}
