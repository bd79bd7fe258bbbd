package org.slurmctldj.client.sbatch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.proto.text.TimeLimit;

/** The list of options that {@code -v} shows, in the table's order. */
final class DefinedOptions {
  /** An option as given; the last one counts. */
  record Given(SbatchOption option, String value) {}

  private final Client client;
  private final List<SbatchOption> options;
  private final List<Given> given;

  DefinedOptions(Client client, List<SbatchOption> options, List<Given> given) {
    this.client = client;
    this.options = options;
    this.given = given;
  }

  void print() {
    Map<String, String> last = new HashMap<>();
    int verbose = 0;
    for (Given g : given) {
      if (g.option().name().equals("verbose")) {
        verbose += g.value() == null ? 1 : Integer.parseInt(g.value());
      }
      last.put(g.option().name(), g.value() == null ? "set" : g.value());
    }
    for (SbatchOption option : options) {
      String value = last.get(option.name());
      if (value != null) {
        String text =
            switch (option.name()) {
              case "verbose" -> Integer.toString(verbose);
              case "time", "time-min" -> TimeLimit.ofMinutes(TimeLimit.minutes(value));
              case "requeue" -> "requeue";
              case "no-requeue" -> "no-requeue";
              default -> value;
            };
        client.console().complain("sbatch: " + String.format("%-20s: %s", option.name(), text));
      }
    }
  }
}
