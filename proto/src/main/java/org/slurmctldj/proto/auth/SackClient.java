package org.slurmctldj.proto.auth;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/**
 * Asks a sack socket for tokens. For clients, which do not hold slurm.key. Any thread; blocks.
 */
public final class SackClient {
  /** Overrides the fixed places, as in Slurm 26.05. */
  public static final String ENVIRONMENT = "SLURM_SACK_SOCKET";

  private static final String[] PLACES = {"/run/slurm/sack.socket", "/run/slurmctld/sack.socket", "/run/slurmdbd/sack.socket"};
  private static final int MAX_TOKEN = 1 << 20;

  private final String[] places;

  /**
   * Asks the first of the fixed places that answers.
   *
   * @param override value of SLURM_SACK_SOCKET, or null
   */
  public SackClient(String override) {
    this.places = override == null || override.isEmpty() ? PLACES : new String[] {override};
  }

  /** A token in the name of this process's uid. {@link TokenException} if no socket answers. */
  public String create(int version, long restrictedUid, byte[] payload) {
    Packer data = new Packer(64);
    data.u32(restrictedUid).mem(payload);
    byte[] answer = ask(version, SackServer.CREATE, data);
    try {
      String token = new Unpacker(answer).str();
      if (token == null) {
        throw new TokenException("sack: no token was made");
      }
      return token;
    } catch (WireException e) {
      throw new TokenException("sack: " + e.getMessage());
    }
  }

  /** Whether the socket's owner finds the token genuine. */
  public boolean verify(int version, String token) {
    Packer data = new Packer(token.length() + 8);
    data.str(token);
    byte[] answer = ask(version, SackServer.VERIFY, data);
    return answer.length >= 4 && new Unpacker(answer).u32() == 0;
  }

  private byte[] ask(int version, int rpc, Packer data) {
    Packer request = new Packer(data.length() + 16);
    request.u16(version).u32(8L + data.length()).u32(rpc).raw(data.array(), 0, data.length());
    for (String place : places) {
      if (!Files.exists(Path.of(place))) {
        continue;
      }
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(UnixDomainSocketAddress.of(place));
        ByteBuffer out = ByteBuffer.wrap(request.array(), 0, request.length());
        while (out.hasRemaining()) {
          channel.write(out);
        }
        return readAnswer(channel, rpc);
      } catch (IOException e) {
        // the next place may answer
      }
    }
    throw new TokenException("failed to connect to any sack sockets");
  }

  /** A u32: the whole answer to verify, the length of the token that follows to create. */
  private static byte[] readAnswer(SocketChannel channel, int rpc) throws IOException {
    byte[] first = readFully(channel, 4);
    if (rpc == SackServer.VERIFY) {
      return first;
    }
    long length = new Unpacker(first).u32();
    if (length > MAX_TOKEN) {
      throw new IOException("token of " + length + " bytes");
    }
    Packer whole = new Packer((int) length + 4);
    whole.raw(first).raw(readFully(channel, (int) length));
    return whole.toByteArray();
  }

  private static byte[] readFully(SocketChannel channel, int n) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(n);
    while (in.hasRemaining()) {
      if (channel.read(in) < 0) {
        throw new EOFException("sack socket closed");
      }
    }
    return in.array();
  }
}
