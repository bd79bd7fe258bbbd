package org.slurmctldj.client.job;

import java.util.Locale;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.proto.text.TimeLimit;

/** Options that say what a job gets: nodes, sockets and cores, generic resources, binding. For {@link OptionReader}. */
final class ResourceOptions {
  private final Client client;
  private final boolean old;
  private final Submission s;
  private final OptionValues values;

  ResourceOptions(Client client, boolean old, Submission submission, OptionValues values) {
    this.client = client;
    this.old = old;
    this.s = submission;
    this.values = values;
  }

  void cpuBind(String value) {
    if (value.equalsIgnoreCase("help")) {
      throw client.unsupported("--cpu-bind=help");
    }
    String plugins = client.conf().text("TaskPlugin").orElse("task/none");
    if (old && !plugins.contains("affinity") && !plugins.contains("cgroup")) {
      client.console().complain("srun: cluster configuration lacks support for cpu binding");
    }
    s.cpuBind = CpuBinding.parse(value);
    if (s.cpuBind == null) {
      client.error("unrecognized --cpu-bind argument \"" + value + "\"");
      throw client.fatal("Failed to parse --cpu-bind= values.");
    }
    if (s.cpuBind.rank()) {
      if (old) {
        throw client.unsupported("--cpu-bind=rank");
      }
      client.console().complain("srun: Ignoring --cpu-bind=rank. Rank binding is obsolete.");
    }
  }

  void specialised(String option, String text, boolean threads) {
    int n = threads ? values.number("thread-spec", text) : values.count("core-spec", text);
    if (!client.conf().text("AllowSpecResourcesUsage").map(ResourceOptions::isYes).orElse(false)) {
      client.error("Ignoring " + option + " since it's not allowed by configuration (AllowSpecResourcesUsage = No)");
    }
    s.coreSpec = n;
    s.threadSpec = threads;
  }

  private static boolean isYes(String text) {
    return text.equalsIgnoreCase("yes") || text.equals("1") || text.equalsIgnoreCase("true") || text.equalsIgnoreCase("up");
  }

  void exclusive(String value) {
    s.exclusive = true;
    s.shared =
        switch (value == null ? "exclusive" : value.toLowerCase(java.util.Locale.ROOT)) {
          case "exclusive" -> 0;
          case "user" -> 2;
          case "mcs" -> 3;
          default -> throw values.invalid("exclusive");
        };
  }

  /** {@code -B sockets[:cores[:threads]]}; "*" leaves one out, of a range the least counts. */
  void geometry(String text) {
    if (text.isEmpty()) {
      return;
    }
    String[] parts = text.split(":", -1);
    String[] names = {"first", "second", "third"};
    int[] counts = {Submission.UNSET, Submission.UNSET, Submission.UNSET};
    for (int i = 0; i < Math.min(3, parts.length); i++) {
      if (parts[i].equals("*")) {
        continue;
      }
      String word = parts[i].indexOf('-') > 0 ? parts[i].substring(0, parts[i].indexOf('-')) : parts[i];
      Strtol n = Strtol.parse(word);
      if (n.end() == 0 || n.end() != word.length() || n.value() < 0) {
        client.error("Invalid numeric value \"" + parts[i] + "\" for " + names[i] + " arg of -B.");
        throw new Exit(1);
      }
      if (n.value() > Integer.MAX_VALUE) {
        client.error("Numeric argument (" + n.value() + (old ? ") to big for " : ") too large for ") + names[i] + " arg of -B.");
        throw new Exit(1);
      }
      counts[i] = (int) n.value();
    }
    s.geometry = true;
    s.socketsPerNode = counts[0];
    s.coresPerSocket = counts[1];
    s.threadsPerCore = counts[2];
  }

  void gpuBind(String value) {
    s.gpuBind = value;
    s.tresBind = old ? "gpu:" + value : "gres/gpu:" + value;
    if (!isGpuBinding(value)) {
      client.error("Invalid --gpu-bind argument: " + (old ? s.tresBind : value));
      throw new Exit(255);
    }
  }

