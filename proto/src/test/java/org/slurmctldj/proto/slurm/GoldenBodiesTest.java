package org.slurmctldj.proto.slurm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;

/**
 * Bodies that real Slurm 22.05.8, 24.11.5 and 26.05.5 sent, and bodies of all versions that their libraries took: each is
 * read to its last byte and written back unchanged.
 */
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

  /** Per version: resources/vectors/accepted/README.md. */
  static List<Golden> accepted(int version) {
    try (InputStream in = new GZIPInputStream(GoldenBodiesTest.class.getResourceAsStream("/vectors/accepted/v" + version + ".txt.gz"))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .map(l -> l.split(" "))
          .map(w -> new Golden(version, Integer.parseInt(w[0]), w[1], w[3].equals("-") ? new byte[0] : HexFormat.of().parseHex(w[3])))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {38, 39, 40, 41, 42, 43, 44, 45})
  void whatRealSlurmTookIsStillReadAndWrittenUnchanged(int version) {
    List<Golden> all = accepted(version);
    assertTrue(all.size() > 260, version + ": only " + all.size());
    all.forEach(GoldenBodiesTest::roundTrip);
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
    String where = g.version + " " + g.name;
    MessageType type = MessageType.of(g.number).orElseThrow();
    assertEquals(g.name, type.name());
    Unpacker in = new Unpacker(g.body);
    SlurmBody body = type.read(in, g.version);
    assertEquals(0, in.remaining(), where + ": bytes left");
    Packer out = new Packer();
    body.write(out, g.version);
    assertEquals(HexFormat.of().formatHex(g.body), HexFormat.of().formatHex(out.toByteArray()), where);
    assertEquals(body, type.read(new Unpacker(out.toByteArray()), g.version), where);
  }
}
