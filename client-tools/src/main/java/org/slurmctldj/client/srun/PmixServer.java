package org.slurmctldj.client.srun;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** mpi/pmix: the nodes' processes do everything among themselves, but for the exit code of a program that aborts. */
final class PmixServer extends MpiServer {
  private static final String MAPPING = "SLURM_PMIX_MAPPING_SERV";
  private static final String ABORT_PORT = "SLURM_PMIXP_ABORT_AGENT_PORT";

  private final Step step;
  private final AtomicInteger aborted = new AtomicInteger();

  PmixServer(ServerSocket server, Step step) {
    super(server);
    this.step = step;
  }

  @Override
  Map<String, String> environment() {
    return Map.of(MAPPING, ProcessMapping.of(step.ranks()), ABORT_PORT, Integer.toString(port()));
  }

  /** The status of an abort, which is sent back when it is noted. The first one counts. */
  @Override
  void serve(Socket socket, DataInputStream in) throws IOException {
    int status = in.readInt();
    aborted.compareAndSet(0, status);
    new DataOutputStream(socket.getOutputStream()).writeInt(status);
  }

  @Override
  int exitCode() {
    return aborted.get();
  }
}
