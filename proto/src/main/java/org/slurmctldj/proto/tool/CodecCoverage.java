package org.slurmctldj.proto.tool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.slurmctldj.proto.slurm.CodecEscapes;
import org.slurmctldj.proto.slurm.MessageType;

/**
 * Prints the coverage table of the codec as Markdown, for {@code docs/compatibility.md}: every message, the versions that
 * have it, how many bytes real Slurm sent of it in the golden files, what real Slurm's library made of our bodies in each
 * version, and which escapes it needs. {@code CodecCoverage VECTORS_DIRECTORY}
 */
public final class CodecCoverage {
  private static final int[] RECORDED = {38, 42, 45};
  private static final int FIRST = 38;
  private static final int LAST = 45;

  private final Map<Integer, Map<Integer, Integer>> golden = new HashMap<>();
  private final Map<Integer, Map<Integer, String>> verdicts = new HashMap<>();
  private int bodies;

  private CodecCoverage(Path vectors) throws IOException {
    for (int version : RECORDED) {
      Map<Integer, Integer> bytes = new HashMap<>();
      for (String line : Files.readAllLines(vectors.resolve("v" + version + ".txt"))) {
        String[] w = line.split(" ");
        bytes.merge(Integer.parseInt(w[0]), w.length > 2 ? w[2].length() / 2 : 0, Integer::sum);
        bodies++;
      }
      golden.put(version, bytes);
    }
    for (int version = FIRST; version <= LAST; version++) {
      Map<Integer, String> verdict = new HashMap<>();
      try (InputStream in = new GZIPInputStream(Files.newInputStream(vectors.resolve("accepted/v" + version + ".txt.gz")))) {
        new String(in.readAllBytes(), StandardCharsets.US_ASCII)
            .lines()
            .map(l -> l.split(" "))
            .forEach(w -> verdict.put(Integer.parseInt(w[0]), w[2]));
      }
      verdicts.put(version, verdict);
    }
  }

  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: CodecCoverage DIRECTORY with v38.txt, v42.txt, v45.txt and accepted/v38.txt.gz ... v45.txt.gz");
      System.exit(2);
    }
    CodecCoverage c = new CodecCoverage(Path.of(args[0]));
    System.out.println(
        """
        Golden: bytes captured from real Slurm. Library: one sign per version 38 to 45 for what real Slurm's own library did with a random body of
        ours: `=` read it and packed the same bytes again, `r` read it to the last byte, `?` refused all (see the notes), `.` the version has no such message.
        """);
    c.table();
    c.summary();
  }

  private void table() {
    System.out.println("| number | message | versions | body | golden 22.05 | golden 24.11 | golden 26.05 | library 38–45 | escapes |");
    System.out.println("|---:|---|---|---|---:|---:|---:|---|---|");
    for (MessageType t : MessageType.values()) {
      StringBuilder row = new StringBuilder("| " + t.number() + " | " + t + " | ");
      row.append(t.minVersion() == t.maxVersion() ? t.minVersion() : t.minVersion() + "–" + t.maxVersion());
      row.append(" | ").append(t.bodyName());
      for (int version : RECORDED) {
        Integer bytes = golden.get(version).get(t.number());
        row.append(" | ").append(!t.knownTo(version) ? "–" : bytes == null ? "" : bytes);
      }
      row.append(" | `");
      for (int version = FIRST; version <= LAST; version++) {
        String verdict = verdicts.get(version).get(t.number());
        row.append(!t.knownTo(version) ? '.' : verdict == null ? '?' : verdict.equals("same") ? '=' : 'r');
      }
      System.out.println(row.append("` | ").append(String.join(", ", CodecEscapes.of(t))).append(" |"));
    }
  }

  private void summary() {
    TreeSet<String> escapes = new TreeSet<>();
    int recorded = 0;
    int pairs = 0;
    int same = 0;
    int read = 0;
    for (MessageType t : MessageType.values()) {
      escapes.addAll(CodecEscapes.of(t));
      recorded += golden.values().stream().anyMatch(m -> m.containsKey(t.number())) ? 1 : 0;
      for (int version = FIRST; version <= LAST; version++) {
        String verdict = verdicts.get(version).get(t.number());
        pairs += t.knownTo(version) ? 1 : 0;
        same += "same".equals(verdict) ? 1 : 0;
        read += "read".equals(verdict) ? 1 : 0;
      }
    }
    System.out.println();
    System.out.println(
        MessageType.values().length + " messages, " + pairs + " with their versions; " + recorded + " of the messages are in " + bodies
            + " golden bodies. Real Slurm's library read and packed again " + same + " of the " + pairs + ", read " + read + ", refused "
            + (pairs - same - read) + ". " + escapes.size() + " escapes: " + String.join(", ", escapes) + ".");
  }
}
