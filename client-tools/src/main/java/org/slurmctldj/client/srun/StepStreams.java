package org.slurmctldj.client.srun;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.rpc.CallbackPort;

/**
 * The tasks' standard streams: every node's step daemon connects to a port here, shows the step's key, and both send framed
 * pieces of the streams. A thread for each connection, one for standard input.
 */
public final class StepStreams implements AutoCloseable {
  private static final int HEADER = 10;
  private static final int MOST_PIECE = 1024;
  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int STDIN_ALL = 3;
  private static final int EVERYBODY = 0xffff;
  private static final int MOST_INIT = 1 << 16;
  private static final int STRINGS_SINCE = 39;

  /**
   * How streams are shown and fed.
   *
   * @param tasks global task numbers of each node
   * @param labelWidth digits of a task's number before each line; 0: no label
   * @param stdinTask the one task that reads standard input; -1: all of them
   * @param outTask the one task whose output is shown, -1: all
   * @param labelOffset added to a task's number in its label: what comes before it in other components
   */
  public record Settings(List<long[]> tasks, int labelWidth, int stdinTask, int outTask, int errTask, int labelOffset) {
    int nodes() {
      return tasks.size();
    }
  }

  private final Client client;
  private final String key;
  private final Settings settings;
  private final OutputStream out;
  private final OutputStream err;
  private final InputStream in;
  private final ServerSocket server;
  private final Object lock = new Object();
  private final Socket[] connections;
  private int connected;
  private int over;
  private boolean abandoned;

