package org.slurmctldj.proto.conf;

import java.util.List;

/**
 * The processors of a node, completed the way Slurm completes what a NodeName line leaves out.
 *
 * @param sockets of the whole node, all boards together
 */
public record NodeCpus(int boards, int sockets, int coresPerSocket, int threadsPerCore, int cpus) {

  /** @param warnings takes Slurm's sentence about what was mended */
  static NodeCpus of(LineSettings line, List<String> warnings) {
    String names = "NodeNames=" + line.first().value();
    int boards = atLeastOne(line, "Boards", names, warnings);
    int cores = atLeastOne(line, "CoresPerSocket", names, warnings);
    int threads = atLeastOne(line, "ThreadsPerCore", names, warnings);
    boolean perBoard = line.has("SocketsPerBoard");
    boolean hasSockets = perBoard || line.has("Sockets");
    boolean hasCpus = line.has("CPUs");
    int cpus = atLeastOne(line, "CPUs", names, warnings);
    if (perBoard && line.has("Sockets")) {
      warnings.add(names + " Sockets=# and SocketsPerBoard=# is invalid , using SocketsPerBoard");
    }
    int sockets;
    if (perBoard) {
      sockets = boards * atLeastOne(line, "SocketsPerBoard", names, warnings);
    } else if (hasSockets) {
      sockets = atLeastOne(line, "Sockets", names, warnings);
    } else {
      sockets = hasCpus ? Math.max(1, cpus / (cores * threads)) : boards;
    }
    int product = sockets * cores * threads;
    if (!hasCpus) {
      cpus = product;
    } else if (cpus != sockets && cpus != sockets * cores && cpus != product) {
      warnings.add(
          names
              + " CPUs="
              + cpus
              + " match no Sockets, Sockets*CoresPerSocket or Sockets*CoresPerSocket*ThreadsPerCore. Resetting CPUs.");
      cpus = product;
    }
    return new NodeCpus(boards, sockets, cores, threads, cpus);
  }

  private static int atLeastOne(LineSettings line, String key, String names, List<String> warnings) {
    int number = (int) line.number(key, 1);
    if (number == 0) {
      warnings.add(names + " " + key + "=0 is invalid, reset to 1");
      return 1;
    }
    return number;
  }

  public int socketsPerBoard() {
    return Math.max(1, sockets / boards);
  }

  public int cores() {
    return sockets * coresPerSocket;
  }
}
