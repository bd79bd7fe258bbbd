package org.slurmctldj.config.pools;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.slurmctldj.cloud.CapacityCatalog.TypeFacts;

/**
 * What the cloud has said of instance types and subnets, kept on disk so that a controller can start while the cloud does
 * not answer. A line for each, words between blanks.
 *
 * @param types by instance type
 * @param zones by subnet
 */
public record CloudFacts(Map<String, TypeFacts> types, Map<String, String> zones) {
  public static final CloudFacts NONE = new CloudFacts(Map.of(), Map.of());
  private static final String FILE_NAME = "cloud-facts";

  public CloudFacts {
    types = Map.copyOf(types);
    zones = Map.copyOf(zones);
  }

  /** In the state directory. */
  static Path in(Path stateSaveLocation) {
    return stateSaveLocation.resolve("slurmctld-j").resolve(FILE_NAME);
  }

  /** What was kept; a file that cannot be read counts as empty: the cloud will be asked. */
  public static CloudFacts read(Path stateSaveLocation) {
    Map<String, TypeFacts> types = new LinkedHashMap<>();
    Map<String, String> zones = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(in(stateSaveLocation), StandardCharsets.US_ASCII)) {
        String[] w = line.split(" ");
        if (w[0].equals("type")) {
          types.put(w[1], new TypeFacts(Integer.parseInt(w[2]), Long.parseLong(w[3]), w[4], Integer.parseInt(w[5]), w[6].equals("-") ? null : w[6]));
        } else if (w[0].equals("subnet")) {
          zones.put(w[1], w[2]);
        }
      }
    } catch (IOException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      return NONE;
    }
    return new CloudFacts(types, zones);
  }

  /** Replaces what was kept. */
  public void write(Path stateSaveLocation) throws IOException {
    StringBuilder b = new StringBuilder();
    new TreeMap<>(types).forEach((name, t) -> b.append("type ").append(name).append(' ').append(t.cpus()).append(' ').append(t.memoryMb())
        .append(' ').append(t.architecture()).append(' ').append(t.gpus()).append(' ').append(t.gpu() == null ? "-" : t.gpu()).append('\n'));
    new TreeMap<>(zones).forEach((subnet, zone) -> b.append("subnet ").append(subnet).append(' ').append(zone).append('\n'));
    Path file = in(stateSaveLocation);
    Path next = file.resolveSibling(FILE_NAME + ".new");
    Files.writeString(next, b.toString(), StandardCharsets.US_ASCII);
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** With more, which wins. */
  public CloudFacts with(CloudFacts more) {
    Map<String, TypeFacts> t = new LinkedHashMap<>(types);
    t.putAll(more.types);
    Map<String, String> z = new LinkedHashMap<>(zones);
    z.putAll(more.zones);
    return new CloudFacts(t, z);
  }
}
