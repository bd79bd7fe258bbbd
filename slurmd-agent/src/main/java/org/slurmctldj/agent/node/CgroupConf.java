package org.slurmctldj.agent.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slurmctldj.proto.conf.ConfFile;

/**
 * What of cgroup.conf has an effect here.
 *
 * @param allowedRamPercent AllowedRAMSpace, of the job's allocation
 * @param minRamMb MinRAMSpace, the least a limit is set to
 * @param warnings sentences about keys that have no effect
 */
public record CgroupConf(
    String mountPoint,
    boolean constrainRam,
    boolean constrainCores,
    boolean constrainDevices,
    double allowedRamPercent,
    long minRamMb,
    List<String> warnings) {
  public static final CgroupConf DEFAULT = new CgroupConf("/sys/fs/cgroup", false, false, false, 100, 30, List.of());

  /** The values with which a key that is not implemented changes nothing. */
  private static final Map<String, Set<String>> HARMLESS =
      Map.of(
          "constrainswapspace", Set.of("no"),
          "maxrampercent", Set.of("100", "100%"),
          "memoryswappiness", Set.of());

  private static final Set<String> HONOURED =
      Set.of("cgroupmountpoint", "constrainramspace", "constraincores", "constraindevices", "allowedramspace", "minramspace");

  /** The file beside slurm.conf; the defaults where there is none. */
  public static CgroupConf beside(Path slurmConf) {
    Path file = slurmConf.resolveSibling("cgroup.conf");
    if (!Files.exists(file)) {
      return DEFAULT;
    }
    Map<String, String> values = new HashMap<>();
    for (ConfFile.Line line : ConfFile.read(file).lines()) {
      for (ConfFile.Token token : line.tokens()) {
        values.put(token.key().toLowerCase(Locale.ROOT), token.value());
      }
    }
    return new CgroupConf(
        values.getOrDefault("cgroupmountpoint", DEFAULT.mountPoint()),
        values.getOrDefault("constrainramspace", "no").equalsIgnoreCase("yes"),
        values.getOrDefault("constraincores", "no").equalsIgnoreCase("yes"),
        values.getOrDefault("constraindevices", "no").equalsIgnoreCase("yes"),
        number(values.get("allowedramspace"), DEFAULT.allowedRamPercent()),
        (long) number(values.get("minramspace"), DEFAULT.minRamMb()),
        warnings(values));
  }

  /** Keys that would change what a job may use, and do not here. Others only choose how Slurm does it. */
  private static List<String> warnings(Map<String, String> values) {
    List<String> list = new ArrayList<>();
    values.forEach(
        (key, value) -> {
          Set<String> harmless = HARMLESS.get(key);
          if (!HONOURED.contains(key) && harmless != null && !harmless.contains(value.toLowerCase(Locale.ROOT))) {
            list.add("cgroup.conf: " + key + "=" + value + " is not supported here and has no effect");
          }
        });
    return List.copyOf(list);
  }

  /** The limit for a job that has {@code memoryMb} MB of the node. */
  public long limitBytes(long memoryMb) {
    long bytes = (long) ((memoryMb << 20) * (allowedRamPercent / 100));
    return Math.max(bytes, minRamMb << 20);
  }

  private static double number(String text, double otherwise) {
    try {
      return text == null ? otherwise : Double.parseDouble(text.replace("%", ""));
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }
}
