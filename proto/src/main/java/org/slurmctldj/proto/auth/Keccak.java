package org.slurmctldj.proto.auth;

/**
 * The Keccak sponge over 1600 bits, for SHA3-256 (24 rounds) and TurboSHAKE128 (the last 12 rounds).
 * Our own because every client computes one body hash per run: the JDK has no KangarooTwelve, and
 * BouncyCastle's signed jar costs more to open than the whole client may take. Not thread-safe.
 */
final class Keccak {
  private static final long[] ROUND = {
    0x0000000000000001L, 0x0000000000008082L, 0x800000000000808aL, 0x8000000080008000L,
    0x000000000000808bL, 0x0000000080000001L, 0x8000000080008081L, 0x8000000000008009L,
    0x000000000000008aL, 0x0000000000000088L, 0x0000000080008009L, 0x000000008000000aL,
    0x000000008000808bL, 0x800000000000008bL, 0x8000000000008089L, 0x8000000000008003L,
    0x8000000000008002L, 0x8000000000000080L, 0x000000000000800aL, 0x800000008000000aL,
    0x8000000080008081L, 0x8000000000008080L, 0x0000000080000001L, 0x8000000080008008L
  };

  private final long[] a = new long[25];
  private final int rate;
  private final int firstRound;
  private int at;

  /**
   * @param rate bytes per block, a multiple of 8
   * @param rounds 12 or 24
   */
  Keccak(int rate, int rounds) {
    this.rate = rate;
    this.firstRound = 24 - rounds;
  }

  void absorb(int b) {
    a[at >> 3] ^= (b & 0xffL) << ((at & 7) << 3);
    if (++at == rate) {
      permute();
      at = 0;
    }
  }

  void absorb(byte[] in, int offset, int length) {
    int i = offset;
    int end = offset + length;
    while (i < end && (at & 7) != 0) {
      absorb(in[i++]);
    }
    while (end - i >= 8) {
      a[at >> 3] ^= in[i] & 0xffL | (in[i + 1] & 0xffL) << 8 | (in[i + 2] & 0xffL) << 16 | (in[i + 3] & 0xffL) << 24
          | (in[i + 4] & 0xffL) << 32 | (in[i + 5] & 0xffL) << 40 | (in[i + 6] & 0xffL) << 48 | (in[i + 7] & 0xffL) << 56;
      i += 8;
      at += 8;
      if (at == rate) {
        permute();
        at = 0;
      }
    }
    while (i < end) {
      absorb(in[i++]);
    }
  }

  /** Ends the message with its domain byte and gives up to one block of output. */
  void finish(int domain, byte[] out, int offset, int length) {
    a[at >> 3] ^= (domain & 0xffL) << ((at & 7) << 3);
    a[rate - 1 >> 3] ^= 0x80L << ((rate - 1 & 7) << 3);
    permute();
    for (int i = 0; i < length; i++) {
      out[offset + i] = (byte) (a[i >> 3] >>> ((i & 7) << 3));
    }
  }

