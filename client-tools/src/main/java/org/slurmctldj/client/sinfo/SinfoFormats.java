package org.slurmctldj.client.sinfo;

import java.util.List;
import java.util.Locale;
import org.slurmctldj.client.text.Format;
import org.slurmctldj.proto.slurm.NodeInfo;
import org.slurmctldj.proto.slurm.PartitionInfo;

/** sinfo's letters and names, and the formats it uses when none is given. */
final class SinfoFormats {
  private static final int PARTITION_HEADING = "PARTITION".length();
  private static final int NODE_HEADING = 9;

  static Format.Fields<NodeField> fields(boolean old) {
    return new Format.Fields<>() {
      @Override
      public NodeField ofLetter(char letter) {
        if (letter == '\0') {
          return old ? null : NodeField.ALLOC_MEM;
        }
        for (NodeField f : NodeField.values()) {
          if (f.letter == letter) {
            return old && f == NodeField.RESERVATION ? null : f;
          }
        }
        return null;
      }

      @Override
      public NodeField ofName(String name) {
        for (NodeField f : NodeField.values()) {
          for (String n : f.names) {
            if (n.equals(name)) {
              return old && f == NodeField.RESERVATION ? null : f;
            }
          }
        }
        return null;
      }

      @Override
      public String all() {
        return "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
      }

      @Override
      public String allSuffix(char letter) {
        return letter >= 'a' ? "|" : letter == 'Z' ? " " : " |";
      }

      @Override
      public String kind() {
        return "job";
      }

      @Override
      public String letterComplaint(String program, String letter) {
        return "Invalid node format specification: " + letter;
      }
    };
  }

  /** The format for the kind of list that is asked for; names get the room that the longest one needs. */
  static String standard(SinfoOptions o, List<PartitionInfo> partitions, List<NodeInfo> nodes) {
    int p = PARTITION_HEADING;
    for (PartitionInfo partition : partitions) {
      if (o.partitions == null || o.partitions.contains(partition.name())) {
        p = Math.max(p, partition.name().length() + (PartitionTexts.isDefault(partition) ? 1 : 0));
      }
    }
    int n = NODE_HEADING;
    for (NodeInfo node : nodes) {
      if (node != null && node.name() != null && o.shows(node)) {
        n = Math.max(n, node.name().length());
      }
    }
    if (o.summarize) {
      return "%" + p + "P %.5a %.10l %.16F %N";
    }
    if (o.listReasons) {
      return o.longListing ? "%20E %12U %19H %6t %N" : "%20E %9u %19H %N";
    }
    if (o.byNode) {
      return o.longListing
          ? "%" + n + "N %.6D %." + p + "P %.11T %4c %.8z %.6m %.8d %.6w %.8f %20E"
          : "%" + n + "N %.6D %." + p + "P %6t";
    }
    if (o.longListing) {
      return "%" + p + "P %.5a %.10l %.10s %.4r %.8h %.10g %.6D %.11T " + (o.old ? "" : "%.11i ") + "%N";
    }
    return "%" + p + "P %.5a %.10l %.6D %.6t %N";
  }

  /** PreemptMode of slurm.conf as the number partitions carry. */
  static int preemptMode(String text) {
    int mode = 0;
    for (String word : text.split(",")) {
      mode |=
          switch (word.strip().toUpperCase(Locale.ROOT)) {
            case "SUSPEND" -> 1;
            case "REQUEUE" -> 1 << 1;
            case "CANCEL" -> 1 << 3;
            case "WITHIN" -> 1 << 14;
            case "GANG" -> 1 << 15;
            default -> 0;
          };
    }
    return mode;
  }

  private SinfoFormats() {}
}
