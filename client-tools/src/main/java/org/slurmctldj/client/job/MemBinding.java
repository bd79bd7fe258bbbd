package org.slurmctldj.client.job;

import java.util.Locale;

/** {@code --mem-bind}: flags of the job description, and the list of a map or of masks, or null. */
public record MemBinding(int flags, String list) {
  private static final int VERBOSE = 1;
  private static final int NONE = 2;
  private static final int RANK = 4;
  private static final int MAP = 8;
  private static final int MASK = 16;
  private static final int LOCAL = 32;
  private static final int SORT = 64;
  private static final int PREFER = 128;
  private static final int KINDS = NONE | RANK | MAP | MASK | LOCAL;

  static final String HELP =
      """
      Memory bind options:
          --mem-bind=         Bind memory to locality domains (ldom)
              nosort          avoid sorting pages at startup
              sort            sort pages at startup
              q[uiet]         quietly bind before task runs (default)
              v[erbose]       verbosely report binding before task runs
              no[ne]          don't bind tasks to memory (default)
              rank            bind by task rank
              local           bind to memory local to processor
              map_mem:<list>  specify a memory binding for each task
                              where <list> is <cpuid1>,<cpuid2>,...<cpuidN>
              mask_mem:<list> specify a memory binding mask for each tasks
                              where <list> is <mask1>,<mask2>,...<maskN>
              help            show this help message
      """;

  /** Null when the text is none. */
  public static MemBinding parse(String text) {
    int flags = 0;
    String list = null;
    int at = 0;
    while (at < text.length()) {
      int comma = text.indexOf(',', at);
      String word = text.substring(at, comma < 0 ? text.length() : comma).toLowerCase(Locale.ROOT);
      at = comma < 0 ? text.length() : comma + 1;
      switch (word) {
        case "q", "quiet" -> flags &= ~VERBOSE;
        case "v", "verbose" -> flags |= VERBOSE;
        case "no", "none" -> flags = flags & ~KINDS | NONE;
        case "rank" -> flags = flags & ~KINDS | RANK;
        case "local" -> flags = flags & ~KINDS | LOCAL;
        case "sort" -> flags |= SORT;
        case "nosort" -> flags &= ~SORT;
        case "p", "prefer" -> flags |= PREFER;
        default -> {
          boolean map = word.startsWith("map_mem:") || word.startsWith("mapmem:");
          boolean mask = word.startsWith("mask_mem:") || word.startsWith("maskmem:");
          if (!map && !mask) {
            return null;
          }
          StringBuilder items = new StringBuilder(item(word.substring(word.indexOf(':') + 1)));
          // the numbers that follow belong to the list
          while (at < text.length() && Character.isDigit(text.charAt(at))) {
            int end = text.indexOf(',', at);
            items.append(',').append(item(text.substring(at, end < 0 ? text.length() : end)));
            at = end < 0 ? text.length() : end + 1;
          }
          flags = flags & ~KINDS | (map ? MAP : MASK);
          list = items.toString();
        }
      }
    }
    return new MemBinding(flags, list);
  }

  private static String item(String word) {
    return word.startsWith("0x") || word.startsWith("0X") ? word.substring(2) : word;
  }

  public boolean isSet() {
    return flags != 0;
  }

  public boolean sorts() {
    return (flags & SORT) != 0;
  }

  public boolean isVerbose() {
    return (flags & VERBOSE) != 0;
  }

  /** As SLURM_MEM_BIND has it. */
  public String text() {
    StringBuilder b = new StringBuilder();
    String[] names = {"verbose", "prefer", "sort", "none", "rank", "local"};
    int[] bits = {VERBOSE, PREFER, SORT, NONE, RANK, LOCAL};
    for (int i = 0; i < bits.length; i++) {
      if ((flags & bits[i]) != 0) {
        b.append(b.isEmpty() ? "" : ",").append(names[i]);
      }
    }
    if ((flags & (MAP | MASK)) != 0) {
      b.append(b.isEmpty() ? "" : ",").append((flags & MAP) != 0 ? "map_mem:" : "mask_mem:").append(list);
    }
    return b.toString();
  }
}
