package org.slurmctldj.core;

import java.util.HexFormat;
import java.util.List;

/** Prints golden lines of the commands named; run once for each new command, its output is appended and kept for ever. */
final class GoldenWriter {
  private GoldenWriter() {}

  public static void main(String[] args) {
    RandomValues values = new RandomValues(1);
    for (Class<?> kind : Command.class.getPermittedSubclasses()) {
      if (List.of(args).contains(kind.getSimpleName())) {
        for (int i = 0; i < 4; i++) {
          System.out.println(HexFormat.of().formatHex(CommandCodec.encode((Command) values.record(kind))));
        }
      }
    }
  }
}
