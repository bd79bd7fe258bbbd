package org.slurmctldj.proto.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * What stands before credential and body of every message; three layouts over versions 38 to 45.
 *
 * @param version protocol version ({@link ProtocolVersion})
 * @param flags the constants below; peers leak bits that mean nothing to us, so test single bits
 * @param type message number
 * @param bodyLength bytes of the body; a sender leaves it 0, the frame's writer knows better
 * @param forward {@link Forward#NONE} unless the receiver shall pass the message on
 * @param returns answers of nodes the request was forwarded to
 * @param origAddr who first sent a forwarded message
 */
public record Header(
    int version, int flags, int type, int bodyLength, Forward forward, List<ForwardedReturn> returns, SlurmAddress origAddr) {
  /** Credential made and checked with the munge of AccountingStoragePass. */
  public static final int GLOBAL_AUTH_KEY = 0x0001;

  /** A u16 copy of the message number precedes the header. */
  public static final int SLURMDBD_CONNECTION = 0x0002;

  /** No credential in this message; from version 39 on. */
  public static final int NO_AUTH_CRED = 0x0040;

  /** {@link Forward#aliasAddresses} travels; from version 40 on. */
  public static final int PACK_ADDRS = 0x0080;

  private static final int MAX_FORWARDED = 65535;

  public Header {
    returns = List.copyOf(returns);
  }

  /** The header of an ordinary request. */
  public static Header request(int version, int type) {
    return new Header(version, 0, type, 0, Forward.NONE, List.of(), SlurmAddress.UNSPECIFIED);
  }

  /**
   * The header of the answer to this request: its version, its flags, and from version 39 on no
   * credential (22.05 clients insist on one).
   */
  public Header response(int responseType) {
    int responseFlags = version >= ProtocolVersion.V23_02 ? flags | NO_AUTH_CRED : flags;
    return new Header(version, responseFlags & ~PACK_ADDRS, responseType, 0, Forward.NONE, List.of(), SlurmAddress.UNSPECIFIED);
  }

  /** For an answer in another version than the request's, whose flags mean what they mean there. */
  public Header withVersion(int newVersion) {
    int newFlags = newVersion >= ProtocolVersion.V23_02 ? flags : flags & ~NO_AUTH_CRED;
    return new Header(newVersion, newFlags, type, bodyLength, forward, returns, origAddr);
  }

  public Header withFlags(int newFlags) {
    return new Header(version, newFlags, type, bodyLength, forward, returns, origAddr);
  }

  public Header withForward(Forward newForward) {
    return new Header(version, flags, type, bodyLength, newForward, returns, origAddr);
  }

  public Header withReturns(List<ForwardedReturn> newReturns) {
    return new Header(version, flags, type, bodyLength, forward, newReturns, origAddr);
  }

  public Header withOrigAddr(SlurmAddress newOrigAddr) {
    return new Header(version, flags, type, bodyLength, forward, returns, newOrigAddr);
  }

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Reads a header; {@link WireException} 1005 for a version outside 38 to 45. */
  static Header read(Unpacker in, ForwardedReturn.BodySkipper skipper) {
    int version = ProtocolVersion.check(in.u16());
    int flags = in.u16();
    int type = in.u16();
    long bodyLength = in.u32();
    if (bodyLength > in.remaining()) {
      throw new WireException("body of " + bodyLength + " bytes in a frame with " + in.remaining() + " left");
    }
    Forward forward = readForward(in, version, flags);
    int returnCount = in.u16();
    List<ForwardedReturn> returns = List.of();
    if (returnCount > 0) {
      returns = new ArrayList<>(Math.min(returnCount, in.remaining() / 10));
      for (int i = 0; i < returnCount; i++) {
        returns.add(readReturn(in, version, skipper));
      }
    }
    return new Header(version, flags, type, (int) bodyLength, forward, returns, SlurmAddress.read(in));
  }

  private static Forward readForward(Unpacker in, int version, int flags) {
    int count = in.u16();
    if (count == 0) {
      return Forward.NONE;
    }
    String nodeList = in.str();
    long timeout = in.u32();
    int treeWidth = in.u16();
    String aliasAddresses = version >= ProtocolVersion.V23_11 && (flags & PACK_ADDRS) != 0 ? in.str() : null;
    int treeDepth = version >= ProtocolVersion.V24_11 ? in.u16() : 0;
    return new Forward(count, nodeList, timeout, treeWidth, aliasAddresses, treeDepth);
  }

  private static ForwardedReturn readReturn(Unpacker in, int version, ForwardedReturn.BodySkipper skipper) {
    long error = in.u32();
    int type = in.u16();
    String nodeName = in.str();
    Unpacker ahead = in.fork();
    skipper.skip(type, version, ahead);
    return new ForwardedReturn(error, type, nodeName, in.raw(in.remaining() - ahead.remaining()));
  }

  void write(Packer out, int length) {
    ProtocolVersion.check(version);
    out.u16(version).u16(flags).u16(type).u32(length);
    out.u16(forward.count());
    if (forward.count() > 0) {
      out.str(forward.nodeList()).u32(forward.timeout()).u16(forward.treeWidth());
      if (version >= ProtocolVersion.V23_11 && has(PACK_ADDRS)) {
        out.str(forward.aliasAddresses());
      }
      if (version >= ProtocolVersion.V24_11) {
        out.u16(forward.treeDepth());
      }
    }
    if (returns.size() > MAX_FORWARDED) {
      throw new WireException(returns.size() + " forwarded answers in one header");
    }
    out.u16(returns.size());
    for (int i = 0; i < returns.size(); i++) {
      ForwardedReturn r = returns.get(i);
      out.u32(r.error()).u16(r.type()).str(r.nodeName()).raw(r.body());
    }
    origAddr.write(out);
  }
}
