package org.slurmctldj.slurmd;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.slurmctldj.proto.client.RpcClient;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.slurm.EmptyBody;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.WireException;

/**
 * One message, one connection, one answer. Virtual threads wait for slow nodes; a limit on connections at a time keeps
 * munged and the file descriptors out of trouble however many nodes there are.
 */
final class SlurmdCalls implements AutoCloseable {
  private static final int AT_A_TIME = 256;
  private static final int RESPONSE_SLURM_RC = 8001;
  private static final int RESPONSE_SLURM_RC_MSG = 8002;

  private final RpcClient client;
  private final long slurmdUid;
  private final Semaphore slots = new Semaphore(AT_A_TIME);
  private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("slurmd-", 0).factory());

  /** What a node said. {@code code}: of a return code message, else 0. */
  record Answer(MessageType type, SlurmBody body, int code) {}

  SlurmdCalls(RpcClient client, long slurmdUid) {
    this.client = client;
    this.slurmdUid = slurmdUid;
  }

  ExecutorService threads() {
    return threads;
  }

  /** Blocks its (virtual) thread. {@link RpcException} if there is no answer; a code in the answer is an answer. */
  Answer call(SlurmdNode node, MessageType type, SlurmBody body) {
    Packer out = new Packer(1024);
    body.write(out, node.version);
    slots.acquireUninterruptibly();
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
    } finally {
      slots.release();
    }
  }

  /** A message that slurmd does not answer: it acts on it and closes. */
  void tell(SlurmdNode node, MessageType type, SlurmBody body) {
    Packer out = new Packer(1024);
    body.write(out, node.version);
    slots.acquireUninterruptibly();
    try {
      client.tell(node.address, Header.request(node.version << 8, type.number()), out.toByteArray(), slurmdUid);
    } finally {
      slots.release();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
