package org.slurmctldj.proto.tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slurmctldj.proto.slurm.CodecEscapes;
import org.slurmctldj.proto.slurm.MessageType;

/**
 * Prints the coverage table of the codec as Markdown, for {@code docs/compatibility.md}: every message, the versions that
 * have it, how many bytes real Slurm sent of it in the golden files, and which escapes it needs.
 * {@code CodecCoverage VECTORS_DIRECTORY}
 */
public final class CodecCoverage {
  private static final int[] RECORDED = {38, 42, 45};

  private CodecCoverage() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: CodecCoverage DIRECTORY with v38.txt, v42.txt, v45.txt");
      System.exit(2);
    }
    Map<Integer, Map<Integer, Integer>> golden = new HashMap<>();
    int bodies = 0;
    for (int version : RECORDED) {
      Map<Integer, Integer> bytes = new HashMap<>();
      for (String line : Files.readAllLines(Path.of(args[0], "v" + version + ".txt"))) {
        String[] w = line.split(" ");
        bytes.merge(Integer.parseInt(w[0]), w.length > 2 ? w[2].length() / 2 : 0, Integer::sum);
        bodies++;
      }
      golden.put(version, bytes);
    }
    table(golden);
    summary(golden, bodies);
  }

  private static void table(Map<Integer, Map<Integer, Integer>> golden) {
    System.out.println("| number | message | versions | body | golden 22.05 | golden 24.11 | golden 26.05 | escapes |");
    System.out.println("|---:|---|---|---|---:|---:|---:|---|");
    for (MessageType t : MessageType.values()) {
      StringBuilder row = new StringBuilder("| " + t.number() + " | " + t + " | ");
      row.append(t.minVersion() == t.maxVersion() ? t.minVersion() : t.minVersion() + "–" + t.maxVersion());
      row.append(" | ").append(t.bodyName());
      for (int version : RECORDED) {
        Integer bytes = golden.get(version).get(t.number());
        row.append(" | ").append(!t.knownTo(version) ? "–" : bytes == null ? "" : bytes);
      }
      System.out.println(row.append(" | ").append(String.join(", ", CodecEscapes.of(t))).append(" |"));
    }
  }

  private static void summary(Map<Integer, Map<Integer, Integer>> golden, int bodies) {
    TreeSet<String> escapes = new TreeSet<>();
    List<String> recorded = new ArrayList<>();
    for (MessageType t : MessageType.values()) {
      escapes.addAll(CodecEscapes.of(t));
      if (golden.values().stream().anyMatch(m -> m.containsKey(t.number()))) {
        recorded.add(t.name());
      }
    }
    System.out.println();
    System.out.println(
        MessageType.values().length + " messages; " + recorded.size() + " of them in " + bodies + " golden bodies; " + escapes.size()
            + " escapes: " + String.join(", ", escapes) + ".");
  }
}
