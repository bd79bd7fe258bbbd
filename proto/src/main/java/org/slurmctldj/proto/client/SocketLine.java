package org.slurmctldj.proto.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** The JDK's plain socket: what clients and virtual threads use. */
final class SocketLine implements Line {
  private final Socket socket = new Socket();
  private final int sendSeconds;

  SocketLine(InetSocketAddress to, RpcClient.Settings settings) throws IOException {
    sendSeconds = settings.messageTimeout();
    try {
      if (to.isUnresolved()) {
        throw new IOException("unknown host " + to.getHostString());
      }
      socket.setTcpNoDelay(true);
      socket.connect(to, settings.connectTimeout() * 1000);
    } catch (IOException e) {
      try {
        socket.close();
      } catch (IOException ignored) {
        // nothing was sent
      }
      throw e;
    }
  }

  @Override
  public void write(byte[] bytes, int length) throws IOException {
    try (SendTimeout timeout = SendTimeout.of(socket, length, sendSeconds)) {
      try {
        socket.getOutputStream().write(bytes, 0, length);
      } catch (SocketException e) {
        if (timeout.expired) {
          throw new SocketTimeoutException("the message was not taken in time");
        }
        throw e;
      }
    }
  }

  @Override
  public int read(byte[] into, int at, int most, int millis) throws IOException {
    socket.setSoTimeout(millis);
    return socket.getInputStream().read(into, at, most);
  }

  @Override
  public boolean isClosed() {
    return socket.isClosed();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Closes the socket under a sender that is stuck: blocking sockets have no send timeout. */
  private static final class SendTimeout implements AutoCloseable, Runnable {
    /** What a socket's buffer takes at once anyway; no thread for so little. */
    private static final int SMALL = 64 << 10;

    private static final SendTimeout NONE = new SendTimeout(null, 0);

    private final Socket socket;
    private final int seconds;
    private Thread thread;
    private volatile boolean expired;

    private SendTimeout(Socket socket, int seconds) {
      this.socket = socket;
      this.seconds = seconds;
    }

    static SendTimeout of(Socket socket, int length, int seconds) {
      if (length <= SMALL) {
        return NONE;
      }
      SendTimeout timeout = new SendTimeout(socket, seconds);
      timeout.thread = new Thread(timeout, "send-timeout");
      timeout.thread.setDaemon(true);
      timeout.thread.start();
      return timeout;
    }

    @Override
    public void run() {
      try {
        Thread.sleep(seconds * 1000L);
        expired = true;
        socket.close();
      } catch (InterruptedException e) {
        // sent in time
      } catch (IOException e) {
        // closed it is
      }
    }

    @Override
    public void close() {
      if (thread != null) {
        thread.interrupt();
      }
    }
  }
}
