package org.slurmctldj.daemon;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;

/** Answers like munged, for {@link Training} alone: its credentials are not sealed, they only carry their payload. */
final class TrainingMunge {
  private static final int MAGIC = 0x00606D4B;
  private static final int HEADER = 11;
  private static final int ENC_REQ = 2;
  private static final String PREFIX = "MUNGE:";

  static void serve(Path socket, long uid) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket), 128);
    Thread.ofPlatform().daemon().name("training-munge").start(() -> {
      while (true) {
        try (SocketChannel peer = server.accept()) {
          answer(peer, uid);
        } catch (IOException e) {
          return;
        }
      }
    });
  }

  private static void answer(SocketChannel peer, long uid) throws IOException {
    ByteBuffer request = ByteBuffer.allocate(1 << 16);
    while (request.position() < HEADER || request.position() < HEADER + request.getInt(7)) {
      if (peer.read(request) < 0) {
        return;
      }
    }
    int type = request.get(5);
    Unpacker in = new Unpacker(request.array(), HEADER, request.getInt(7));
    Packer body = new Packer(256);
    if (type == ENC_REQ) {
      in.skip(4 + 12);
      body.u8(0).u8(0).str(PREFIX + Base64.getEncoder().encodeToString(in.mem()));
    } else {
      byte[] text = in.mem();
      String credential = new String(Arrays.copyOf(text, text.length - 1), StandardCharsets.ISO_8859_1);
      long now = System.currentTimeMillis() / 1000;
      body.u8(0).u8(0).u8(1).u8(1).u8(1).u8(0).u32(300).u8(0).u32(now).u32(now).u32(uid).u32(uid).u32(0xffffffffL).u32(0xffffffffL);
      body.mem(Base64.getDecoder().decode(credential.substring(PREFIX.length())));
    }
    Packer out = new Packer(HEADER + body.length());
    out.u32(MAGIC).u8(4).u8(type + 1).u8(0).u32(body.length()).raw(body.array(), 0, body.length());
    ByteBuffer answer = ByteBuffer.wrap(out.array(), 0, out.length());
    while (answer.hasRemaining()) {
      peer.write(answer);
    }
  }

  private TrainingMunge() {}
}
