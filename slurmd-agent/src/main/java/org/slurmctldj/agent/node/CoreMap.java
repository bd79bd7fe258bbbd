package org.slurmctldj.agent.node;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * From the controller's cores (0, 1, ... socket by socket, core by core) to this machine's cpu numbers, all threads of a
 * core. Immutable.
 */
final class CoreMap {
  private static final int MOST = 1 << 16;

  private final List<BitSet> cores;
  private final Processors processors;

  private CoreMap(Map<Long, BitSet> bySocketAndCore) {
    this.cores = List.copyOf(bySocketAndCore.values());
    Map<Long, List<BitSet>> sockets = new TreeMap<>();
    bySocketAndCore.forEach((key, core) -> sockets.computeIfAbsent(key >> 32, _ -> new ArrayList<>()).add(core));
    this.processors = new Processors(sockets.values().stream().map(List::copyOf).toList());
  }

  Processors processors() {
    return processors;
  }

  /** @param cpuDirectory /sys/devices/system/cpu */
  static CoreMap read(Path cpuDirectory) {
    // (socket, core id) in order; core ids need not be dense
    Map<Long, BitSet> bySocketAndCore = new TreeMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(cpuDirectory, "cpu[0-9]*")) {
      for (Path cpu : all) {
        Path topology = cpu.resolve("topology");
        if (Files.exists(topology)) {
          long socket = Long.parseLong(Files.readString(topology.resolve("physical_package_id")).strip());
          long core = Long.parseLong(Files.readString(topology.resolve("core_id")).strip());
          int number = Integer.parseInt(cpu.getFileName().toString().substring(3));
          bySocketAndCore.computeIfAbsent(socket << 32 | core, _ -> new BitSet()).set(number);
        }
      }
    } catch (IOException | NumberFormatException e) {
      return new CoreMap(Map.of());
    }
    return new CoreMap(bySocketAndCore);
  }

  int count() {
    return cores.size();
  }

  /** "0-1,4" of the controller's as a cpuset's list; empty if a core is not on this machine or the text is none. */
  Optional<String> cpus(String ranges) {
    BitSet cpus = new BitSet();
    for (String range : ranges.split(",")) {
      if (!range.matches("[0-9]{1,6}(-[0-9]{1,6})?")) {
        return Optional.empty();
      }
      int dash = range.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
      if (last >= cores.size() || last < first || last > MOST) {
        return Optional.empty();
      }
      for (int core = first; core <= last; core++) {
        cpus.or(cores.get(core));
      }
    }
    StringBuilder text = new StringBuilder();
    cpus.stream().forEach(cpu -> text.append(text.isEmpty() ? "" : ",").append(cpu));
    return Optional.of(text.toString());
  }
}
