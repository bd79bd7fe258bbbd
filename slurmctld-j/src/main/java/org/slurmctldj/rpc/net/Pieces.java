package org.slurmctldj.rpc.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.wire.Packer;

/**
 * A long body in pieces, most of them shared with other answers ({@link SharedBytes}). One worker thread puts it together,
 * then it is sent and released once. Small neighbours are copied together, so that there are never many pieces.
 */
public final class Pieces {
  /** Cheaper to copy than to be a piece of its own. */
  private static final int WORTH_SHARING = 4096;

  private static final int OWN_BYTES = 1 << 16;

  private sealed interface Piece {
    int length();
  }

  /** The share is this piece's. */
  private record Shared(SharedBytes bytes, int from, int length) implements Piece {}

  private record Own(byte[] bytes, int length) implements Piece {}

  private final List<Piece> pieces = new ArrayList<>();
  private byte[] own = {};
  private int ownLength;
  private long length;

  public long length() {
    return length;
  }

  /** Appends a part of those bytes; takes a share of its own where it needs one. The caller must have one. */
  public void add(SharedBytes bytes, int from, int count) {
    if (count == 0) {
      return;
    }
    if (count < WORTH_SHARING) {
      int at = room(count);
      bytes.copy(from, count, own, at);
      return;
    }
    if (!bytes.share()) {
      throw new IllegalStateException("bytes without a share");
    }
    flush();
    pieces.add(new Shared(bytes, from, count));
    length += count;
  }

  public void add(byte[] bytes, int from, int count) {
    int at = room(count);
    System.arraycopy(bytes, from, own, at, count);
  }

  /** Makes room in {@link #own}, perhaps a new one, and counts it as used; where it begins. */
  private int room(int count) {
    if (own.length - ownLength < count) {
      flush();
      own = new byte[Math.max(count, pieces.isEmpty() ? WORTH_SHARING : OWN_BYTES)];
    }
    int at = ownLength;
    ownLength += count;
    length += count;
    return at;
  }

  private void flush() {
    if (ownLength > 0) {
      pieces.add(new Own(own, ownLength));
      own = new byte[0];
      ownLength = 0;
    }
  }

  /** Copies everything to the end of that packer. */
  public void writeTo(Packer out) {
    BodyHash.Source all = source();
    byte[] copy = new byte[(int) Math.min(length, OWN_BYTES)];
    for (long left = length; left > 0; ) {
      int n = (int) Math.min(left, copy.length);
      all.next(copy, 0, n);
      out.raw(copy, 0, n);
      left -= n;
    }
  }

  /** Reads all bytes in order, from the first on. */
  public BodyHash.Source source() {
    flush();
    return new BodyHash.Source() {
      private int piece;
      private int at;

      @Override
      public void next(byte[] to, int offset, int count) {
        for (int done = 0; done < count; ) {
          Piece p = pieces.get(piece);
          int n = Math.min(count - done, p.length() - at);
          switch (p) {
            case Own o -> System.arraycopy(o.bytes, at, to, offset + done, n);
            case Shared s -> s.bytes.copy(s.from + at, n, to, offset + done);
          }
          done += n;
          at += n;
          if (at == p.length()) {
            piece++;
            at = 0;
          }
        }
      }
    };
  }

  /** True if what is kept for answers on their way has become too much: this one must not take long. */
  boolean pressed() {
    for (Piece p : pieces) {
      if (p instanceof Shared s) {
        return s.bytes.pressed();
      }
    }
    return false;
  }

  /** Hands the pieces over in order; they are good until {@link #release}. */
  void buffers(Consumer<ByteBuf> to) {
    flush();
    for (Piece p : pieces) {
      to.accept(
          switch (p) {
            case Own o -> Unpooled.wrappedBuffer(o.bytes, 0, o.length);
            case Shared s -> Unpooled.wrappedBuffer(s.bytes.view(s.from, s.length));
          });
    }
  }

  /** Gives all shares back; once. */
  public void release() {
    for (Piece p : pieces) {
      if (p instanceof Shared s) {
        s.bytes.release();
      }
    }
    pieces.clear();
  }
}
