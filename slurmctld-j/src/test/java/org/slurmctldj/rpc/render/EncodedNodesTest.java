package org.slurmctldj.rpc.render;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.NodeChanges;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.core.StateMachine;
import org.slurmctldj.proto.wire.Packer;

/** sinfo's answer while nodes change: right, and no more of it made anew than has changed. */
class EncodedNodesTest {
  private static final int NODES = 256;
  private static final int VERSION = 42;

  private final Cluster c = new Cluster();
  private final EncodedNodes encoded = new EncodedNodes();
  private final AtomicInteger read = new AtomicInteger();

  EncodedNodesTest() {
    c.apply(new Command.RaiseFeatureLevel(c.now, StateMachine.FEATURE_LEVEL));
    c.apply(new Command.Reconfigure(c.now, Cluster.config(1, NODES)));
  }

  /** Counts the records that are decoded. */
  private final ClusterView view = (ClusterView) Proxy.newProxyInstance(
      ClusterView.class.getClassLoader(), new Class<?>[] {ClusterView.class}, (proxy, method, arguments) -> {
        if (method.getName().equals("node")) {
          read.incrementAndGet();
        }
        try {
          return method.invoke(c.store, arguments);
        } catch (InvocationTargetException e) {
          throw e.getCause();
        }
      });

  private byte[] answer(EncodedNodes by) {
    EncodedNodes.Selection s = by.all(view, c.store.config(), VERSION, true, true, name -> null, node -> true);
    Packer out = new Packer(NODES * 512);
    s.pieces().writeTo(out);
    s.pieces().release();
    return Arrays.copyOf(out.array(), out.length());
  }

  private void moved(int number, String address) {
    c.apply(new Command.UpdateNode(
        c.now, Cluster.ROOT, List.of("n" + number), SlurmNumbers.NO_VAL, null, null, null, SlurmNumbers.NO_VAL,
        new NodeChanges(null, null, null, List.of(address), List.of("host-" + number), 0, null, null)));
  }

  @Test
  void aNodesNewAddressIsShownAndTheOthersAreNotReadAgain() {
    byte[] before = answer(encoded);
    assertEquals(NODES, read.getAndSet(0));
    assertArrayEquals(before, answer(encoded));
    assertEquals(0, read.getAndSet(0));
    moved(70, "10.0.0.70");
    byte[] after = answer(encoded);
    assertFalse(Arrays.equals(before, after));
    assertEquals(1, read.getAndSet(0), "records of other nodes were read again");
    assertArrayEquals(answer(new EncodedNodes()), after);
  }

  @Test
  void anotherNumberOfNodesIsAnotherAnswer() {
    answer(encoded);
    c.apply(new Command.Reconfigure(c.now, Cluster.config(2, NODES - 30)));
    assertArrayEquals(answer(new EncodedNodes()), answer(encoded));
    c.apply(new Command.Reconfigure(c.now, Cluster.config(3, NODES + 30)));
    assertArrayEquals(answer(new EncodedNodes()), answer(encoded));
  }
}
