package org.slurmctldj.client.text;

import org.slurmctldj.client.cli.Console;

/**
 * One column of a table: where and how wide a value stands. A width of 0 takes the value as it is; another one pads and cuts.
 * Widths count bytes, as Slurm's do.
 *
 * @param width bytes, 0 for as many as needed
 * @param right pad on the left
 * @param suffix text behind the column, "" for none
 */
public record Column(int width, boolean right, String suffix) {
  public static final Column PLAIN = new Column(0, false, "");

  public Column left() {
    return new Column(width, false, suffix);
  }

  /** Prints a value cut to the width; null prints as C's "(null)". */
  public void print(Console console, String value) {
    print(console, value, true);
  }

  public void print(Console console, String value, boolean cut) {
    // printf's %.5s leaves a missing string out when "(null)" does not fit
    String text = value != null ? value : width > 0 && width < 6 && !right && cut ? "" : "(null)";
    if (width > 0) {
      int pad = width - text.length();
      if (pad < 0 && cut) {
        text = text.substring(0, width);
      } else if (pad > 0) {
        text = right ? " ".repeat(pad) + text : text + " ".repeat(pad);
      }
    }
    console.print(text);
    if (!suffix.isEmpty()) {
      console.print(suffix);
    }
  }
}
