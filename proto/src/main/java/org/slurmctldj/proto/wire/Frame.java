package org.slurmctldj.proto.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * One message as received: header, credential, and the body as a slice of the received bytes. On
 * the wire a u32 length stands before it; transports strip and add that themselves or through
 * {@link #read} and {@link #write}. Nothing here is authenticated.
 */
public final class Frame {
  private final Header header;
  private final Credential credential;
  private final byte[] bytes;
  private final int bodyOffset;

  private Frame(Header header, Credential credential, byte[] bytes, int bodyOffset) {
    this.header = header;
    this.credential = credential;
    this.bytes = bytes;
    this.bodyOffset = bodyOffset;
  }

  public Header header() {
    return header;
  }

  public Credential credential() {
    return credential;
  }

  public int version() {
    return header.version();
  }

  public int type() {
    return header.type();
  }

  /** A reader of the body; each call starts anew. */
  public Unpacker body() {
    return new Unpacker(bytes, bodyOffset, header.bodyLength());
  }

  /** The array that holds the body, from {@link #bodyOffset()} for {@link #bodyLength()} bytes. Not to be written. */
  public byte[] array() {
    return bytes;
  }

  public int bodyOffset() {
    return bodyOffset;
  }

  public int bodyLength() {
    return header.bodyLength();
  }

  public byte[] bodyBytes() {
    return Arrays.copyOfRange(bytes, bodyOffset, bodyOffset + header.bodyLength());
  }

  /** Parses what followed the length. The array is kept, not copied. */
  public static Frame parse(byte[] bytes) {
    return parse(bytes, ForwardedReturn.RETURN_CODES);
  }

  public static Frame parse(byte[] bytes, ForwardedReturn.BodySkipper skipper) {
    return parse(new Unpacker(bytes), bytes, skipper);
  }

  /** As {@link #parse(byte[])} on a port that slurmdbd's clients connect to: a u16 message number comes first. */
  public static Frame parseDbd(byte[] bytes) {
    Unpacker in = new Unpacker(bytes);
    int type = in.u16();
    Frame frame = parse(in, bytes, ForwardedReturn.RETURN_CODES);
    if (frame.type() != type) {
      throw new WireException("message number " + type + " before a header of message " + frame.type());
    }
    return frame;
  }

  private static Frame parse(Unpacker in, byte[] bytes, ForwardedReturn.BodySkipper skipper) {
    Header header = Header.read(in, skipper);
    boolean noCredential = header.version() >= ProtocolVersion.V23_02 && header.has(Header.NO_AUTH_CRED);
    Credential credential = noCredential ? Credential.ABSENT : Credential.read(in);
    if (in.remaining() != header.bodyLength()) {
      throw new WireException("body length " + header.bodyLength() + " in the header, " + in.remaining() + " bytes in the frame");
    }
    return new Frame(header, credential, bytes, bytes.length - in.remaining());
  }

  /** Checks a length read from the wire; {@link WireException} 1008 if it is above {@code limit}. */
  public static int checkLength(long length, int limit) {
    if (length > limit || length < 0) {
      throw new WireException(
          SlurmConstants.SLURM_PROTOCOL_INSANE_MSG_LENGTH, "message of " + length + " bytes, at most " + limit + " are taken");
    }
    return (int) length;
  }

  /** Reads length and frame from a blocking stream; memory grows only as bytes arrive. */
  public static Frame read(InputStream in, int limit) throws IOException {
    byte[] prefix = in.readNBytes(4);
    if (prefix.length < 4) {
      throw new EOFException("connection closed after " + prefix.length + " bytes of a message");
    }
    int length = checkLength(new Unpacker(prefix).u32(), limit);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("connection closed after " + bytes.length + " of " + length + " bytes of a message");
    }
    return parse(bytes);
  }

  /** Appends length, header, credential and body. The flags decide whether the credential must be absent. */
  public static void write(Packer out, Header header, Credential credential, byte[] body, int bodyOffset, int bodyLength) {
    writeHead(out, header, credential, bodyLength);
    out.raw(body, bodyOffset, bodyLength);
  }

  /** As {@link #write} without the body: that many bytes are to follow. */
  public static void writeHead(Packer out, Header header, Credential credential, int bodyLength) {
    boolean noCredential = header.version() >= ProtocolVersion.V23_02 && header.has(Header.NO_AUTH_CRED);
    if (noCredential != credential instanceof Credential.Absent) {
      throw new IllegalArgumentException("flags 0x" + Integer.toHexString(header.flags()) + " with " + credential.getClass().getSimpleName());
    }
    int start = out.length();
    out.u32(0);
    if (header.has(Header.SLURMDBD_CONNECTION)) {
      out.u16(header.type());
    }
    header.write(out, bodyLength);
    credential.write(out);
    out.patchU32(start, out.length() - start - 4L + bodyLength);
  }

  /** The bytes of a whole message, length included. */
  public static byte[] toBytes(Header header, Credential credential, byte[] body) {
    Packer out = new Packer(body.length + 320);
    write(out, header, credential, body, 0, body.length);
    return out.toByteArray();
  }

  @Override
  public String toString() {
    return "Frame[type " + type() + ", version " + ProtocolVersion.release(version()) + ", flags 0x"
        + Integer.toHexString(header.flags()) + ", body " + bodyLength() + "]";
  }
}