  /** Numbers between commas, each perhaps with "*" and how often it counts. */
  private boolean areNumbers(String list, String character, String number) {
    for (String word : list.split(",")) {
      String digits = word.startsWith("0x") ? word.substring(2) : word;
      for (char c : digits.toCharArray()) {
        if (!Character.toString(c).matches(character)) {
          client.error("Failed to validate " + digits + ", offending character is " + c);
          return false;
        }
      }
      if (!digits.isEmpty() && !digits.matches(number + "(\\*[0-9]+)?")) {
        return false;
      }
    }
    return true;
  }

  /** Words that begin with c or n are taken for closest and none, as by Slurm. */
  private boolean isGpuBinding(String value) {
    String text = value.toLowerCase(Locale.ROOT);
    String binding = text.startsWith("verbose,") ? text.substring("verbose,".length()) : text;
    if (binding.startsWith("c") || binding.startsWith("n")) {
      return true;
    }
    String list = binding.substring(binding.indexOf(':') + 1);
    return switch (binding.substring(0, binding.length() - list.length())) {
      case "map_gpu:" -> areNumbers(list, "[0-9*]", "[0-9]+");
      case "mask_gpu:" -> areNumbers(list, "[0-9a-f*]", "[0-9a-f]+");
      case "per_task:", "single:" -> Strtol.value(list) >= 0;
      default -> false;
    };
  }

  String gpuFreq(String value) {
    for (String word : value.split(",", -1)) {
      String speed = word.startsWith("memory=") ? word.substring(7) : word;
      boolean number = !speed.isEmpty() && speed.chars().allMatch(c -> c >= '0' && c <= '9');
      if (!number && !",low,medium,high,highm1,verbose,".contains("," + speed.toLowerCase(java.util.Locale.ROOT) + ",")) {
        client.error("Invalid --gpu-freq argument: gpu:" + value);
        throw new Exit(255);
      }
    }
    return value;
  }

  void gres(String value) {
    if (value.equalsIgnoreCase("help") || value.equalsIgnoreCase("list")) {
      client.console().println("Valid gres options are:");
      for (String type : Gres.types(client.conf())) {
        client.console().println(type + "[[:type]:count]");
      }
      throw new Exit(0);
    }
    s.gres = value.equalsIgnoreCase("none") ? null : value;
  }

  void gresFlags(String value) {
    for (String word : value.split(",")) {
      s.gresFlags |=
          switch (word.toLowerCase(java.util.Locale.ROOT)) {
            case "enforce-binding" -> 1 << 4;
            case "disable-binding" -> 1 << 19;
            default -> {
              client.error("Invalid --gres-flags specification" + (old ? "" : ": " + value));
              throw new Exit(255);
            }
          };
    }
  }

  void hint(String value) {
    switch (value) {
      case "compute_bound", "memory_bound", "multithread", "nomultithread" -> s.hint = value;
      case "help" -> {
        client
            .console()
            .print(
                """
                Application hint options:
                    --hint=             Bind tasks according to application hints
                        compute_bound   use all cores in each socket
                        memory_bound    use only one core in each socket
                        [no]multithread [don't] use extra threads with in-core multi-threading
                        help            show this help message
                """);
        throw new Exit(1);
      }
      default -> {
        client.error("unrecognized --hint argument \"" + value + "\", see --hint=help");
        throw new Exit(1);
      }
    }
  }

  void memBind(String value) {
    if (value.equalsIgnoreCase("help")) {
      client.console().print(MemBinding.HELP);
      throw new Exit(255);
    }
    s.memBind = value.isEmpty() ? null : MemBinding.parse(value);
    if (s.memBind == null) {
      client.error("unrecognized --mem-bind argument \"" + value + "\"");
      throw new Exit(255);
    }
  }

  void nodes(String value) {
    boolean lists = !old;
    NodeCount count = NodeCount.parse(value, lists);
    if (count == null) {
      client.error("\"" + NodeCount.wrongPart(value) + "\" is not a valid node count");
      throw new Exit(255);
    }
    if (count.max() < count.min()) {
      client.error("Maximum node count " + count.max() + " is less than minimum node count " + count.min());
      throw new Exit(255);
    }
    s.nodes = count;
  }

  void switches(String value) {
    int at = value.indexOf('@');
    if (at >= 0) {
      s.switchWait = TimeLimit.seconds(value.substring(at + 1));
    }
    s.switches = values.number("switches", at < 0 ? value : value.substring(0, at));
  }
}
