package org.slurmctldj.proto.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class BitmapTest {
  private static String packed(Bitmap b) {
    Packer out = new Packer();
    out.bitmap(b);
    return HexFormat.of().formatHex(out.toByteArray());
  }

  @Test
  void theLastDigitHoldsTheFirstBits() {
    assertEquals("0x12", Bitmap.ofBits(5, 1, 4).toHex());
    assertEquals("00000005" + "00000005" + "3078313200", packed(Bitmap.ofBits(5, 1, 4)));
    assertEquals("fffffffe", packed(null));
    assertEquals("00000000" + "00000004" + "30783000", packed(Bitmap.of(0)));
  }

  @Test
  void comesBackFromTheWire() {
    for (int size : new int[] {0, 1, 4, 63, 64, 65, 200}) {
      Bitmap b = Bitmap.of(size, 0x5555_0000_ffff_1234L, -1, 7, 1);
      Packer out = new Packer();
      out.bitmap(b);
      assertEquals(b, new Unpacker(out.toByteArray()).bitmap());
    }
  }

  @Test
  void bitsBeyondTheSizeAreRefused() {
    byte[] fiveBitsInFour = HexFormat.of().parseHex("00000003" + "00000004" + "30783800");
    assertThrows(WireException.class, () -> new Unpacker(fiveBitsInFour).bitmap());
  }

  @Test
  void isASet() {
    Bitmap b = Bitmap.ofBits(130, 0, 64, 129);
    assertTrue(b.get(64));
    assertFalse(b.get(130));
    assertEquals(3, b.cardinality());
    assertEquals(64, b.nextSetBit(1));
    assertEquals(129, b.nextSetBit(65));
    assertEquals(-1, b.nextSetBit(130));
  }
}
