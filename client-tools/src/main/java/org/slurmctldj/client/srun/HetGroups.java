package org.slurmctldj.client.srun;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;

/** {@code --het-group=0,2-3}: the components of a heterogeneous job that a step runs in. */
final class HetGroups {
  /** Bits of the mask that the controller is told: Slurm's most components of a job. */
  private static final int MOST = 128;

  private HetGroups() {}

  /**
   * Which components an option's text names, ascending.
   *
   * @param text null: the one at {@code place}
   * @param last the highest that the job has
   */
  static List<Integer> of(Client client, String text, int place, int last) {
    TreeSet<Integer> groups = new TreeSet<>();
    for (String part : text == null ? new String[] {Integer.toString(place)} : text.replaceAll("^\\[|\\]$", "").split(",", -1)) {
      int dash = part.indexOf('-');
      int from = number(client, text, dash < 0 ? part : part.substring(0, dash));
      int to = dash < 0 ? from : number(client, text, part.substring(dash + 1));
      for (int i = from; i <= to; i++) {
        groups.add(i);
      }
    }
    if (groups.isEmpty()) {
      throw invalid(client, text);
    }
    if (groups.last() > last) {
      client.error("Requested het-group offset exceeds highest hetjob index (" + groups.last() + " > " + last + ")");
      throw new Exit(1);
    }
    return new ArrayList<>(groups);
  }

  /** Ends the command where the text names no components at all. */
  static void check(Client client, String text) {
    if (text != null) {
      of(client, text, 0, MOST - 1);
    }
  }

  private static int number(Client client, String text, String digits) {
    if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) >= MOST) {
      client.error("_parse_single_range: Invalid range: `" + text + "'");
      throw invalid(client, text);
    }
    return Integer.parseInt(digits);
  }

  private static Exit invalid(Client client, String text) {
    client.error("Invalid --het-group value: " + text);
    return new Exit(1);
  }

  /** "0x0...03" for the first two of the job's components. */
  static String mask(StepRun[] runs) {
    int[] digits = new int[MOST / 4];
    for (int i = 0; i < runs.length; i++) {
      if (runs[i] != null) {
        digits[digits.length - 1 - i / 4] |= 1 << i % 4;
      }
    }
    StringBuilder b = new StringBuilder("0x");
    for (int d : digits) {
      b.append(Character.toUpperCase(Character.forDigit(d, 16)));
    }
    return b.toString();
  }
}
