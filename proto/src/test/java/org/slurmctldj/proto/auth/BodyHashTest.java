package org.slurmctldj.proto.auth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.crypto.digests.Kangaroo.KangarooParameters;
import org.bouncycastle.crypto.digests.Kangaroo.KangarooTwelve;
import org.bouncycastle.crypto.digests.SHA3Digest;
import org.junit.jupiter.api.Test;

class BodyHashTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void theHashesThatRealSlurm2205Sent() {
    assertEquals("025d5247bbb9ae435b2674a601f4a615de08d36c074c352457612d21db790784f9",
        HEX.formatHex(BodyHash.payload(BodyHash.K12, 1008, new byte[0])));
    assertEquals("02e4131db9673e46adbeeb1d46262f892bfca0cfd193730a3b9ab72758a8c48411",
        HEX.formatHex(BodyHash.payload(BodyHash.K12, 8001, new byte[4])));
    assertEquals("0103f0", HEX.formatHex(BodyHash.payload(BodyHash.NONE, 1008, new byte[9])));
  }

  @Test
  void agreesWithBouncyCastleAtEveryBoundary() {
    long seed = System.nanoTime();
    System.out.println("BodyHashTest seed " + seed);
    Random random = new Random(seed);
    int[] lengths = {0, 1, 7, 8, 135, 136, 137, 163, 164, 165, 168, 8187, 8188, 8189, 8192, 8193, 16379, 16380, 16381, 16384, 70_000,
      8192 * 257, random.nextInt(300_000)};
    for (int length : lengths) {
      byte[] bytes = new byte[length + 3];
      random.nextBytes(bytes);
      int type = random.nextInt(65536);
      byte[] expected = new byte[33];
      expected[0] = 2;
      KangarooTwelve k12 = new KangarooTwelve();
      k12.init(new KangarooParameters.Builder().setPersonalisation(new byte[] {(byte) (type >> 8), (byte) type}).build());
      k12.update(bytes, 3, length);
      k12.doFinal(expected, 1, 32);
      assertArrayEquals(expected, BodyHash.payload(BodyHash.K12, type, bytes, 3, length), "K12 of " + length);
      assertArrayEquals(expected, BodyHash.payload(BodyHash.K12, type, length, from(bytes, 3)), "K12 of " + length + " in parts");

      expected[0] = 4;
      SHA3Digest sha3 = new SHA3Digest(256);
      sha3.update(bytes, 3, length);
      sha3.update((byte) (type >> 8));
      sha3.update((byte) type);
      sha3.doFinal(expected, 1);
      assertArrayEquals(expected, BodyHash.payload(BodyHash.SHA3, type, bytes, 3, length), "SHA3 of " + length);
      assertArrayEquals(expected, BodyHash.payload(BodyHash.SHA3, type, length, from(bytes, 3)), "SHA3 of " + length + " in parts");
      assertArrayEquals(
          BodyHash.payload(BodyHash.NONE, type, bytes, 3, length), BodyHash.payload(BodyHash.NONE, type, length, from(bytes, 3)));
    }
  }

  private static BodyHash.Source from(byte[] bytes, int first) {
    int[] at = {first};
    return (to, offset, count) -> {
      System.arraycopy(bytes, at[0], to, offset, count);
      at[0] += count;
    };
  }

  @Test
  void aPayloadIsProvenTypeOnlyMissingOrWrong() {
    byte[] body = {1, 2, 3};
    byte[] good = BodyHash.payload(BodyHash.SHA3, 4003, body);
    assertEquals(BodyHash.Verdict.PROVEN, BodyHash.check(good, 4003, body, 0, 3));
    assertEquals(BodyHash.Verdict.WRONG, BodyHash.check(good, 4004, body, 0, 3));
    assertEquals(BodyHash.Verdict.WRONG, BodyHash.check(good, 4003, body, 0, 2));
    good[20] ^= 1;
    assertEquals(BodyHash.Verdict.WRONG, BodyHash.check(good, 4003, body, 0, 3));
    assertEquals(BodyHash.Verdict.TYPE_ONLY, BodyHash.check(new byte[] {1, 0x0f, (byte) 0xa3}, 4003, body, 0, 3));
    assertEquals(BodyHash.Verdict.WRONG, BodyHash.check(new byte[] {1, 0x0f, (byte) 0xa4}, 4003, body, 0, 3));
    assertEquals(BodyHash.Verdict.WRONG, BodyHash.check(new byte[] {1}, 4003, body, 0, 3));
    assertEquals(BodyHash.Verdict.WRONG, BodyHash.check(new byte[] {3, 1, 1}, 4003, body, 0, 3));
    assertEquals(BodyHash.Verdict.NO_HASH, BodyHash.check(new byte[0], 4003, body, 0, 3));
  }
}
