package org.slurmctldj.proto.wire;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * An address as Slurm packs it. For IPv4 the sender swaps bytes that are in network order already,
 * so 127.0.0.1:17026 travels as {@code 0002 0100007f 8242}; the port of an IPv6 address is swapped
 * as well. This class holds the true values.
 *
 * @param family 0 unspecified, 2 IPv4, 10 IPv6 (Linux numbers)
 * @param ip 0, 4 or 16 bytes, network order
 * @param port 0 to 65535
 */
public record SlurmAddress(int family, byte[] ip, int port) {
  public static final int AF_INET = 2;
  public static final int AF_INET6 = 10;
  public static final SlurmAddress UNSPECIFIED = new SlurmAddress(0, new byte[0], 0);

  public static SlurmAddress of(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    if (ip == null) {
      throw new IllegalArgumentException("unresolved address " + address);
    }
    return new SlurmAddress(ip instanceof Inet4Address ? AF_INET : AF_INET6, ip.getAddress(), address.getPort());
  }

  public boolean isUnspecified() {
    return family == 0;
  }

  /** Only for an address that is not {@link #isUnspecified()}. */
  public InetSocketAddress toInetSocketAddress() {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(ip), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("address of " + ip.length + " bytes", e);
    }
  }

  public static SlurmAddress read(Unpacker in) {
    int family = in.u16();
    return switch (family) {
      case 0 -> UNSPECIFIED;
      case AF_INET -> {
        byte[] ip = in.raw(4);
        reverse(ip);
        yield new SlurmAddress(family, ip, swap(in.u16()));
      }
      case AF_INET6 -> {
        byte[] ip = in.mem();
        if (ip.length != 16) {
          throw new WireException("IPv6 address of " + ip.length + " bytes");
        }
        yield new SlurmAddress(family, ip, swap(in.u16()));
      }
      default -> throw new WireException("address family " + family);
    };
  }

  public void write(Packer out) {
    out.u16(family);
    switch (family) {
      case 0 -> {}
      case AF_INET -> {
        byte[] swapped = ip.clone();
        reverse(swapped);
        out.raw(swapped).u16(swap(port));
      }
      case AF_INET6 -> out.mem(ip).u16(swap(port));
      default -> throw new WireException("address family " + family);
    }
  }

  private static void reverse(byte[] ip) {
    for (int i = 0; i < 2; i++) {
      byte b = ip[i];
      ip[i] = ip[3 - i];
      ip[3 - i] = b;
    }
  }

  private static int swap(int u16) {
    return (u16 & 0xff) << 8 | u16 >>> 8 & 0xff;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof SlurmAddress a && a.family == family && a.port == port && Arrays.equals(a.ip, ip);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ip) * 31 + port;
  }

  @Override
  public String toString() {
    return family == 0 ? "unspecified" : toInetSocketAddress().toString();
  }
}
