package org.slurmctldj.proto.auth;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;

/** One request to munged and its answer, header included, over a connection of its own as munged wants it. */
@FunctionalInterface
interface MungeExchange {
  int MAGIC = 0x00606D4B;
  int VERSION = 4;
  int HEADER = 11;
  int TYPE_AT = 5;

  /** munged's own limit on a message. */
  int MAX_MESSAGE = 1 << 20;

  /** Answers of both kinds fit in this; a longer one takes one more read. */
  int FIRST_READ = 2048;

  byte[] ask(Packer request) throws IOException;

  /** Some bytes, at most that many; none at the end of the stream. */
  @FunctionalInterface
  interface Source {
    byte[] read(int most) throws IOException;
  }

  /** Reads one whole answer; no more memory than arrives or than munged may send. */
  static byte[] answer(Source munged) throws IOException {
    byte[] got = munged.read(FIRST_READ);
    int wanted = HEADER;
    while (true) {
      if (got.length >= HEADER && wanted == HEADER) {
        Unpacker header = new Unpacker(got);
        if (header.u32() != MAGIC || header.u8() != VERSION) {
          throw new IOException("no munged answers there");
        }
        header.skip(2);
        long length = header.u32();
        if (length > MAX_MESSAGE) {
          throw new IOException("unexpected answer of " + length + " bytes");
        }
        wanted = HEADER + (int) length;
      }
      if (got.length >= wanted) {
        return got.length == wanted ? got : Arrays.copyOf(got, wanted);
      }
      byte[] more = munged.read(wanted - got.length);
      if (more.length == 0) {
        throw new EOFException("munged closed the connection");
      }
      int before = got.length;
      got = Arrays.copyOf(got, before + more.length);
      System.arraycopy(more, 0, got, before, more.length);
    }
  }
}
