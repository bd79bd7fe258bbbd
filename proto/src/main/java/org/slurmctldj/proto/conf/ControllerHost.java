package org.slurmctldj.proto.conf;

/**
 * One controller as clients find it: {@code SlurmctldHost=name(address)}.
 *
 * @param name the host's name, what {@code scontrol ping} prints
 * @param address where to connect; the name if the file gives none
 */
public record ControllerHost(String name, String address) {
  /** By hand: a record's own would cost every client milliseconds at its first use. */
  @Override
  public String toString() {
    return name.concat("(").concat(address).concat(")");
  }

  static ControllerHost parse(ConfFile.Token token) {
    String value = token.value();
    int open = value.indexOf('(');
    if (open < 0) {
      return new ControllerHost(value, value);
    }
    int close = value.indexOf(')', open);
    if (open == 0 || close < 0) {
      throw token.error("Bad value for SlurmctldHost: " + value);
    }
    return new ControllerHost(value.substring(0, open), value.substring(open + 1, close));
  }
}
