package org.slurmctldj.agent.step;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.door.NodeAnswer;
import org.slurmctldj.agent.door.NodeRequest;
import org.slurmctldj.agent.door.NodeTrust;
import org.slurmctldj.proto.slurm.ForwardData;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.wire.Packer;

/**
 * REQUEST_FORWARD_DATA: what srun's mpi/pmi2 has for the step's processes on the nodes. Slurm names a socket of slurmstepd's in
 * the spool; here that name only tells which step is meant.
 */
final class MpiRelay {
  private static final Logger log = LoggerFactory.getLogger(MpiRelay.class);
  private static final Pattern SOCKET = Pattern.compile(".*/sock\\.pmi2\\.([0-9]{1,10})\\.([0-9]{1,10})");

  private final Steps steps;
  private final NodeTrust trust;

  MpiRelay(Steps steps, NodeTrust trust) {
    this.steps = steps;
    this.trust = trust;
  }

  NodeAnswer serve(NodeRequest request) {
    ForwardData body = (ForwardData) request.body();
    Matcher m = SOCKET.matcher(body.address() == null ? "" : body.address());
    if (!m.matches()) {
      log.error("data from uid {} for {}: only mpi/pmi2's are passed on", request.uid(), body.address());
      return NodeAnswer.error(SlurmError.ESLURM_NOT_SUPPORTED);
    }
    Optional<StepRun> found = steps.findShown(Long.parseLong(m.group(1)), Long.parseLong(m.group(2)));
    if (found.isEmpty()) {
      return NodeAnswer.error(SlurmError.ESLURM_INVALID_JOB_ID);
    }
    StepRun run = found.get();
    if (request.uid() != run.facts().uid() && !trust.isOperator(request.uid())) {
      log.error("data from uid {} for step {} of uid {}", request.uid(), run.facts().key(), run.facts().uid());
      return NodeAnswer.error(SlurmError.ESLURM_USER_ID_MISSING);
    }
    try (SocketChannel to = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      to.connect(UnixDomainSocketAddress.of(run.directory().resolve("pmi")));
      ByteBuffer bytes = ByteBuffer.wrap(new Packer(body.data().length + 4).mem(body.data()).toByteArray());
      while (bytes.hasRemaining()) {
        to.write(bytes);
      }
      return NodeAnswer.ok();
    } catch (IOException e) {
      log.error("step {}: data for its MPI program: {}", run.facts().key(), e.getMessage());
      return NodeAnswer.error(SlurmError.ESLURM_INVALID_JOB_ID);
    }
  }
}
