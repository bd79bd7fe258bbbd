package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.TagReader.FormatException;

class CodecTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  private static String seed() {
    return "repeat with -Dseed=" + SEED;
  }

  @Test
  void everyCommandReadsBackAsItWasWritten() {
    RandomValues values = new RandomValues(SEED);
    for (int i = 0; i < 3000; i++) {
      Command c = values.command();
      byte[] bytes = CommandCodec.encode(c);
      Command back = CommandCodec.decode(bytes);
      assertEquals(c.getClass(), back.getClass(), seed());
      assertEquals(c.nowMillis(), back.nowMillis(), seed());
      // Records with arrays have no equality of their own; equal bytes say the same.
      assertArrayEquals(bytes, CommandCodec.encode(back), () -> seed() + " " + c);
      if (c instanceof Command.SubmitJob s && back instanceof Command.SubmitJob b) {
        assertEquals(s.actor(), b.actor(), seed());
        assertEquals(s.request(), b.request(), seed());
      } else if (!(c instanceof Command.Reconfigure || c instanceof Command.StartJob
          || c instanceof Command.UpdatePartition || c instanceof Command.TopJobs)) {
        assertEquals(c, back, seed());
      }
    }
  }

  @Test
  void everyRecordReadsBackAsItWasWritten() {
    RandomValues values = new RandomValues(SEED);
    for (int i = 0; i < 1000; i++) {
      JobRecord j = values.job();
      byte[] bytes = RecordCodec.encodeJob(j);
      JobRecord back = RecordCodec.decodeJob(bytes);
      assertArrayEquals(bytes, RecordCodec.encodeJob(back), seed());
      assertArrayEquals(bytes, RecordCodec.encodeJob(j.copy()), seed());
      assertEquals(j.request, back.request, seed());
      assertEquals(j.history, back.history, seed());
      assertEquals(j.arrayPending, back.arrayPending, seed());
      byte[] node = RecordCodec.encodeNode(values.node());
      assertArrayEquals(node, RecordCodec.encodeNode(RecordCodec.decodeNode(node)), seed());
      assertArrayEquals(node, RecordCodec.encodeNode(RecordCodec.decodeNode(node).copy()), seed());
      ClusterConfig config = values.config();
      byte[] c = RecordCodec.encodeConfig(config);
      assertArrayEquals(c, RecordCodec.encodeConfig(RecordCodec.decodeConfig(c)), seed());
      Globals g = new Globals(
          values.number(), values.number(), values.number(), 1, values.number(), values.number(), values.number(),
          values.number(), values.number(), values.number(), values.number(), values.number(), values.number(), values.number());
      assertEquals(g, RecordCodec.decodeGlobals(RecordCodec.encodeGlobals(g)), seed());
    }
  }

  /** As releases before feature level 3 wrote it: who reports is an index, and stays one. */
  @Test
  void aReportOfAnOlderJournalKeepsItsNodesIndex() {
    for (Command c : List.of(
        new Command.LaunchStarted(5, 12, 1, 3, null),
        new Command.NodeReleased(5, 12, 1, 3, null),
        new Command.LaunchEnded(5, 12, 1, 3, null, 9, false, "x", 1, 2, 3, 4),
        new Command.LaunchStarted(5, 12, 1, "n3"),
        new Command.NodeReleased(5, 12, 1, "n3"),
        new Command.LaunchEnded(5, 12, 1, "n3", 9, false, "x", 1, 2, 3, 4))) {
      assertEquals(c, CommandCodec.decode(CommandCodec.encode(c)));
    }
  }

  @Test
  void noFieldOfARecordIsForgottenByItsCodec() throws IllegalAccessException {
    RandomValues values = new RandomValues(7);
    for (int i = 0; i < 20; i++) {
      JobRecord j = values.job();
      JobRecord back = RecordCodec.decodeJob(RecordCodec.encodeJob(j));
      for (var f : JobRecord.class.getFields()) {
        assertEquals(text(f.get(j)), text(f.get(back)), f.getName());
        assertEquals(text(f.get(j)), text(f.get(j.copy())), "copy of " + f.getName());
      }
      NodeRecord n = values.node();
      NodeRecord nodeBack = RecordCodec.decodeNode(RecordCodec.encodeNode(n));
      for (var f : NodeRecord.class.getFields()) {
        assertEquals(text(f.get(n)), text(f.get(nodeBack)), f.getName());
        assertEquals(text(f.get(n)), text(f.get(n.copy())), "copy of " + f.getName());
      }
    }
  }

  private static String text(Object o) {
    return switch (o) {
      case null -> "null";
      case int[] a -> java.util.Arrays.toString(a);
      case long[] a -> java.util.Arrays.toString(a);
      case Allocation a -> HexFormat.of().formatHex(allocationBytes(a));
      default -> o.toString();
    };
  }

  private static byte[] allocationBytes(Allocation a) {
    TagWriter w = new TagWriter();
    RecordCodec.writeAllocation(w, 1, a);
    return w.toBytes();
  }

  @Test
  void aListReadsJobsWithoutTheirBulkyFields() {
    JobRecord j = new RandomValues(SEED).job();
    j.request.text(JobField.NAME, "n").texts(JobField.ARGV, List.of("/bin/x", "1")).text(JobField.SCRIPT_HASH, "ab");
    JobRecord light = RecordCodec.readJob(new TagReader(RecordCodec.encodeJob(j)), false);
    assertEquals("n", light.request.text(JobField.NAME));
    assertFalse(light.request.has(JobField.ARGV));
    assertFalse(light.request.has(JobField.SCRIPT_HASH));
    assertTrue(light.history.isEmpty());
    assertEquals(j.request.copyWithoutBulky(), light.request);
  }

  @Test
  void aFieldOfANewerReleaseIsNamedWithTheFeatureLevel() {
    TagWriter w = new TagWriter();
    w.raw(CommandCodec.FORMAT_VERSION);
    w.raw(14);
    w.number(1, 5);
    w.number(77, 1);
    FormatException e = assertThrows(FormatException.class, () -> CommandCodec.decode(w.toBytes()));
    assertTrue(e.getMessage().contains("field 77") && e.getMessage().contains("feature level"), e.getMessage());
  }

  /** Tag 258 once looked like field 2 of the next command kind. */
  @Test
  void aFieldNumberOfNineBitsIsUnknown() {
    TagWriter w = new TagWriter();
    w.raw(CommandCodec.FORMAT_VERSION);
    w.raw(11);
    w.number(1, 5);
    w.number(258, 1);
    assertThrows(FormatException.class, () -> CommandCodec.decode(w.toBytes()));
  }

  @Test
  void tornAndMangledBytesGiveAFormatErrorAndNothingElse() {
    Random random = new Random(SEED);
    RandomValues values = new RandomValues(SEED);
    for (int i = 0; i < Integer.getInteger("mangled", 5000); i++) {
      byte[] bytes = CommandCodec.encode(values.command());
      if (random.nextBoolean()) {
        bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      }
      for (int n = random.nextInt(4); n > 0 && bytes.length > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertNotNull(CommandCodec.decode(bytes));
      } catch (FormatException expected) {
        // The only thing that may come of bytes that are no command.
      }
    }
  }

  /** Written once by the first release; every later one must read it to the same commands. */
  @Test
  void theJournalOfFormatVersion1ReadsForEver() throws IOException {
    try (InputStream in = CodecTest.class.getResourceAsStream("commands-v1.hex")) {
      assertNotNull(in, "golden file");
      List<String> lines = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII).lines().toList();
      // Four of each of the fifteen commands of the first release, then what came later (GoldenWriter).
      assertTrue(lines.size() >= 60);
      java.util.Set<Class<?>> seen = new java.util.HashSet<>();
      for (int i = 0; i < lines.size(); i++) {
        byte[] golden = HexFormat.of().parseHex(lines.get(i));
        Command c = CommandCodec.decode(golden);
        assertArrayEquals(golden, CommandCodec.encode(c), "line " + (i + 1));
        seen.add(c.getClass());
      }
      assertTrue(seen.size() >= 15);
    }
  }
}
