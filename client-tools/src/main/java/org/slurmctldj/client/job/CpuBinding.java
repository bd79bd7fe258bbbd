package org.slurmctldj.client.job;

import java.util.Locale;

/**
 * {@code --cpu-bind}.
 *
 * @param type bits as of a launch request
 * @param text what goes with them: the list of a map or mask, or the words as given
 * @param list of a map or mask; null for none
 * @param rank the obsolete binding by rank was asked for
 */
public record CpuBinding(int type, String text, String list, boolean rank) {
  private static final int VERBOSE = 1;
  private static final int THREADS = 2;
  private static final int CORES = 4;
  private static final int SOCKETS = 8;
  private static final int LDOMS = 16;
  private static final int NONE = 32;
  private static final int MAP = 128;
  private static final int MASK = 256;
  private static final int LDRANK = 512;
  private static final int LDMAP = 1024;
  private static final int LDMASK = 2048;
  private static final int ONE_THREAD = 8192;
  private static final int UNITS = THREADS | CORES | SOCKETS | LDOMS;
  private static final int KINDS = NONE | MAP | MASK | LDRANK | LDMAP | LDMASK;

  /** Null when the text is none. */
  public static CpuBinding parse(String text) {
    int type = 0;
    String list = null;
    boolean rank = false;
    String[] words = text.split(",");
    for (int i = 0; i < words.length; i++) {
      String word = words[i].toLowerCase(Locale.ROOT);
      int colon = Math.max(word.indexOf(':'), word.indexOf('='));
      String name = colon < 0 ? word : word.substring(0, colon);
      int kind =
          switch (name) {
            case "map_cpu", "mapcpu" -> MAP;
            case "mask_cpu", "maskcpu" -> MASK;
            case "map_ldom", "mapldom" -> LDMAP;
            case "mask_ldom", "maskldom" -> LDMASK;
            default -> 0;
          };
      if (kind != 0) {
        StringBuilder items = new StringBuilder(item(colon < 0 ? "" : word.substring(colon + 1)));
        while (i + 1 < words.length && !words[i + 1].isEmpty() && Character.isDigit(words[i + 1].charAt(0))) {
          items.append(',').append(item(words[++i].toLowerCase(Locale.ROOT)));
        }
        type = type & ~KINDS | kind;
        list = items.toString();
        continue;
      }
      switch (word) {
        case "q", "quiet" -> type &= ~VERBOSE;
        case "v", "verbose" -> type |= VERBOSE;
        case "one_thread" -> type |= ONE_THREAD;
        case "no", "none" -> type = type & ~(KINDS | UNITS) | NONE;
        case "rank" -> rank = true;
        case "rank_ldom" -> type = type & ~KINDS | LDRANK;
        case "threads", "thread" -> type = type & ~UNITS | THREADS;
        case "cores", "core" -> type = type & ~UNITS | CORES;
        case "sockets", "socket" -> type = type & ~UNITS | SOCKETS;
        case "ldoms", "ldom" -> type = type & ~UNITS | LDOMS;
        default -> {
          return null;
        }
      }
    }
    boolean spoken = (type & (NONE | LDRANK)) == 0 && !(rank && type == 0);
    return new CpuBinding(type, list != null ? list : spoken ? text : null, list, rank);
  }

  private static String item(String word) {
    return word.startsWith("0x") ? word.substring(2) : word;
  }

  public boolean isVerbose() {
    return (type & VERBOSE) != 0;
  }

  /** SLURM_CPU_BIND_TYPE. */
  public String typeName() {
    String[] names = {"threads", "cores", "sockets", "ldoms", "none", "map_cpu:", "mask_cpu:", "rank_ldom", "map_ldom:", "mask_ldom:"};
    int[] bits = {THREADS, CORES, SOCKETS, LDOMS, NONE, MAP, MASK, LDRANK, LDMAP, LDMASK};
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < bits.length; i++) {
      if ((type & bits[i]) != 0) {
        b.append(b.isEmpty() ? "" : ",").append(names[i]);
      }
    }
    return b.toString();
  }

  /** SLURM_CPU_BIND. */
  public String environment() {
    String kind = typeName();
    return (isVerbose() ? "verbose" : "quiet") + (kind.isEmpty() ? "" : "," + kind) + (list == null ? "" : list);
  }
}
