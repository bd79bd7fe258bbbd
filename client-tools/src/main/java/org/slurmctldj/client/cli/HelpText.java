package org.slurmctldj.client.cli;

/** Help of several releases in one text: a line that starts with &lt; is of releases before 23.02, with &gt; of later ones. */
public final class HelpText {
  public static String of(String text, boolean old) {
    StringBuilder b = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("<") ? old : !line.startsWith(">") || !old) {
        b.append(line.startsWith("<") || line.startsWith(">") ? line.substring(1) : line).append('\n');
      }
    }
    return b.substring(0, b.length() - 1);
  }

  private HelpText() {}
}
