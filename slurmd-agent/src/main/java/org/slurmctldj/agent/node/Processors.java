package org.slurmctldj.agent.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * This machine's cpus socket by socket, core by core; a controller's core number is a place in the list of all cores.
 * Immutable.
 *
 * @param sockets of each socket its cores, of each core its cpu numbers
 */
public record Processors(List<List<BitSet>> sockets) {
  public static Processors ofThisMachine() {
    return CoreMap.read(Path.of("/sys/devices/system/cpu")).processors();
  }

  public int cores() {
    return sockets.stream().mapToInt(List::size).sum();
  }

  /** Only the cores of these numbers; sockets without any are left out. */
  public Processors only(BitSet cores) {
    List<List<BitSet>> left = new ArrayList<>();
    int number = 0;
    for (List<BitSet> socket : sockets) {
      List<BitSet> some = new ArrayList<>();
      for (BitSet core : socket) {
        if (cores.get(number++)) {
          some.add(core);
        }
      }
      if (!some.isEmpty()) {
        left.add(List.copyOf(some));
      }
    }
    return new Processors(List.copyOf(left));
  }

  public BitSet cpus() {
    BitSet all = new BitSet();
    sockets.forEach(socket -> socket.forEach(all::or));
    return all;
  }
}
