package org.slurmctldj.client.job;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.proto.os.ResourceLimit;

/** Which of the submitter's limits the job gets: {@code --propagate}, else slurm.conf. */
public final class PropagatedLimits {
  public static Set<String> names(Client client, String option) {
    if (option != null) {
      Set<String> set = parse(client, option);
      if (set == null) {
        client.error("--propagate=" + option + " is not valid.");
        throw new Exit(1);
      }
      return set;
    }
    Optional<String> listed = client.conf().text("PropagateResourceLimits");
    Optional<String> except = client.conf().text("PropagateResourceLimitsExcept");
    Set<String> all = parse(client, listed.orElse("ALL"));
    if (except.isPresent() && all != null) {
      Set<String> without = parse(client, except.get());
      if (without != null) {
        all.removeAll(without);
      }
    }
    return all == null ? Set.of() : all;
  }

  /** Null after a complaint. */
  private static Set<String> parse(Client client, String text) {
    Set<String> set = new HashSet<>();
    if (text.equals("NONE")) {
      return set;
    }
    Set<String> known = new HashSet<>();
    for (ResourceLimit limit : ResourceLimit.values()) {
      known.add(limit.name());
    }
    if (text.equals("ALL")) {
      return known;
    }
    for (String word : text.split(",")) {
      String name = word.startsWith("RLIMIT_") ? word.substring(7) : word;
      if (!known.contains(name)) {
        client.error("Bad rlimit name: " + word);
        return null;
      }
      set.add(name);
    }
    return set;
  }

  private PropagatedLimits() {}
}
