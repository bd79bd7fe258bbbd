package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.ESLURM_INVALID_FEATURE;
import static org.slurmctldj.core.SlurmNumbers.ESLURM_NOT_SUPPORTED;

import java.util.List;

/** Constraints: {@code a}, {@code a&b}, {@code a|b}; {@code !} too. Counts and brackets are refused by name. */
public final class Features {
  private Features() {}

  /** Null if the constraint can be understood and names only features that some node has. */
  static Result check(ClusterConfig config, String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    if (text.chars().anyMatch(ch -> "[]()*".indexOf(ch) >= 0) || text.contains("&") && text.contains("|")) {
      return Result.error(ESLURM_NOT_SUPPORTED, "--constraint=" + text + ": counts, brackets and mixtures of & and | are not supported");
    }
    for (String word : text.split("[&,|]")) {
      String name = word.startsWith("!") ? word.substring(1) : word;
      if (name.isEmpty() || config.nodes().stream().noneMatch(n -> n.features().contains(name))) {
        return Result.error(ESLURM_INVALID_FEATURE);
      }
    }
    return null;
  }

  /** Whether a node with these features will do. */
  public static boolean match(String text, List<String> features) {
    if (text == null || text.isEmpty()) {
      return true;
    }
    boolean any = text.contains("|");
    for (String word : text.split("[&,|]")) {
      boolean has = word.startsWith("!") ? !features.contains(word.substring(1)) : features.contains(word);
      if (has == any) {
        return any;
      }
    }
    return !any;
  }
}
