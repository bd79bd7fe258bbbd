package org.slurmctldj.callbacks;

import java.net.InetSocketAddress;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.proto.client.RpcClient;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.rpc.render.JobSluids;

/** Carries one message to a client's port, made out to that client's user. Blocks; any thread. */
public final class Post {
  private final RpcClient client;
  private final JobSluids sluids;

  /** @param view the jobs that messages name */
  public Post(RpcClient client, ClusterView view) {
    this.client = client;
    this.sluids = new JobSluids(view);
  }

  /**
   * Where a client waits.
   *
   * @param version protocol version (22.05 = 38) that it speaks
   */
  public record Address(String host, int port, int version, long uid) {}

  /** The client need not answer; false: nobody was there. */
  public boolean tell(Address to, int type, SlurmBody body) {
    try {
      client.tell(socket(to), Header.request(to.version() << 8, type), bytes(body, to.version()), to.uid());
      return true;
    } catch (RpcException e) {
      return false;
    }
  }

  /** True if the client answered, or took the message and closed. */
  public boolean ask(Address to, int type, SlurmBody body) {
    try {
      Frame answer = client.call(socket(to), to.version() << 8, type, bytes(body, to.version()), to.uid());
      return answer.type() != 0;
    } catch (RpcException e) {
      return e.slurmError() != RpcException.SLURM_COMMUNICATIONS_CONNECTION_ERROR && e.slurmError() != RpcException.SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT;
    }
  }

  private static InetSocketAddress socket(Address to) {
    return new InetSocketAddress(to.host(), to.port());
  }

  private byte[] bytes(SlurmBody body, int version) {
    Packer out = new Packer(256);
    sluids.fill(body, version);
    body.write(out, version);
    return out.toByteArray();
  }
}
