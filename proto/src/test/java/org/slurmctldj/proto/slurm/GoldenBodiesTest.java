package org.slurmctldj.proto.slurm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;

/** Bodies that real Slurm 22.05.8, 24.11.5 and 26.05.5 sent: each is read to its last byte and written back unchanged. */
class GoldenBodiesTest {
  record Golden(int version, int number, String name, byte[] body) {}

  static List<Golden> all() {
    return Stream.of(38, 42, 45).flatMap(GoldenBodiesTest::of).toList();
  }

  private static Stream<Golden> of(int version) {
    try (InputStream in = GoldenBodiesTest.class.getResourceAsStream("/vectors/v" + version + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .map(l -> l.split(" "))
          .map(w -> new Golden(version, Integer.parseInt(w[0]), w[1], HexFormat.of().parseHex(w[2])));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void thereAre278() {
    assertEquals(278, all().size());
  }

  @TestFactory
  Stream<DynamicTest> readAndWrittenBackUnchanged() {
    return all().stream().map(g -> DynamicTest.dynamicTest(g.version + " " + g.number + " " + g.name, () -> roundTrip(g)));
  }

  private static void roundTrip(Golden g) {
    MessageType type = MessageType.of(g.number).orElseThrow();
    assertEquals(g.name, type.name());
    Unpacker in = new Unpacker(g.body);
    SlurmBody body = type.read(in, g.version);
    assertEquals(0, in.remaining(), "bytes left");
    Packer out = new Packer();
    body.write(out, g.version);
    assertEquals(HexFormat.of().formatHex(g.body), HexFormat.of().formatHex(out.toByteArray()));
    assertEquals(body, type.read(new Unpacker(out.toByteArray()), g.version));
  }
}
