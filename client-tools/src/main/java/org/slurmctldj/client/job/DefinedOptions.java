package org.slurmctldj.client.job;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.proto.text.TimeLimit;

/** The list of options that {@code -v} shows, in the table's order. */
public final class DefinedOptions {
  /** An option as given; the last one counts. */
  public record Given(JobOption option, String value) {}

  private final Client client;
  private final List<JobOption> options;
  private final List<Given> given;

  public DefinedOptions(Client client, List<JobOption> options, List<Given> given) {
    this.client = client;
    this.options = options;
    this.given = given;
  }

  public void print() {
    Map<String, String> last = new HashMap<>();
    int verbose = 0;
    for (Given g : given) {
      if (g.option().name().equals("verbose")) {
        verbose += g.value() == null ? 1 : Integer.parseInt(g.value());
      }
      last.put(g.option().name(), g.value() == null ? "set" : g.value());
    }
    for (JobOption option : options) {
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
        client.console().complain(client.program() + ": " + String.format("%-20s: %s", option.name(), text));
      }
    }
  }
}
