package org.slurmctldj.cloud;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The table of what of PCS and ParallelCluster there is (features.txt), and its printing for docs/compatibility.md. */
public final class FeatureTable {
  record Row(String source, String id, String feature, String state, String proof) {}

  private FeatureTable() {}

  static List<Row> rows() throws IOException {
    List<Row> out = new ArrayList<>();
    try (BufferedReader in = new BufferedReader(
        new InputStreamReader(FeatureTable.class.getResourceAsStream("features.txt"), StandardCharsets.UTF_8))) {
      for (String line : in.lines().filter(l -> !l.startsWith("#") && !l.isBlank()).toList()) {
        String[] w = line.split("\\|", -1);
        out.add(new Row(w[0].strip(), w[1].strip(), w[2].strip(), w[3].strip(), w[4].strip()));
      }
    }
    return out;
  }

  public static void main(String[] none) throws IOException {
    StringBuilder b = new StringBuilder("""

        ## Elastic nodes: AWS PCS and ParallelCluster

        Rows are those of the guides' inventories. Tests that end in `.sh` are runs against programs, the others are unit tests.

        | of | row | feature | | test, or why |
        |---|---|---|---|---|
        """);
    for (Row r : rows()) {
      String proof = r.state().equals("works") ? "`" + r.proof() + "`" : r.proof();
      b.append("| ").append(String.join(" | ", r.source(), r.id(), r.feature(), r.state(), proof)).append(" |\n");
    }
    System.out.print(b);
  }
}