  /** @param in standard input; null for none */
  public StepStreams(Client client, String key, Settings settings, InputStream in, OutputStream out, OutputStream err) {
    this.client = client;
    this.key = key;
    this.settings = settings;
    this.in = in;
    this.out = out;
    this.err = err;
    this.connections = new Socket[settings.nodes()];
    this.server = CallbackPort.listen(client);
    Thread.ofPlatform().daemon().name("streams").start(this::accept);
    if (in != null) {
      Thread.ofPlatform().daemon().name("stdin").start(this::feed);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  /** A node that will not connect, because none of its tasks runs. */
  public void without(int node) {
    synchronized (lock) {
      connected++;
      over++;
      lock.notifyAll();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        Thread.ofPlatform().daemon().name("stream").start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    boolean ours = false;
    try (socket) {
      DataInputStream stream = new DataInputStream(socket.getInputStream());
      int node = greet(stream);
      if (node < 0 || node >= connections.length) {
        client.error("Invalid or unauthorized stdio connection from " + socket.getRemoteSocketAddress());
        return;
      }
      synchronized (lock) {
        connections[node] = socket;
        connected++;
        ours = true;
        lock.notifyAll();
      }
      byte[] piece = new byte[MOST_PIECE * 64];
      while (true) {
        int type = stream.readUnsignedShort();
        int task = stream.readUnsignedShort();
        stream.readUnsignedShort();
        int length = stream.readInt();
        if (length < 0 || length > piece.length) {
          client.error("stdio message of " + length + " bytes");
          return;
        }
        stream.readFully(piece, 0, length);
        if (length > 0 && (type == STDOUT || type == STDERR)) {
          show(type, task, piece, length);
        }
      }
    } catch (EOFException e) {
      // the node's streams are over
    } catch (IOException e) {
      // the node or its step daemon is gone; its tasks' ends tell
    } finally {
      if (ours) {
        synchronized (lock) {
          over++;
          lock.notifyAll();
        }
      }
    }
  }

  /** Reads the first message; the node's number, or -1 for a stranger. */
  private int greet(DataInputStream stream) throws IOException {
    int length = stream.readInt();
    if (length < HEADER || length > MOST_INIT) {
      return -1;
    }
    int version = stream.readUnsignedShort() >> 8;
    int node = stream.readInt();
    stream.readInt();
    stream.readInt();
    int keyLength = stream.readInt();
    if (keyLength < 0 || keyLength > MOST_INIT) {
      return -1;
    }
    byte[] bytes = new byte[keyLength];
    stream.readFully(bytes);
    // both a packed string and, before 23.02, packed memory hold the NUL
    int end = keyLength > 0 && bytes[keyLength - 1] == 0 ? keyLength - 1 : keyLength;
    String shown = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    return version >= STRINGS_SINCE - 1 && shown.equals(key) ? node : -1;
  }

  private void show(int type, int task, byte[] piece, int length) {
    int only = type == STDOUT ? settings.outTask : settings.errTask;
    if (only >= 0 && only != task) {
      return;
    }
    OutputStream stream = type == STDOUT ? out : err;
    synchronized (lock) {
      try {
        if (settings.labelWidth == 0) {
          stream.write(piece, 0, length);
        } else {
          stream.write(labelled(task, piece, length));
        }
        stream.flush();
      } catch (IOException e) {
        // whoever read it has gone; the step goes on
      }
    }
  }

  /** Each line behind its task's number; the last one ends, too. */
  private byte[] labelled(int task, byte[] piece, int length) {
    String number = Integer.toString(task + settings.labelOffset);
    String label = " ".repeat(Math.max(0, settings.labelWidth - number.length())) + number + ": ";
    StringBuilder b = new StringBuilder(length + 64);
    String text = new String(piece, 0, length, StandardCharsets.ISO_8859_1);
    for (int at = 0; at < length; ) {
      int end = text.indexOf('\n', at);
      b.append(label).append(text, at, end < 0 ? length : end).append('\n');
      at = end < 0 ? length : end + 1;
    }
    return b.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  // ---- standard input

  private void feed() {
    synchronized (lock) {
      while (connected < settings.nodes() && !abandoned) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          return;
        }
      }
    }
    byte[] message = new byte[HEADER + MOST_PIECE];
    if (settings.stdinTask >= 0) {
      // the others read nothing
      for (int n = 0; n < settings.nodes(); n++) {
        for (int local = 0; local < settings.tasks.get(n).length; local++) {
          if (settings.tasks.get(n)[local] != settings.stdinTask) {
            send(message, 0, STDIN, n, (int) settings.tasks.get(n)[local], local);
          }
        }
      }
    }
    while (true) {
      int n;
      try {
        n = in.read(message, HEADER, MOST_PIECE);
      } catch (IOException e) {
        n = -1;
      }
      send(message, Math.max(0, n));
      if (n <= 0) {
        return;
      }
    }
  }

  private void send(byte[] message, int length) {
    for (int n = 0; n < settings.nodes(); n++) {
      if (settings.stdinTask < 0) {
        send(message, length, STDIN_ALL, n, EVERYBODY, EVERYBODY);
        continue;
      }
      long[] ids = settings.tasks.get(n);
      for (int local = 0; local < ids.length; local++) {
        if (ids[local] == settings.stdinTask) {
          send(message, length, STDIN, n, settings.stdinTask, local);
        }
      }
    }
  }

  private void send(byte[] message, int length, int type, int node, int task, int local) {
    short16(message, 0, type);
    short16(message, 2, task);
    short16(message, 4, local);
    short16(message, 6, 0);
    short16(message, 8, length);
    Socket target;
    synchronized (lock) {
      target = connections[node];
    }
    if (target != null) {
      try {
        target.getOutputStream().write(message, 0, HEADER + length);
      } catch (IOException e) {
        // its tasks have ended
      }
    }
  }

  private static void short16(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }

  // ---- the end

  /** Waits for the end of all nodes' streams, at most so long; nodes that never connected do not count. */
  public void awaitEnd(long milliseconds) {
    long deadline = System.nanoTime() + milliseconds * 1_000_000L;
    synchronized (lock) {
      while (over < settings.nodes()) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          break;
        }
        try {
          lock.wait(left);
        } catch (InterruptedException e) {
          break;
        }
      }
      abandoned = true;
      lock.notifyAll();
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // the process ends anyway
    }
  }
}
