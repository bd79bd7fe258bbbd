package org.slurmctldj.client.srun;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slurmctldj.proto.slurm.ForwardData;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;

/** Two nodes of a step talk to srun's port as slurmstepd 22.05 does. */
class Pmi2ServerTest {
  private static final MpiServer.Step STEP = new MpiServer.Step(7, 3, "n[1-2]", List.of(new long[] {0}, new long[] {1}));

  private record Told(List<String> nodes, ForwardData message) {}

  private final LinkedBlockingQueue<Told> told = new LinkedBlockingQueue<>();
  private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Integer> failingOnce = new ConcurrentHashMap<>();
  private Pmi2Server server;

  @BeforeEach
  void open() throws IOException {
    server =
        new Pmi2Server(
            errors::add, new ServerSocket(0, 8, InetAddress.getLoopbackAddress()), "/spool/%n", STEP, this::tell, () -> errors.add("given up"));
    server.start();
  }

  private Map<String, Integer> tell(List<String> nodes, ForwardData message) {
    Map<String, Integer> answers = new HashMap<>();
    nodes.forEach(n -> answers.put(n, failingOnce.getOrDefault(n, 0)));
    failingOnce.clear();
    told.add(new Told(nodes, message));
    return answers;
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** Sends a message and reads until the server closes: by then it is dealt with. */
  private byte[] say(Packer message) throws IOException {
    try (Socket s = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      s.getOutputStream().write(new Packer().mem(message.toByteArray()).toByteArray());
      return new DataInputStream(s.getInputStream()).readAllBytes();
    }
  }

  private static Packer fence(int node, int heard, int number, String... pairs) {
    Packer p = new Packer().u16(0).u32(node).str("n" + (node + 1)).u32(heard).u32(number);
    for (String s : pairs) {
      p.str(s);
    }
    return p;
  }

  private static List<String> texts(ForwardData message, int number) {
    Unpacker in = new Unpacker(message.data());
    assertEquals(1, in.u16());
    assertEquals(number, in.u32());
    List<String> out = new ArrayList<>();
    while (in.remaining() > 0) {
      out.add(in.str());
    }
    return out;
  }

  @Test
  void whatAllNodesPutGoesBackToAllOfThem() throws Exception {
    say(fence(1, 1, 1, "b", "2"));
    assertTrue(told.isEmpty());
    say(fence(0, 1, 1, "a", "1"));
    Told first = told.take();
    assertEquals(List.of("n1", "n2"), first.nodes());
    assertEquals("/spool/%n/sock.pmi2.7.3", first.message().address());
    assertEquals(List.of("b", "2", "a", "1"), texts(first.message(), 1));

    say(fence(0, 2, 2, "c", "3"));
    // one node speaks for both, and the first fence's values are gone
    assertEquals(List.of("c", "3"), texts(told.take().message(), 2));
    assertEquals(List.of(), errors);
  }

  @Test
  void aFenceSaidTwiceCountsOnce() throws Exception {
    say(fence(1, 1, 1, "b", "2"));
    say(fence(1, 1, 1, "b", "2"));
    assertTrue(told.isEmpty());
    say(fence(0, 1, 1));
    assertEquals(List.of("b", "2"), texts(told.take().message(), 1));
  }

  @Test
  void aFenceOutOfOrderIsNamedAndIgnored() throws Exception {
    say(fence(0, 2, 5));
    say(fence(9, 2, 1));
    assertTrue(told.isEmpty());
    assertEquals(
        List.of(
            "mpi/pmi2: invalid kvs seq from node 0(n1) ignored, expect 1 got 5",
            "mpi/pmi2: invalid kvs seq from node 9(n10) ignored, expect 1 got 1"),
        errors);
  }

  @Test
  void aNodeThatWasNotReachedIsToldAgain() throws Exception {
    failingOnce.put("n2", -1);
    say(fence(0, 2, 1, "a", "1"));
    assertEquals(List.of("n1", "n2"), told.take().nodes());
    assertEquals(List.of("n2"), told.take().nodes());
    assertEquals(List.of(), errors);
  }

  @Test
  void publishedNamesAreFoundUntilTheyAreWithdrawn() throws Exception {
    assertArrayEquals(new byte[4], new Unpacker(say(new Packer().u16(4).str("name").str("port"))).mem());
    byte[] found = new Unpacker(say(new Packer().u16(6).str("name"))).mem();
    assertEquals("port", new Unpacker(found).str());
    say(new Packer().u16(5).str("name"));
    byte[] gone = new Unpacker(say(new Packer().u16(6).str("name"))).mem();
    assertNull(new Unpacker(gone).str());
  }

  @Test
  void spawningIsRefused() throws Exception {
    Unpacker answer = new Unpacker(new Unpacker(say(new Packer().u16(2).raw(new byte[40]))).mem());
    answer.u32();
    assertEquals(0xffffffffL, answer.u32());
    assertEquals(List.of("mpi/pmi2: spawning of programs is not supported"), errors);
  }

  @Test
  void garbageClosesTheConnectionAndTheNextOneIsServed() throws Exception {
    try (Socket s = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      s.getOutputStream().write(new byte[] {0x7f, -1, -1, -1});
      assertEquals(-1, s.getInputStream().read());
    }
    say(new Packer().u16(0).u16(1));
    assertEquals(1, errors.size());
    assertTrue(errors.getFirst().startsWith("mpi/pmi2: a message that cannot be read"), errors.getFirst());
    say(fence(0, 2, 1));
    assertEquals(1, told.size());
  }

  @Test
  void theNodesFindItByTheirEnvironment() {
    assertEquals(
        Map.of(
            "SLURM_PMI2_SRUN_PORT", Integer.toString(server.port()),
            "SLURM_PMI2_STEP_NODES", "n[1-2]",
            "SLURM_PMI2_PROC_MAPPING", "(vector,(0,2,1))"),
        server.environment());
  }
}
