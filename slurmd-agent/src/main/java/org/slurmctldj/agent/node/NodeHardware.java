package org.slurmctldj.agent.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slurmctldj.proto.agent.Hardware;
import org.slurmctldj.proto.agent.Load;
import org.slurmctldj.proto.os.ProcessFacts;

/** What this machine has, as {@code slurmd -C} prints it, and how busy it is. Reads /proc and /sys; any thread. */
public final class NodeHardware {
  private static final Path CPUS = Path.of("/sys/devices/system/cpu");

  /** @param temporaryFileSystem TmpFS of slurm.conf */
  public static Hardware find(Path temporaryFileSystem, String version) {
    Set<String> packages = new HashSet<>();
    Set<String> cores = new HashSet<>();
    int threads = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(CPUS, "cpu[0-9]*")) {
      for (Path cpu : all) {
        Path topology = cpu.resolve("topology");
        // a cpu that is off has no topology
        if (Files.exists(topology)) {
          String socket = read(topology.resolve("physical_package_id"));
          packages.add(socket);
          cores.add(socket + "/" + read(topology.resolve("core_id")));
          threads++;
        }
      }
    } catch (IOException e) {
      threads = 0;
    }
    if (threads == 0) {
      threads = Runtime.getRuntime().availableProcessors();
      packages.add("0");
      for (int i = 0; i < threads; i++) {
        cores.add("0/" + i);
      }
    }
    int sockets = packages.size();
    return Hardware.newBuilder()
        .setCpus(threads)
        .setBoards(1)
        .setSocketsPerBoard(sockets)
        .setCoresPerSocket(Math.max(1, cores.size() / sockets))
        .setThreadsPerCore(Math.max(1, threads / cores.size()))
        .setRealMemoryMb(memoryKb("MemTotal") / 1024)
        .setTmpDiskMb(diskMb(temporaryFileSystem))
        .setArch(read(Path.of("/proc/sys/kernel/arch"), machine()))
        .setOs(
            read(Path.of("/proc/sys/kernel/ostype"))
                + " "
                + read(Path.of("/proc/sys/kernel/osrelease"))
                + " "
                + read(Path.of("/proc/sys/kernel/version")))
        .setHostname(ProcessFacts.shortHostName())
        .setVersion(version)
        .build();
  }

  /** The lines of {@code slurmd -C}, without a newline at the end. */
  public static String print(Hardware hardware, long upSeconds) {
    return "NodeName="
        + hardware.getHostname()
        + " CPUs="
        + hardware.getCpus()
        + " Boards="
        + hardware.getBoards()
        + " SocketsPerBoard="
        + hardware.getSocketsPerBoard()
        + " CoresPerSocket="
        + hardware.getCoresPerSocket()
        + " ThreadsPerCore="
        + hardware.getThreadsPerCore()
        + " RealMemory="
        + hardware.getRealMemoryMb()
        + String.format(
            "%nUpTime=%d-%02d:%02d:%02d",
            upSeconds / 86400, upSeconds / 3600 % 24, upSeconds / 60 % 60, upSeconds % 60);
  }

  public static Load load() {
    double load = Double.parseDouble(read(Path.of("/proc/loadavg")).split(" ")[0]);
    return Load.newBuilder()
        .setCpuLoad((int) Math.round(load * 100))
        .setFreeMemoryMb(memoryKb("MemFree") / 1024)
        .setUpTimeSeconds(upSeconds())
        .build();
  }

  public static long upSeconds() {
    return (long) Double.parseDouble(read(Path.of("/proc/uptime")).split(" ")[0]);
  }

  /** Unix seconds. */
  public static long bootTime() {
    for (String line : read(Path.of("/proc/stat")).split("\n")) {
      if (line.startsWith("btime ")) {
        return Long.parseLong(line.substring(6));
      }
    }
    return 0;
  }

  private static String machine() {
    String arch = System.getProperty("os.arch");
    return arch.equals("amd64") ? "x86_64" : arch;
  }

  private static long memoryKb(String key) {
    Map<String, Long> values = new HashMap<>();
    for (String line : read(Path.of("/proc/meminfo")).split("\n")) {
      String[] field = line.split("[: ]+");
      values.put(field[0], Long.parseLong(field[1]));
    }
    return values.getOrDefault(key, 0L);
  }

  private static long diskMb(Path fileSystem) {
    try {
      FileStore store = Files.getFileStore(fileSystem);
      return store.getTotalSpace() >> 20;
    } catch (IOException e) {
      return 0;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file, String otherwise) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return otherwise;
    }
  }

  private NodeHardware() {}
}
