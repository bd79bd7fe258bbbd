package org.slurmctldj.proto.slurm;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/**
 * The packed fields of a credential exactly as signed, and the signature. With auth/slurm (from 23.11) there is a single
 * token instead, which holds both; then {@code packed} is null and {@code signature} is the token.
 *
 * @param version protocol version of the layout of {@code packed}; of a token the version it was read in, or 0
 */
record SignedBytes(int version, byte[] packed, String signature) {
  private static final int FIRST_TOKENS = 40;

  /** Reads the fields with {@code fields} to find their end, keeps the bytes, then reads the signature. */
  static SignedBytes read(Unpacker in, int version, BiConsumer<Unpacker, Integer> fields) {
    if (version >= FIRST_TOKENS && tokenFollows(in)) {
      return new SignedBytes(version, null, in.str());
    }
    int start = in.position();
    fields.accept(in, version);
    byte[] packed = in.since(start);
    return new SignedBytes(version, packed, in.str());
  }

  /** A JWT begins with "eyJ", the base64 form of a JSON object's first bytes. */
  private static boolean tokenFollows(Unpacker in) {
    return in.peek(4) == 'e' && in.peek(5) == 'y' && in.peek(6) == 'J';
  }

  void write(Packer out, int version) {
    if (packed != null) {
      if (version != this.version) {
        throw new WireException("a credential signed for version " + this.version + " cannot go to version " + version);
      }
      out.raw(packed);
    }
    out.str(signature);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignedBytes o && Arrays.equals(packed, o.packed) && Objects.equals(signature, o.signature);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(packed) + Objects.hashCode(signature);
  }
}
