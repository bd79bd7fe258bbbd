package org.slurmctldj.client.srun;

/** The file of --multi-prog: a line for each set of tasks, "0-3,5 program arguments" or "* program". */
final class MultiProgram {
  /** One more than the highest task number that is named; 0 when only "*" is. */
  static int tasks(String text) {
    int most = 0;
    for (String raw : text.split("\n")) {
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String ranks = line.split("\\s+", 2)[0];
      for (String part : ranks.split(",")) {
        String last = part.substring(part.indexOf('-') + 1);
        if (!last.isEmpty() && last.chars().allMatch(c -> c >= '0' && c <= '9') && last.length() < 8) {
          most = Math.max(most, Integer.parseInt(last) + 1);
        }
      }
    }
    return most;
  }

  private MultiProgram() {}
}
