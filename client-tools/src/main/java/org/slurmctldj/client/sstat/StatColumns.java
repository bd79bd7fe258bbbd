package org.slurmctldj.client.sstat;

import java.util.List;
import org.slurmctldj.client.cli.Console;

/** sstat's table: columns of a width, or values between bars. */
final class StatColumns {
  private static final int NAMES_PER_LINE = 4;
  private static final int NAME_WIDTH = 19;

  /** @param width characters; below 0: from the left */
  record Column(StatField field, int width) {}

  private final Console console;
  private final List<Column> columns;
  private final boolean bars;
  private final boolean lastBar;

  StatColumns(Console console, List<Column> columns, boolean bars, boolean lastBar) {
    this.console = console;
    this.columns = columns;
    this.bars = bars;
    this.lastBar = lastBar;
  }

  /** What {@code --helpformat} prints. */
  static void names(Console console) {
    StringBuilder b = new StringBuilder();
    int n = 0;
    for (StatField f : StatField.values()) {
      b.append(f.heading).append(" ".repeat(NAME_WIDTH - f.heading.length()));
      n++;
      b.append(n % NAMES_PER_LINE == 0 ? "\n" : " ");
    }
    console.print(n % NAMES_PER_LINE == 0 ? b.toString() : b.substring(0, b.length() - 1) + "\n");
  }

  void header() {
    StringBuilder names = new StringBuilder();
    StringBuilder dashes = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      Column c = columns.get(i);
      String name = c.field.heading;
      int width = Math.abs(c.width);
      cell(names, bars || name.length() <= width ? name : name.substring(0, width), c.width, i);
      dashes.append("-".repeat(width)).append(' ');
    }
    console.println(names.toString());
    if (!bars) {
      console.println(dashes.toString());
    }
  }

  void row(StatRow row) {
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      Column c = columns.get(i);
      String text = c.field.text(row);
      int width = Math.abs(c.width);
      cell(b, bars || text.length() <= width ? text : text.substring(0, width - 1) + "+", c.width, i);
    }
    console.println(b.toString());
  }

  private void cell(StringBuilder b, String text, int width, int index) {
    if (bars) {
      b.append(text).append(lastBar || index < columns.size() - 1 ? "|" : "");
      return;
    }
    String pad = " ".repeat(Math.max(0, Math.abs(width) - text.length()));
    b.append(width < 0 ? text + pad : pad + text).append(' ');
  }
}
