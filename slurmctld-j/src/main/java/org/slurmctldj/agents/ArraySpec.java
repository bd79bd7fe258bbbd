package org.slurmctldj.agents;

/**
 * What an array's text "1-9:2%3" says of the whole array, for SLURM_ARRAY_TASK_COUNT, _MIN, _MAX and _STEP. The text has
 * been accepted at submission.
 */
public record ArraySpec(int count, int first, int last, int step) {

  public static ArraySpec parse(String text) {
    int count = 0;
    int first = Integer.MAX_VALUE;
    int last = 0;
    int step = 1;
    String ids = text == null ? "" : text.replaceAll("%.*", "").replaceAll("[\\[\\]\\s]", "");
    for (String part : ids.split(",")) {
      if (part.isEmpty()) {
        continue;
      }
      int colon = part.indexOf(':');
      int by = colon < 0 ? 1 : Integer.parseInt(part.substring(colon + 1));
      String range = colon < 0 ? part : part.substring(0, colon);
      int dash = range.indexOf('-');
      int lo = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      int hi = dash < 0 ? lo : Integer.parseInt(range.substring(dash + 1));
      count += (hi - lo) / by + 1;
      first = Math.min(first, lo);
      last = Math.max(last, lo + (hi - lo) / by * by);
      step = by > 1 ? by : step;
    }
    return new ArraySpec(count, count == 0 ? 0 : first, last, step);
  }
}
