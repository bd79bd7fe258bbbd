package org.slurmctldj.agent.step;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.ReturnCodeMsg;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Packer;

/** Plays srun (a port for messages, a port for streams) or, with its message port alone, the controller. */
final class FakeSrun implements AutoCloseable {
  private final ServerSocket messages = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ServerSocket streams = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<SlurmBody> received = new ArrayList<>();
  private final Queue<Integer> refusals = new ConcurrentLinkedQueue<>();
  /** By "1:0": stream and task. */
  private final Map<String, StringBuilder> output = new TreeMap<>();
  private final List<String> ended = new ArrayList<>();
  private final CompletableFuture<Init> init = new CompletableFuture<>();
  private volatile Socket stream;

  /** What a step's process says first. */
  record Init(int version, int node, int out, int err, String key) {}

  FakeSrun() throws IOException {
    Thread.ofVirtual().start(this::serveMessages);
    Thread.ofVirtual().start(this::serveStreams);
  }

  /** The next message is answered with that number, and not kept. */
  void refuse(int code) {
    refusals.add(code);
  }

  int messagePort() {
    return messages.getLocalPort();
  }

  int streamPort() {
    return streams.getLocalPort();
  }

  private void serveMessages() {
    while (!messages.isClosed()) {
      try (Socket socket = messages.accept()) {
        Frame frame = Frame.read(socket.getInputStream(), 1 << 20);
        SlurmBody body = MessageType.of(frame.type()).orElseThrow().read(frame.body(), frame.version() >> 8);
        Packer out = new Packer(16);
        Integer refusal = refusals.poll();
        new ReturnCodeMsg().returnCode(refusal == null ? 0 : refusal).write(out, frame.version() >> 8);
        socket.getOutputStream().write(Frame.toBytes(frame.header().response(8001), Credential.ABSENT, out.toByteArray()));
        if (refusal != null) {
          continue;
        }
        synchronized (this) {
          received.add(body);
          notifyAll();
        }
      } catch (IOException | RuntimeException e) {
        // an agent's gRPC preface, or the end
      }
    }
  }

  private void serveStreams() {
    while (!streams.isClosed()) {
      try {
        stream = streams.accept();
        DataInputStream in = new DataInputStream(stream.getInputStream());
        in.readInt();
        Init said = new Init(in.readUnsignedShort(), in.readInt(), in.readInt(), in.readInt(), text(in, in.readInt()));
        init.complete(said);
        for (int type; (type = in.readUnsignedShort()) >= 0; ) {
          int task = in.readUnsignedShort();
          in.readUnsignedShort();
          int length = in.readInt();
          String data = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
          synchronized (this) {
            output.computeIfAbsent(type + ":" + task, _ -> new StringBuilder()).append(data);
            if (length == 0) {
              ended.add(type + ":" + task);
            }
            notifyAll();
          }
        }
      } catch (IOException e) {
        // the step's process has gone
      }
    }
  }

  private static String text(DataInputStream in, int length) throws IOException {
    return new String(in.readNBytes(length), 0, length - 1, StandardCharsets.ISO_8859_1);
  }

  Init init() throws Exception {
    return init.get(30, java.util.concurrent.TimeUnit.SECONDS);
  }

  void send(int type, int task, String data) throws IOException {
    byte[] bytes = data.getBytes(StandardCharsets.ISO_8859_1);
    OutputStream out = stream.getOutputStream();
    out.write(new Packer(64).u16(type).u16(task).u16(0).u32(bytes.length).raw(bytes).toByteArray());
  }

  synchronized String output(int type, int task) {
    return output.getOrDefault(type + ":" + task, new StringBuilder()).toString();
  }

  synchronized boolean streamEnded(int type, int task) {
    return ended.contains(type + ":" + task);
  }

  synchronized <T> List<T> received(Class<T> kind) {
    return received.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Override
  public void close() throws IOException {
    messages.close();
    streams.close();
    if (stream != null) {
      stream.close();
    }
  }
}
