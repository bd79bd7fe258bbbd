package org.slurmctldj.proto.bcast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockCompressionTest {
  @Test
  void numbersAreThoseOfTheWire() {
    assertEquals(BlockCompression.NONE, BlockCompression.of(0).orElseThrow());
    assertEquals(BlockCompression.LZ4, BlockCompression.of(2).orElseThrow());
    assertTrue(BlockCompression.of(1).isEmpty(), "zlib is of older releases");
  }

  /** By hand after LZ4's block format: a literal "a", a match of 7 at distance 1, the last five bytes as they are. */
  @Test
  void aBlockMadeByHand() {
    byte[] block = HexFormat.of().parseHex("13" + "61" + "0100" + "50" + "6161616161");
    assertArrayEquals("aaaaaaaaaaaaa".getBytes(StandardCharsets.US_ASCII), BlockCompression.LZ4.unpack(block, 13));
  }

  @Test
  void whatWasPackedComesOut() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int size : new int[] {0, 1, 12, 13, 64, 100_000}) {
      for (int values : new int[] {1, 3, 256}) {
        byte[] plain = new byte[size];
        for (int i = 0; i < size; i++) {
          plain[i] = (byte) random.nextInt(values);
        }
        for (BlockCompression c : BlockCompression.values()) {
          assertArrayEquals(plain, c.unpack(c.pack(plain, size), size), c + " " + size + " seed " + seed);
        }
      }
    }
    assertArrayEquals(new byte[] {1, 2}, BlockCompression.NONE.pack(new byte[] {1, 2, 3}, 2));
  }

  @Test
  void lz4MakesAFileOfZerosSmall() {
    assertTrue(BlockCompression.LZ4.pack(new byte[1 << 20], 1 << 20).length < 5_000);
  }

  @Test
  void aBlockThatIsNotWhatItSaysIsRefused() {
    byte[] plain = "to be or not to be, that is the question".getBytes(StandardCharsets.US_ASCII);
    byte[] block = BlockCompression.LZ4.pack(plain, plain.length);
    assertThrows(IllegalArgumentException.class, () -> BlockCompression.LZ4.unpack(block, plain.length + 1));
    assertThrows(IllegalArgumentException.class, () -> BlockCompression.LZ4.unpack(block, plain.length - 1));
    assertThrows(IllegalArgumentException.class, () -> BlockCompression.LZ4.unpack(Arrays.copyOf(block, block.length - 3), plain.length));
    assertThrows(IllegalArgumentException.class, () -> BlockCompression.LZ4.unpack(new byte[] {0x1f, 1, 0, 9, -1}, 100));
  }
}
