package org.slurmctldj.slurmd;

import java.util.concurrent.Executor;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.proto.client.RpcClient;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.slurm.EmptyBody;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.WireException;
import org.slurmctldj.rpc.WorkerPool;
import org.slurmctldj.rpc.render.JobSluids;

/**
 * One message, one connection, one answer, on threads that block: a few while nodes answer, more while some do not. Their
 * greatest number is that of connections at a time, which keeps munged and the file descriptors out of trouble however
 * many nodes there are. (Virtual threads cost twice as much for each call: their sockets wait at a poller.)
 */
final class SlurmdCalls implements AutoCloseable {
  private static final int FEW = 8;
  private static final int AT_A_TIME = 256;
  private static final int RESPONSE_SLURM_RC = 8001;
  private static final int RESPONSE_SLURM_RC_MSG = 8002;

  private final RpcClient client;
  private final long slurmdUid;
  private final JobSluids sluids;
  private final WorkerPool threads = new WorkerPool("slurmd-call", FEW, AT_A_TIME, Integer.MAX_VALUE);

  /** What a node said. {@code code}: of a return code message, else 0. */
  record Answer(MessageType type, SlurmBody body, int code) {}

  SlurmdCalls(RpcClient client, long slurmdUid, ClusterView view) {
    this.sluids = new JobSluids(view);
    this.client = client.ofDaemon();
    this.slurmdUid = slurmdUid;
  }

  Executor threads() {
    return threads::follow;
  }

  /** Now and then: nodes that do not answer must not keep the others waiting. */
  void relieve() {
    threads.relieve();
  }

  /** Blocks its thread. {@link RpcException} if there is no answer; a code in the answer is an answer. */
  Answer call(SlurmdNode node, MessageType type, SlurmBody body) {
    Packer out = new Packer(1024);
    if (type != MessageType.REQUEST_ABORT_JOB) {
      sluids.fill(body, node.version);
    }
    body.write(out, node.version);
    try {
      Frame frame = client.call(node.address, node.version << 8, type.number(), out.toByteArray(), slurmdUid);
      if (frame.type() == RESPONSE_SLURM_RC || frame.type() == RESPONSE_SLURM_RC_MSG) {
        return new Answer(MessageType.RESPONSE_SLURM_RC, EmptyBody.INSTANCE, (int) frame.body().u32());
      }
      MessageType answer =
          MessageType.of(frame.type()).orElseThrow(() -> new WireException("answered by message number " + frame.type()));
      return new Answer(answer, answer.read(frame.body(), frame.version() >> 8), 0);
    } catch (WireException e) {
      throw new RpcException(RpcException.UNSPECIFIED, "answer of " + node.name + ": " + e.getMessage(), e);
    }
  }

  /** A message that slurmd does not answer: it acts on it and closes. */
  void tell(SlurmdNode node, MessageType type, SlurmBody body) {
    Packer out = new Packer(1024);
    sluids.fill(body, node.version);
    body.write(out, node.version);
    client.tell(node.address, Header.request(node.version << 8, type.number()), out.toByteArray(), slurmdUid);
  }

  @Override
  public void close() {
    threads.close();
  }
}
