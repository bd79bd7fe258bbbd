package org.slurmctldj.rpc.render;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.slurmctldj.agents.NodeLoads.NodeLoad;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.rpc.net.Pieces;
import org.slurmctldj.rpc.net.SharedBytes;

/**
 * Nodes as RESPONSE_NODE_INFO has them, encoded once for all that ask in the same form, {@value #NODES} to a block: what
 * {@link EncodedJobs} is for jobs. A block is right as long as its nodes' stamps, definitions and loads are: a configuration that
 * is amended, as when a cloud's instances get their addresses, changes the blocks of those nodes only. Any worker thread, no locks.
 */
public final class EncodedNodes {
  private static final int NODES = 64;
  private static final int MOST_FORMS = 4;
  /** From 24.11 on a hidden node is a bit and no record. */
  private static final int V24_11 = 42;

  /** All that is kept and on its way; 10,000 nodes are 5 MB. */
  private static final long MOST_BYTES = 1L << 30;

  private static final Block[] NONE = {};
  private static final Block[] CLOSED = {};

  /** What everything in an encoded node depends on beside the node and its definition. */
  private record Form(int version, boolean detail) {}

  private record Block(
      NodeDefinition[] definitions, long[] stamps, NodeLoad[] loads, boolean[] future, int[] offsets, SharedBytes bytes) {
    int nodes() {
      return stamps.length;
    }
  }

  private static final class Known {
    final Form form;
    final byte[] hidden;
    final AtomicReference<Block[]> blocks = new AtomicReference<>(NONE);
    volatile long lastUsed = System.nanoTime();

    Known(Form form) {
      this.form = form;
      Packer out = new Packer(256);
      NodeWire.hidden().write(out, form.version);
      this.hidden = form.version < V24_11 ? out.toByteArray() : new byte[0];
    }
  }

  /** Nodes one behind the other, hidden ones in their places; {@code hidden} tells which are. */
  public record Selection(Pieces pieces, int nodes, BitSet hidden) {}

  private final SharedBytes.Account account = new SharedBytes.Account(MOST_BYTES);
  private final AtomicReference<List<Known>> forms = new AtomicReference<>(List.of());

  private Known known(Form form) {
    while (true) {
      List<Known> now = forms.get();
      for (Known k : now) {
        if (k.form.equals(form)) {
          k.lastUsed = System.nanoTime();
          return k;
        }
      }
      long time = System.nanoTime();
      List<Known> kept =
          now.stream()
              .sorted((a, b) -> Long.compare(time - a.lastUsed, time - b.lastUsed))
              .limit(MOST_FORMS - 1)
              .toList();
      Known made = new Known(form);
      List<Known> next = new ArrayList<>(kept);
      next.add(made);
      if (forms.compareAndSet(now, List.copyOf(next))) {
        now.stream().filter(k -> !kept.contains(k)).forEach(k -> release(k.blocks.getAndSet(CLOSED)));
        return made;
      }
    }
  }

  private static void release(Block[] blocks) {
    for (Block b : blocks) {
      b.bytes.release();
    }
  }

  /**
   * Every node of that configuration.
   *
   * @param visible by node index
   * @param future whether nodes in state FUTURE are shown
   */
  public Selection all(
      ClusterView view, ClusterConfig config, int version, boolean detail, boolean future,
      Function<String, NodeLoad> loads, IntPredicate visible) {
    Known known = known(new Form(version, detail));
    Block[] old = known.blocks.get();
    int nodes = config.nodes().size();
    Block[] list = new Block[(nodes + NODES - 1) / NODES];
    Pieces pieces = new Pieces();
    BitSet hidden = new BitSet();
    Packer scratch = new Packer(NODES * 512);
    int made = 0;
    boolean done = false;
    try {
      for (; made < list.length; made++) {
        int first = made * NODES;
        int size = Math.min(nodes, first + NODES) - first;
        Block before = made < old.length && old[made].nodes() == size && old[made].bytes.share() ? old[made] : null;
        Block block = before;
        if (before == null || !isStill(before, view, config, first, loads)) {
          try {
            block = make(view, config, known.form, first, Math.min(nodes, first + NODES), before, loads, scratch);
          } finally {
            if (before != null) {
              before.bytes.release();
            }
          }
        }
        list[made] = block;
        add(block, first, known.hidden, visible, future, pieces, hidden);
      }
      done = true;
    } finally {
      if (!done) {
        pieces.release();
        release(Arrays.copyOf(list, made));
      }
    }
    release(old != CLOSED && known.blocks.compareAndSet(old, list) ? old : list);
    return new Selection(pieces, nodes, hidden);
  }

