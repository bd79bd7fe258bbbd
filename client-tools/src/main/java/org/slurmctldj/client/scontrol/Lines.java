package org.slurmctldj.client.scontrol;

/** A record as scontrol writes it: indented lines, or all in one line with {@code --oneliner}. */
final class Lines {
  private final StringBuilder text = new StringBuilder();
  private final boolean one;

  Lines(boolean one) {
    this.one = one;
  }

  Lines add(String part) {
    text.append(part);
    return this;
  }

  /** {@code key=value}; null is "(null)". */
  Lines add(String key, Object value) {
    if (!text.isEmpty() && text.charAt(text.length() - 1) != ' ' && text.charAt(text.length() - 1) != '\n') {
      text.append(' ');
    }
    text.append(key).append('=').append(value == null ? "(null)" : value);
    return this;
  }

  /** Ends a line. */
  Lines line() {
    text.append(one ? " " : "\n   ");
    return this;
  }

  /** Ends the record. */
  String end() {
    return text.append(one ? "\n" : "\n\n").toString();
  }
}
