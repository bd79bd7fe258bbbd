package org.slurmctldj.proto.slurm;

import java.util.function.Function;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/**
 * A file broadcast credential: which nodes may take a file for which job. The signature is over the packed bytes, so these are kept and sent on unchanged; {@link #arg} reads what they
 * say. Immutable.
 */
public final class SbcastCred implements SlurmStruct {
  private final SignedBytes bytes;

  private SbcastCred(SignedBytes bytes) {
    this.bytes = bytes;
  }

  /** Packs {@code arg} in the layout of {@code version} and asks {@code signer} for the signature over these bytes. */
  public static SbcastCred sign(SbcastCredArg arg, int version, Function<byte[], String> signer) {
    Packer out = new Packer();
    arg.write(out, version);
    byte[] packed = out.toByteArray();
    return new SbcastCred(new SignedBytes(version, packed, signer.apply(packed)));
  }

  /** One whose bytes and signature exist already. */
  public static SbcastCred of(byte[] packed, int version, String signature) {
    return new SbcastCred(new SignedBytes(version, packed.clone(), signature));
  }

  /** auth/slurm: a token that holds the packed bytes in its payload claim. */
  public static SbcastCred token(String token) {
    return new SbcastCred(new SignedBytes(0, null, token));
  }

  public boolean isToken() {
    return bytes.packed() == null;
  }

  /** The signature (cred/munge: the munge credential) or the token. For steps it is also the key of their I/O. */
  public String signature() {
    return bytes.signature();
  }

  /** The signed bytes. @throws IllegalStateException for a token */
  public byte[] packed() {
    if (isToken()) {
      throw new IllegalStateException("a token has no packed bytes of its own");
    }
    return bytes.packed().clone();
  }

  /** Protocol version of the layout of {@link #packed}; of a token the version it was read in, 0 for one made here. */
  public int version() {
    return bytes.version();
  }

  /** What the packed bytes say. @throws IllegalStateException for a token */
  public SbcastCredArg arg() {
    return SbcastCredArg.read(new Unpacker(packed()), bytes.version());
  }

  public static SbcastCred read(Unpacker in, int version) {
    return new SbcastCred(SignedBytes.read(in, version, SbcastCredArg::read));
  }

  public static void write(Packer out, SbcastCred value, int version) {
    if (value == null) {
      throw new WireException("no credential where version " + version + " needs one");
    }
    value.write(out, version);
  }

  @Override
  public void write(Packer out, int version) {
    bytes.write(out, version);
  }

  static SbcastCred random(RandomValues r, int version) {
    return sign(SbcastCredArg.random(r, version), version, packed -> "MUNGE:" + r.u64() + ":");
  }

  @Override
  public void fields(FieldVisitor visitor) {
    if (isToken()) {
      visitor.field("token", signature());
    } else {
      visitor.field("arg", arg());
      visitor.field("signature", signature());
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SbcastCred o && bytes.equals(o.bytes);
  }

  @Override
  public int hashCode() {
    return bytes.hashCode();
  }

  @Override
  public String toString() {
    return FieldPrinter.oneLine(this);
  }
}
