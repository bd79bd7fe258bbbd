package org.slurmctldj.agents;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slurmctldj.proto.agent.JoinFile;
import org.slurmctldj.proto.agent.JoinMessage;
import org.slurmctldj.proto.agent.JoinReply;
import org.slurmctldj.proto.agent.NodeJoinGrpc;
import org.slurmctldj.proto.nodelink.JoinSecret;

/**
 * The door for instances that are to become nodes. Whoever comes must come through TLS, know the secret of its order, show
 * the cloud's word on who it is, be an instance we started, and be the first to say so.
 */
public final class NodeJoins extends NodeJoinGrpc.NodeJoinImplBase {
  /**
   * What the rooms around give.
   *
   * @param secret of an order
   * @param window seconds after its start within which an instance may join
   * @param region instances must be of it
   */
  public record Surroundings(
      String cluster,
      String region,
      java.util.function.Function<String, JoinSecret> secret,
      IdentityDocuments documents,
      InstanceJoins joins,
      JoinLedger ledger,
      Supplier<Files> files,
      long window,
      LongSupplier wallMillis,
      Executor executor) {}

  /** What a node gets. */
  public record Files(List<JoinFile> configuration, List<JoinFile> secrets) {
    public static JoinFile of(String name, byte[] content) {
      return JoinFile.newBuilder().setName(name).setContent(ByteString.copyFrom(content)).build();
    }
  }

  private final Surroundings s;

  public NodeJoins(Surroundings surroundings) {
    this.s = surroundings;
  }

  @Override
  public StreamObserver<JoinMessage> join(StreamObserver<JoinReply> out) {
    return new JoinSession(s, Agents.peer(), out);
  }
}