  private void permute() {
    long a00 = a[0], a01 = a[1], a02 = a[2], a03 = a[3], a04 = a[4];
    long a05 = a[5], a06 = a[6], a07 = a[7], a08 = a[8], a09 = a[9];
    long a10 = a[10], a11 = a[11], a12 = a[12], a13 = a[13], a14 = a[14];
    long a15 = a[15], a16 = a[16], a17 = a[17], a18 = a[18], a19 = a[19];
    long a20 = a[20], a21 = a[21], a22 = a[22], a23 = a[23], a24 = a[24];
    for (int r = firstRound; r < 24; r++) {
      // theta
      long c0 = a00 ^ a05 ^ a10 ^ a15 ^ a20;
      long c1 = a01 ^ a06 ^ a11 ^ a16 ^ a21;
      long c2 = a02 ^ a07 ^ a12 ^ a17 ^ a22;
      long c3 = a03 ^ a08 ^ a13 ^ a18 ^ a23;
      long c4 = a04 ^ a09 ^ a14 ^ a19 ^ a24;
      long d0 = c4 ^ Long.rotateLeft(c1, 1);
      long d1 = c0 ^ Long.rotateLeft(c2, 1);
      long d2 = c1 ^ Long.rotateLeft(c3, 1);
      long d3 = c2 ^ Long.rotateLeft(c4, 1);
      long d4 = c3 ^ Long.rotateLeft(c0, 1);
      // rho and pi
      long b00 = a00 ^ d0;
      long b10 = Long.rotateLeft(a01 ^ d1, 1);
      long b20 = Long.rotateLeft(a02 ^ d2, 62);
      long b05 = Long.rotateLeft(a03 ^ d3, 28);
      long b15 = Long.rotateLeft(a04 ^ d4, 27);
      long b16 = Long.rotateLeft(a05 ^ d0, 36);
      long b01 = Long.rotateLeft(a06 ^ d1, 44);
      long b11 = Long.rotateLeft(a07 ^ d2, 6);
      long b21 = Long.rotateLeft(a08 ^ d3, 55);
      long b06 = Long.rotateLeft(a09 ^ d4, 20);
      long b07 = Long.rotateLeft(a10 ^ d0, 3);
      long b17 = Long.rotateLeft(a11 ^ d1, 10);
      long b02 = Long.rotateLeft(a12 ^ d2, 43);
      long b12 = Long.rotateLeft(a13 ^ d3, 25);
      long b22 = Long.rotateLeft(a14 ^ d4, 39);
      long b23 = Long.rotateLeft(a15 ^ d0, 41);
      long b08 = Long.rotateLeft(a16 ^ d1, 45);
      long b18 = Long.rotateLeft(a17 ^ d2, 15);
      long b03 = Long.rotateLeft(a18 ^ d3, 21);
      long b13 = Long.rotateLeft(a19 ^ d4, 8);
      long b14 = Long.rotateLeft(a20 ^ d0, 18);
      long b24 = Long.rotateLeft(a21 ^ d1, 2);
      long b09 = Long.rotateLeft(a22 ^ d2, 61);
      long b19 = Long.rotateLeft(a23 ^ d3, 56);
      long b04 = Long.rotateLeft(a24 ^ d4, 14);
      // chi and iota
      a00 = b00 ^ ~b01 & b02 ^ ROUND[r];
      a01 = b01 ^ ~b02 & b03;
      a02 = b02 ^ ~b03 & b04;
      a03 = b03 ^ ~b04 & b00;
      a04 = b04 ^ ~b00 & b01;
      a05 = b05 ^ ~b06 & b07;
      a06 = b06 ^ ~b07 & b08;
      a07 = b07 ^ ~b08 & b09;
      a08 = b08 ^ ~b09 & b05;
      a09 = b09 ^ ~b05 & b06;
      a10 = b10 ^ ~b11 & b12;
      a11 = b11 ^ ~b12 & b13;
      a12 = b12 ^ ~b13 & b14;
      a13 = b13 ^ ~b14 & b10;
      a14 = b14 ^ ~b10 & b11;
      a15 = b15 ^ ~b16 & b17;
      a16 = b16 ^ ~b17 & b18;
      a17 = b17 ^ ~b18 & b19;
      a18 = b18 ^ ~b19 & b15;
      a19 = b19 ^ ~b15 & b16;
      a20 = b20 ^ ~b21 & b22;
      a21 = b21 ^ ~b22 & b23;
      a22 = b22 ^ ~b23 & b24;
      a23 = b23 ^ ~b24 & b20;
      a24 = b24 ^ ~b20 & b21;
    }
    a[0] = a00; a[1] = a01; a[2] = a02; a[3] = a03; a[4] = a04;
    a[5] = a05; a[6] = a06; a[7] = a07; a[8] = a08; a[9] = a09;
    a[10] = a10; a[11] = a11; a[12] = a12; a[13] = a13; a[14] = a14;
    a[15] = a15; a[16] = a16; a[17] = a17; a[18] = a18; a[19] = a19;
    a[20] = a20; a[21] = a21; a[22] = a22; a[23] = a23; a[24] = a24;
  }
}
