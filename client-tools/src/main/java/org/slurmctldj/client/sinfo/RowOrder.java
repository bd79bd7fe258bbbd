package org.slurmctldj.client.sinfo;

import java.util.List;
import org.slurmctldj.client.text.HostNames;
import org.slurmctldj.client.text.MergeSort;

/** {@code --sort}: letters of the format, others passed over; {@code #P} is the order of the configuration. */
final class RowOrder {
  private static final String KNOWN = "aAbBcCdDeEfFgGhHiIlLmMnNopOPrRsStTuUvVwXYZz";

  static void sort(List<Row> rows, String keys, RowTexts texts) {
    for (int i = keys.length() - 1; i >= 0; i--) {
      char key = keys.charAt(i);
      if (",+-#".indexOf(key) >= 0) {
        continue;
      }
      boolean configured = false;
      int sign = 1;
      for (int k = i - 1; k >= 0 && "#-+".indexOf(keys.charAt(k)) >= 0; k--) {
        configured |= keys.charAt(k) == '#';
        sign = keys.charAt(k) == '-' ? -1 : sign;
      }
      if (KNOWN.indexOf(key) < 0) {
        continue;
      }
      boolean byIndex = configured;
      int direction = sign;
      MergeSort.sort(rows, (a, b) -> direction * compare(key, byIndex, a, b, texts));
    }
  }

  private static int compare(char key, boolean byIndex, Row a, Row b, RowTexts texts) {
    return switch (key) {
      case 'A', 'F' -> Integer.compare(a.nodesAllocated, b.nodesAllocated);
      case 'B' -> Long.compare(a.partition.maxCpusPerNode(), b.partition.maxCpusPerNode());
      case 'c' -> Long.compare(a.cpus.min, b.cpus.min);
      case 'C' -> Long.compare(a.cpusTotal, b.cpusTotal);
      case 'd' -> Long.compare(a.disk.min, b.disk.min);
      case 'D' -> Integer.compare(a.nodes.size(), b.nodes.size());
      case 'e' -> Long.compare(a.freeMemory.min, b.freeMemory.min);
      case 'H' -> Long.compare(reasonTime(a), reasonTime(b));
      case 'I' -> Integer.compare(a.partition.priorityJobFactor(), b.partition.priorityJobFactor());
      case 'l' -> Long.compare(a.partition.maxTime(), b.partition.maxTime());
      case 'L' -> Long.compare(a.partition.defaultTime(), b.partition.defaultTime());
      case 'm' -> Long.compare(a.memory.min, b.memory.min);
      case 'n' -> nodes(RowTexts.list(a, NodeField.HOSTNAMES), RowTexts.list(b, NodeField.HOSTNAMES));
      case 'N' -> nodes(RowTexts.list(a, NodeField.NODELIST), RowTexts.list(b, NodeField.NODELIST));
      case 'o' -> nodes(RowTexts.list(a, NodeField.NODE_ADDR), RowTexts.list(b, NodeField.NODE_ADDR));
      case 'O' -> Long.compare(a.load.min, b.load.min);
      case 'p' -> Integer.compare(a.partition.priorityTier(), b.partition.priorityTier());
      case 'P', 'R' ->
          byIndex ? Integer.compare(a.partitionIndex, b.partitionIndex) : a.partition.name().compareTo(b.partition.name());
      case 's' -> Long.compare(a.partition.maxNodes(), b.partition.maxNodes());
      case 't', 'T' -> Long.compare(a.state(), b.state());
      case 'U' -> Long.compare(reasonUid(a), reasonUid(b));
      case 'w' -> Long.compare(a.weight.min, b.weight.min);
      case 'X' -> Long.compare(a.sockets.min, b.sockets.min);
      case 'Y' -> Long.compare(a.cores.min, b.cores.min);
      case 'Z' -> Long.compare(a.threads.min, b.threads.min);
      case 'z' -> socketsCoresThreads(a, b);
      default -> text(texts.of(field(key), a), texts.of(field(key), b));
    };
  }

  private static int socketsCoresThreads(Row a, Row b) {
    int sockets = Long.compare(a.sockets.min, b.sockets.min);
    int cores = sockets != 0 ? sockets : Long.compare(a.cores.min, b.cores.min);
    return cores != 0 ? cores : Long.compare(a.threads.min, b.threads.min);
  }

  private static NodeField field(char letter) {
    for (NodeField f : NodeField.values()) {
      if (f.letter == letter) {
        return f;
      }
    }
    throw new IllegalArgumentException("field " + letter);
  }

  private static long reasonTime(Row r) {
    return r.isEmpty() ? 0 : r.first().reasonTime();
  }

  private static long reasonUid(Row r) {
    return r.isEmpty() ? 0 : r.first().reasonUid();
  }

  private static int nodes(String a, String b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.length() - b.length();
    }
    return HostNames.compareFirst(a, b);
  }

  private static int text(String a, String b) {
    return (a == null ? "" : a).compareTo(b == null ? "" : b);
  }

  private RowOrder() {}
}
