package org.slurmctldj.core;

import java.util.HexFormat;

/** Prints the golden file of the command format; run once per format version, its output is kept for ever. */
final class GoldenWriter {
  private GoldenWriter() {}

  public static void main(String[] args) {
    RandomValues values = new RandomValues(1);
    Class<?>[] kinds = Command.class.getPermittedSubclasses();
    for (int i = 0; i < kinds.length * 4; i++) {
      Command c = (Command) values.record(kinds[i % kinds.length]);
      System.out.println(HexFormat.of().formatHex(CommandCodec.encode(c)));
    }
  }
}
