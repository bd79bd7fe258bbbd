package org.slurmctldj.client.srun;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slurmctldj.proto.slurm.ForwardData;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/**
 * mpi/pmi2: srun is the root of the tree over which the step's processes exchange what their tasks put. At each fence the nodes
 * send what they have gathered; when all of them are heard of, the whole goes back to all of them, by way of the node daemons
 * (REQUEST_FORWARD_DATA). It keeps the names that programs publish, too. Spawning of further programs is refused.
 */
final class Pmi2Server extends MpiServer {
  private static final int FENCE = 0;
  private static final int FENCE_RESPONSE = 1;
  private static final int SPAWN = 2;
  private static final int PUBLISH = 4;
  private static final int UNPUBLISH = 5;
  private static final int LOOK_UP = 6;

  private static final int LARGEST_MESSAGE = 256 << 20;
  private static final int TRIES = 5;
  private static final long SPAWN_REFUSED = 0xffffffffL;

  /** Says a message to nodes; the code of each, 0 for well done. */
  @FunctionalInterface
  interface Relay {
    Map<String, Integer> tell(List<String> nodes, ForwardData message);
  }

  private final Consumer<String> errors;
  private final Step step;
  private final Relay relay;
  private final Runnable giveUp;
  private final List<String> names;
  private final String socket;
  private final Map<String, String> published = new HashMap<>();

  /** Packed keys and values of the fence that is under way. */
  private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();

  private final long[] lastFence;
  private long fence = 1;
  private long missing;

  /**
   * @param errors what srun says to its user
   * @param spool SlurmdSpoolDir as it is written in slurm.conf
   */
  Pmi2Server(Consumer<String> errors, ServerSocket server, String spool, Step step, Relay relay, Runnable giveUp) {
    super(server);
    this.errors = errors;
    this.step = step;
    this.relay = relay;
    this.giveUp = giveUp;
    this.names = step.nodes();
    this.lastFence = new long[names.size()];
    this.missing = lastFence.length;
    // The node puts its own name for %n and %h.
    this.socket = spool + "/sock.pmi2." + step.job() + "." + step.number();
  }

  @Override
  Map<String, String> environment() {
    return Map.of(
        "SLURM_PMI2_SRUN_PORT", Integer.toString(port()),
        "SLURM_PMI2_STEP_NODES", step.nodeList(),
        "SLURM_PMI2_PROC_MAPPING", ProcessMapping.of(step.ranks()));
  }

  @Override
  void serve(Socket from, DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 2 || length > LARGEST_MESSAGE) {
      return;
    }
    byte[] message = in.readNBytes(length);
    if (message.length < length) {
      return;
    }
    Packer answer = new Packer(64);
    try {
      take(new Unpacker(message), answer);
    } catch (WireException e) {
      errors.accept("mpi/pmi2: a message that cannot be read: " + e.getMessage());
      return;
    }
    if (answer.length() > 0) {
      from.getOutputStream().write(new Packer(answer.length() + 4).mem(answer.toByteArray()).toByteArray());
    }
  }

  private void take(Unpacker message, Packer answer) {
    switch (message.u16()) {
      case FENCE -> fence(message);
      case SPAWN -> {
        errors.accept("mpi/pmi2: spawning of programs is not supported");
        // sequence, code, port, job, count of codes
        answer.u32(0).u32(SPAWN_REFUSED).u16(0).str(null).u32(0);
      }
      case PUBLISH -> {
        synchronized (this) {
          published.put(message.str(), message.str());
        }
        answer.u32(0);
      }
      case UNPUBLISH -> {
        synchronized (this) {
          published.remove(message.str());
        }
        answer.u32(0);
      }
      case LOOK_UP -> {
        synchronized (this) {
          answer.str(published.get(message.str()));
        }
      }
      default -> errors.accept("mpi/pmi2: invalid tree req command");
    }
  }

  private void fence(Unpacker message) {
    long node = message.u32();
    String name = message.str();
    long heard = message.u32();
    long number = message.u32();
    byte[] all;
    synchronized (this) {
      if (node >= lastFence.length || number != fence) {
        errors.accept(
            "mpi/pmi2: invalid kvs seq from node " + node + "(" + name + ") ignored, expect " + fence + " got " + number);
        return;
      }
      if (lastFence[(int) node] == number) {
        // said again: its first connection broke after we had it
        return;
      }
      lastFence[(int) node] = number;
      gathered.writeBytes(message.raw(message.remaining()));
      missing -= heard;
      if (missing > 0) {
        return;
      }
      Packer whole = new Packer(gathered.size() + 6);
      all = whole.u16(FENCE_RESPONSE).u32(number).raw(gathered.toByteArray()).toByteArray();
      gathered.reset();
      missing = lastFence.length;
      fence++;
    }
    if (!tellAll(all)) {
      errors.accept("mpi/pmi2: failed to send temp kvs to compute nodes");
      giveUp.run();
    }
  }

  /** Nodes that could not be reached are told again, after 1, 2, 4 and 8 seconds. */
  private boolean tellAll(byte[] data) {
    ForwardData message = new ForwardData().address(socket).data(data);
    List<String> left = names;
    for (int i = 0; i < TRIES; i++) {
      if (i > 0) {
        pause(1L << i - 1);
      }
      List<String> failed = new ArrayList<>();
      relay
          .tell(left, message)
          .forEach(
              (node, code) -> {
                if (code != 0) {
                  failed.add(node);
                }
              });
      if (failed.isEmpty()) {
        return true;
      }
      left = failed;
    }
    return false;
  }

  private static void pause(long seconds) {
    try {
      Thread.sleep(seconds * 1000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
