package org.slurmctldj.proto.conf;

/** Ports {@code first} to {@code last}: SlurmctldPort=6817-6820 lets a controller listen on four. */
public record PortRange(int first, int last) {
  /** Slurm's sentence, with the key it is about, if it is no port or range. */
  public static PortRange parse(String key, String value) {
    int dash = value.indexOf('-');
    int first = port(dash < 0 ? value : value.substring(0, dash));
    int last = dash < 0 ? first : port(value.substring(dash + 1));
    if (first <= 0 || last < first || dash >= 0 && last == first || last > 65535) {
      throw new ConfException("Invalid " + key + " " + value);
    }
    return new PortRange(first, last);
  }

  /** By hand: a record's own would cost every client milliseconds at its first use. */
  @Override
  public String toString() {
    String one = Integer.toString(first);
    return last == first ? one : one.concat("-").concat(Integer.toString(last));
  }

  public int count() {
    return last - first + 1;
  }

  private static int port(String text) {
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9' || number > 65535) {
        return -1;
      }
      number = number * 10 + c - '0';
    }
    return text.isEmpty() ? -1 : number;
  }
}
