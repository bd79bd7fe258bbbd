package org.slurmctldj.proto.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameTest {
  private static final HexFormat HEX = HexFormat.of();

  private static byte[] payload(byte[] withLength) {
    assertEquals(withLength.length - 4, new Unpacker(withLength).u32());
    return Arrays.copyOfRange(withLength, 4, withLength.length);
  }

  @Test
  void theRealPingOf2205HasTheseBytes() {
    // Captured from sinfo 22.05.8; the credential's characters do not matter here, its length does.
    Credential munge = new Credential.Munge("MUNGE:" + "x".repeat(180) + ":");
    byte[] frame = Frame.toBytes(Header.request(ProtocolVersion.V22_05, 1008), munge, new byte[0]);
    assertEquals("000000d4" + "2600" + "0000" + "03f0" + "00000000" + "0000" + "0000" + "0000" + "00000065" + "000000bc",
        HEX.formatHex(frame, 0, 28));
    Frame parsed = Frame.parse(payload(frame));
    assertEquals(1008, parsed.type());
    assertEquals(munge, parsed.credential());
    assertEquals(0, parsed.bodyLength());
  }

  @Test
  void anAddressTravelsWithItsBytesReversed() {
    // Seen in a message forwarded by slurmd 22.05.8.
    SlurmAddress address = SlurmAddress.of(new InetSocketAddress("127.0.0.1", 17026));
    Packer out = new Packer();
    address.write(out);
    assertEquals("00020100007f8242", HEX.formatHex(out.toByteArray()));
    assertEquals(address, SlurmAddress.read(new Unpacker(out.toByteArray())));
    SlurmAddress v6 = SlurmAddress.of(new InetSocketAddress("::1", 258));
    Packer out6 = new Packer();
    v6.write(out6);
    assertEquals("000a" + "00000010" + "00000000000000000000000000000001" + "0201", HEX.formatHex(out6.toByteArray()));
    assertEquals(v6, SlurmAddress.read(new Unpacker(out6.toByteArray())));
  }

  @Test
  void theForwardSectionGrowsWithTheVersions() {
    Forward forward = new Forward(3, "n[2-4]", 20000, 50, "tok", 2);
    // nodelist 4+7, timeout 4, width 2; net_cred 4+4 from 40 with flag 0x80; depth 2 from 42.
    int[] lengths = {17, 17, 25, 25, 27, 27, 27, 27};
    for (int n = 38; n <= 45; n++) {
      Header header = Header.request(n << 8, 1009).withFlags(Header.PACK_ADDRS).withForward(forward);
      byte[] frame = Frame.toBytes(header, new Credential.SlurmToken("t"), new byte[] {7});
      assertEquals(4 + 18 - 2 + lengths[n - 38] + 10 - 2 + 1 + 2, frame.length, "version " + n);
      Frame parsed = Frame.parse(payload(frame));
      assertEquals("n[2-4]", parsed.header().forward().nodeList());
      assertEquals(n >= 40 ? "tok" : null, parsed.header().forward().aliasAddresses());
      assertEquals(n >= 42 ? 2 : 0, parsed.header().forward().treeDepth());
      assertArrayEquals(new byte[] {7}, parsed.bodyBytes());
    }
  }

  @Test
  void answersOfForwardedNodesTravelInTheHeader() {
    byte[] rc = {0, 0, 0, 5};
    Header header = Header.request(ProtocolVersion.V22_05, 8001)
        .withReturns(List.of(new ForwardedReturn(0, 8001, "n2", rc), new ForwardedReturn(1001, 9001, "n3", new byte[0])))
        .withOrigAddr(SlurmAddress.of(new InetSocketAddress("10.1.2.3", 6818)));
    Frame parsed = Frame.parse(payload(Frame.toBytes(header, new Credential.Munge("M"), rc)));
    assertEquals("n2", parsed.header().returns().get(0).nodeName());
    assertArrayEquals(rc, parsed.header().returns().get(0).body());
    assertEquals(1001, parsed.header().returns().get(1).error());
    assertEquals(header.origAddr(), parsed.header().origAddr());
    byte[] unknown = payload(Frame.toBytes(
        header.withReturns(List.of(new ForwardedReturn(0, 1234, "n2", rc))), new Credential.Munge("M"), rc));
    assertThrows(WireException.class, () -> Frame.parse(unknown));
  }

  @Test
  void answersCarryNoCredentialFrom2302On() {
    Header old = Header.request(ProtocolVersion.V22_05, 1008).response(8001);
    assertEquals(0, old.flags());
    Header response = Header.request(ProtocolVersion.V24_11, 1008).response(8001);
    assertTrue(response.has(Header.NO_AUTH_CRED));
    Frame parsed = Frame.parse(payload(Frame.toBytes(response, Credential.ABSENT, new byte[4])));
    assertEquals(Credential.ABSENT, parsed.credential());
    assertEquals(4, parsed.bodyLength());
    assertThrows(IllegalArgumentException.class, () -> Frame.toBytes(old, Credential.ABSENT, new byte[4]));
  }

  @Test
  void slurmdbdConnectionsAreLedByTheMessageNumber() {
    Header header = Header.request(ProtocolVersion.V22_05, 6500).withFlags(Header.GLOBAL_AUTH_KEY | Header.SLURMDBD_CONNECTION);
    byte[] bytes = payload(Frame.toBytes(header, new Credential.Munge("M"), new byte[3]));
    assertEquals("1964" + "2600" + "0003" + "1964", HEX.formatHex(bytes, 0, 8));
    assertEquals(3, Frame.parseDbd(bytes).bodyLength());
  }

  @Test
  void otherVersionsAreRefusedWithSlurmsNumber() {
    for (int version : new int[] {0, 37 << 8, 46 << 8, (40 << 8) + 1, 0xffff}) {
      byte[] bytes = payload(Frame.toBytes(Header.request(ProtocolVersion.V22_05, 1008), new Credential.Munge("M"), new byte[0]));
      bytes[0] = (byte) (version >> 8);
      bytes[1] = (byte) version;
      assertEquals(1005, assertThrows(WireException.class, () -> Frame.parse(bytes)).slurmError());
    }
  }

  @Test
  void aHugeLengthIsRefusedBeforeMemoryIsTaken() {
    byte[] head = HEX.parseHex("40000001" + "2600");
    assertEquals(1008,
        assertThrows(WireException.class, () -> Frame.read(new ByteArrayInputStream(head), Packer.MAX_LENGTH)).slurmError());
    byte[] negative = HEX.parseHex("ffffffff");
    assertEquals(1008,
        assertThrows(WireException.class, () -> Frame.read(new ByteArrayInputStream(negative), Packer.MAX_LENGTH)).slurmError());
    byte[] liar = HEX.parseHex("40000000" + "2600");
    assertThrows(EOFException.class, () -> Frame.read(new ByteArrayInputStream(liar), Packer.MAX_LENGTH));
  }

  @Test
  void everyTruncationAndAnyGarbageIsAWireException() throws IOException {
    Header header = Header.request(ProtocolVersion.V24_11, 8001)
        .withForward(new Forward(3, "n[2-4]", 20000, 50, null, 2))
        .withReturns(List.of(new ForwardedReturn(0, 8001, "n2", new byte[4])))
        .withOrigAddr(SlurmAddress.of(new InetSocketAddress("::1", 6818)));
    byte[] good = payload(Frame.toBytes(header, new Credential.Jwt("token", "user"), new byte[] {1, 2, 3}));
    Frame.parse(good);
    for (int n = 0; n < good.length; n++) {
      byte[] cut = Arrays.copyOf(good, n);
      assertThrows(WireException.class, () -> Frame.parse(cut), "cut at " + n);
    }
    long seed = System.nanoTime();
    System.out.println("FrameTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = good.clone();
      for (int k = random.nextInt(4); k >= 0; k--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        Frame.parse(bytes);
      } catch (WireException expected) {
        // the only exception allowed
      }
    }
  }
}
