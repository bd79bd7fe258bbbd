package org.slurmctldj.client.srun;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.job.Submission;
import org.slurmctldj.client.node.NodeCalls;
import org.slurmctldj.client.rpc.CallbackPort;
import org.slurmctldj.proto.text.Hostlist;

/**
 * srun's own part of an MPI plugin: a port for the step's processes on the nodes, and the variables that tell them of it. One
 * for all components of a step. As with Slurm's, nothing on that port proves who calls: it lives as long as the step.
 */
abstract class MpiServer implements AutoCloseable {
  private static final int READ_TIMEOUT_MS = 10_000;
  private static final int FORWARD_DATA = 5029;
  private static final int FORWARD_TIMEOUT = 20;

  /**
   * The step over all its components.
   *
   * @param job its id, of a heterogeneous job the leader's
   * @param nodeList names in the order of the nodes' numbers, as a hostlist
   * @param ranks of the tasks on each node
   */
  record Step(long job, long number, String nodeList, List<long[]> ranks) {
    List<String> nodes() {
      return Hostlist.parse(nodeList).toList();
    }
  }

  /** Where a plugin needs nothing of srun. */
  private static final class Nothing extends MpiServer {
    private Nothing() {
      super(null);
    }

    @Override
    Map<String, String> environment() {
      return Map.of();
    }

    @Override
    void serve(Socket socket, DataInputStream in) {}
  }

  private final ServerSocket server;

  MpiServer(ServerSocket server) {
    this.server = server;
  }

  /**
   * Opens the port of the plugin that the options name.
   *
   * @param nodes speaks to the step's nodes
   * @param giveUp ends the step, whose program would wait for ever
   */
  static MpiServer open(Client client, Submission s, Step step, NodeCalls nodes, Runnable giveUp) {
    MpiServer opened =
        switch (MpiPlugin.of(client, s)) {
          case NONE -> new Nothing();
          case PMI2 ->
              new Pmi2Server(
                  client::error,
                  CallbackPort.listen(client),
                  client.conf().text("SlurmdSpoolDir").orElse("/var/spool/slurmd"),
                  step,
                  (names, message) -> nodes.send(names, FORWARD_DATA, message, FORWARD_TIMEOUT),
                  giveUp);
          case PMIX, PMIX_V4, PMIX_V5 -> new PmixServer(CallbackPort.listen(client), step);
        };
    opened.start();
    return opened;
  }

  final void start() {
    if (server != null) {
      Thread.ofPlatform().daemon().name("mpi").start(this::accept);
    }
  }

  /** What the step's processes find in their environment. */
  abstract Map<String, String> environment();

  /** A connection of a node: one message and its answer. Any number of threads. */
  abstract void serve(Socket socket, DataInputStream in) throws IOException;

  /** What the program told srun to exit with; 0: nothing. */
  int exitCode() {
    return 0;
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setSoTimeout(READ_TIMEOUT_MS);
        Thread.ofVirtual().start(() -> handle(socket));
      } catch (IOException e) {
        // closed, or a caller that has gone
      }
    }
  }

  private void handle(Socket socket) {
    try (socket) {
      serve(socket, new DataInputStream(socket.getInputStream()));
    } catch (IOException e) {
      // a node says it again on a connection of its own
    }
  }

  @Override
  public void close() {
    if (server != null) {
      try {
        server.close();
      } catch (IOException e) {
        // the process ends anyway
      }
    }
  }
}
