package org.slurmctldj.client.sinfo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slurmctldj.client.text.NodeStates;
import org.slurmctldj.proto.slurm.NodeInfo;

/** {@code --states}: names of node states, any of them with commas, all of them with ampersands. */
final class StateFilter {
  /** A state that is asked for: long and short name, and what makes a node be in it. */
  private enum Wanted {
    UNKNOWN("unknown", "unk"),
    DOWN("down", null),
    IDLE("idle", null),
    ALLOCATED("allocated", "alloc"),
    ERROR("?", null),
    MIXED("mixed", "mix"),
    FUTURE("future", "futr"),
    DRAIN("drain", null),
    DRAINED("drained", null),
    DRAINING("draining", "drng"),
    NO_RESPOND("no_respond", null),
    RESERVED("reserved", "resv"),
    PERFCTRS("perfctrs", "npc"),
    PLANNED("planned", "plnd"),
    BLOCKED("blocked", "block"),
    CLOUD("cloud", null),
    COMPLETING("completing", "comp"),
    POWERING_DOWN("powering_down", "pow_dn"),
    POWERED_DOWN("powered_down", null),
    POWER_DOWN("power_down", null),
    POWERING_UP("powering_up", "pow_up"),
    FAIL("fail", null),
    MAINT("maint", null),
    REBOOT("reboot", "boot"),
    REBOOT_ISSUED("reboot^", "boot^");

    final String name;
    final String compact;

    Wanted(String name, String compact) {
      this.name = name;
      this.compact = compact;
    }

    boolean knownTo(boolean old) {
      return this == PERFCTRS ? old : this != BLOCKED || !old;
    }

    boolean accepts(NodeInfo n, boolean old) {
      long state = n.nodeState();
      int base = NodeStates.base(state);
      boolean drain = NodeStates.has(state, NodeStates.DRAIN);
      boolean busy = base == NodeStates.ALLOCATED || base == NodeStates.MIXED || NodeStates.has(state, NodeStates.COMPLETING);
      return switch (this) {
        case UNKNOWN -> base == NodeStates.UNKNOWN;
        case DOWN -> base == NodeStates.DOWN;
        case IDLE -> base == NodeStates.IDLE && !drain;
        case ALLOCATED -> n.allocCpus() > 0;
        case ERROR -> base == NodeStates.ERROR;
        case MIXED -> base == NodeStates.MIXED;
        case FUTURE -> base == NodeStates.FUTURE;
        case DRAIN -> drain;
        case DRAINED -> drain && !busy;
        case DRAINING -> drain && busy;
        case NO_RESPOND -> NodeStates.has(state, NodeStates.NO_RESPOND);
        case RESERVED -> NodeStates.has(state, NodeStates.RESERVED);
        case PERFCTRS -> NodeStates.has(state, NodeStates.NET);
        case PLANNED -> NodeStates.has(state, NodeStates.PLANNED);
        case BLOCKED -> NodeStates.has(state, NodeStates.BLOCKED);
        case CLOUD -> NodeStates.has(state, NodeStates.CLOUD);
        case COMPLETING -> NodeStates.has(state, NodeStates.COMPLETING);
        case POWERING_DOWN -> NodeStates.has(state, NodeStates.POWERING_DOWN);
        case POWERED_DOWN -> NodeStates.has(state, NodeStates.POWERED_DOWN);
        case POWER_DOWN -> NodeStates.has(state, NodeStates.POWER_DOWN);
        case POWERING_UP -> NodeStates.has(state, NodeStates.POWERING_UP);
        case FAIL -> NodeStates.has(state, NodeStates.FAIL);
        case MAINT -> NodeStates.has(state, NodeStates.MAINT);
        case REBOOT -> NodeStates.has(state, NodeStates.REBOOT_REQUESTED);
        case REBOOT_ISSUED -> NodeStates.has(state, NodeStates.REBOOT_ISSUED);
      };
    }
  }

  private final List<Wanted> wanted = new ArrayList<>();
  private final boolean all;
  private final boolean old;

  private StateFilter(boolean all, boolean old) {
    this.all = all;
    this.old = old;
  }

  /** Null for a filter that takes everything; {@link IllegalArgumentException} with the word that is no state. */
  static StateFilter parse(String text, boolean old) {
    if (text.equalsIgnoreCase("all")) {
      return null;
    }
    StateFilter filter = new StateFilter(text.indexOf('&') >= 0, old);
    for (String word : text.split(filter.all ? "&" : ",")) {
      if (!word.isEmpty()) {
        filter.wanted.add(find(word, old));
      }
    }
    return filter;
  }

  /** What {@code --list-reasons} lists when no states are asked for. */
  static StateFilter unavailable(boolean old) {
    return parse("down,drain,fail", old);
  }

  private static Wanted find(String word, boolean old) {
    String lower = word.toLowerCase(Locale.ROOT);
    for (Wanted w : Wanted.values()) {
      if (w.knownTo(old) && (w.name.startsWith(lower) || w.compact != null && w.compact.startsWith(lower))) {
        return w;
      }
    }
    throw new IllegalArgumentException(word);
  }

  /** The states by name, as the complaint about an unknown one lists them. */
  static String names(boolean old) {
    StringBuilder b = new StringBuilder();
    for (Wanted w : Wanted.values()) {
      if (w.knownTo(old) && !(old && w == Wanted.PLANNED)) {
        b.append(w.name).append(',');
      }
    }
    return old ? b.append("unknown").toString() : b.substring(0, b.length() - 1);
  }

  boolean accepts(NodeInfo node) {
    for (Wanted w : wanted) {
      if (w.accepts(node, old) != all) {
        return !all;
      }
    }
    return all;
  }
}
