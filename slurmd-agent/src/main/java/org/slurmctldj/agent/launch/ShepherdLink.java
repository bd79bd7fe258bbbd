package org.slurmctldj.agent.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The agent's connection to one shepherd: orders out, events in. {@link #listen} runs on a virtual thread of its own
 * until the shepherd is gone; orders may be given by any thread.
 */
public final class ShepherdLink implements AutoCloseable {
  /** Called by the listening thread. */
  public interface Events {
    default void running(int pid, long startMillis) {}

    /** A step's process: its tasks were started, or one of them has ended; the files say more. */
    default void tasksChanged() {}

    /** The script has ended; {@code exit} says how, and whether anything is left. */
    void ended();
  }

  private final SocketChannel channel;

  private ShepherdLink(SocketChannel channel) {
    this.channel = channel;
  }

  /** @throws IOException no shepherd listens there (any more) */
  public static ShepherdLink connect(Path launchDirectory) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(launchDirectory.resolve("control")));
      return new ShepherdLink(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Returns when the shepherd has closed the connection: it is gone. */
  public void listen(Events events) {
    try (BufferedReader in =
        new BufferedReader(Channels.newReader(channel, StandardCharsets.ISO_8859_1.newDecoder(), 512))) {
      for (String line; (line = in.readLine()) != null; ) {
        String[] word = line.split(" ");
        switch (word[0]) {
          case "running" -> events.running(Integer.parseInt(word[1]), Long.parseLong(word[2]));
          case "tasks", "exit" -> events.tasksChanged();
          case "ended" -> events.ended();
          default -> {
            // "clean": the end of the stream follows
          }
        }
      }
    } catch (IOException e) {
      // as good as its end
    }
  }

  /** @param message for the job's error file, or "" */
  public void signal(int number, boolean scriptOnly, String message) throws IOException {
    order("signal " + number + " " + (scriptOnly ? "script" : "all") + " " + message);
  }

  /** A step's process: a line on its standard error, unless one was written before. */
  public void say(String message) throws IOException {
    order("say 0 0 " + message);
  }

  /** A step's process: what to connect to stands in the file {@code attach.NUMBER}. */
  public void attach(int number) throws IOException {
    order("attach " + number);
  }

  public void terminate(long killWaitMillis, boolean atOnce, String message) throws IOException {
    order("terminate " + killWaitMillis + " " + (atOnce ? 1 : 0) + " " + message);
  }

  private void order(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line.replace('\n', ' ').stripTrailing() + "\n").getBytes(StandardCharsets.ISO_8859_1));
    synchronized (channel) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // nothing depends on it
    }
  }
}