  private static boolean isStill(Block b, ClusterView view, ClusterConfig config, int first, Function<String, NodeLoad> loads) {
    for (int i = 0; i < b.nodes(); i++) {
      if (!unchanged(b, i, view, config, first + i, loads)) {
        return false;
      }
    }
    return true;
  }

  private static boolean unchanged(
      Block b, int i, ClusterView view, ClusterConfig config, int node, Function<String, NodeLoad> loads) {
    return b.definitions[i] == config.nodes().get(node) && b.stamps[i] == view.nodeStamp(node)
        && sameLoad(b.loads[i], loads.apply(config.nodes().get(node).name()));
  }

  private static boolean sameLoad(NodeLoad a, NodeLoad b) {
    return a == b || a != null && b != null && a.cpuLoad() == b.cpuLoad() && a.freeMemory() == b.freeMemory();
  }

  private Block make(
      ClusterView view, ClusterConfig config, Form form, int first, int end, Block before, Function<String, NodeLoad> loads, Packer out) {
    int n = end - first;
    NodeDefinition[] definitions = new NodeDefinition[n];
    long[] stamps = new long[n];
    NodeLoad[] seen = new NodeLoad[n];
    boolean[] future = new boolean[n];
    int[] offsets = new int[n + 1];
    out.reset();
    for (int i = 0; i < n; i++) {
      offsets[i] = out.length();
      NodeDefinition definition = config.nodes().get(first + i);
      definitions[i] = definition;
      if (before != null && unchanged(before, i, view, config, first + i, loads)) {
        stamps[i] = before.stamps[i];
        seen[i] = before.loads[i];
        future[i] = before.future[i];
        byte[] copy = new byte[before.offsets[i + 1] - before.offsets[i]];
        before.bytes.copy(before.offsets[i], copy.length, copy, 0);
        out.raw(copy);
        continue;
      }
      NodeRecord record;
      do {
        stamps[i] = view.nodeStamp(first + i);
        record = view.node(first + i);
      } while (view.nodeStamp(first + i) != stamps[i]);
      if (record != null) {
        seen[i] = loads.apply(definition.name());
        future[i] = record.phase == NodePhase.FUTURE;
        NodeWire.of(definition, record, seen[i], form.detail, form.version).write(out, form.version);
      }
    }
    offsets[n] = out.length();
    return new Block(definitions, stamps, seen, future, offsets, SharedBytes.copyOf(out.array(), out.length(), account));
  }

  private static void add(
      Block b, int first, byte[] placeholder, IntPredicate visible, boolean future, Pieces pieces, BitSet hidden) {
    int from = 0;
    for (int i = 0; i < b.nodes(); i++) {
      boolean gone = b.offsets[i + 1] == b.offsets[i];
      if (gone || b.future[i] && !future || !visible.test(first + i)) {
        pieces.add(b.bytes, b.offsets[from], b.offsets[i] - b.offsets[from]);
        from = i + 1;
        hidden.set(first + i);
        pieces.add(placeholder, 0, placeholder.length);
      }
    }
    pieces.add(b.bytes, b.offsets[from], b.offsets[b.nodes()] - b.offsets[from]);
  }
}
