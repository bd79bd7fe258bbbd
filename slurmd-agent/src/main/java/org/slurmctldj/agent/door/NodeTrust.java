package org.slurmctldj.agent.door;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.slurmctldj.proto.auth.AuthInfo;
import org.slurmctldj.proto.auth.Authenticator;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.client.RpcClient;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.cred.CredVerifier;
import org.slurmctldj.proto.os.ProcessFacts;

/**
 * By what this node knows its callers and is known to those it calls: AuthType, AuthAltTypes and CredType of slurm.conf.
 * Immutable; any thread.
 *
 * @param callers who stands behind a request
 * @param credentials checks what the controller has signed for a step or a broadcast
 * @param rpc sends this node's own messages
 * @param slurmUid SlurmUser's: with root's the uids that may do what they want here
 */
public record NodeTrust(Authenticator callers, CredVerifier credentials, RpcClient rpc, long slurmUid, int messageTimeout) {
  private static final LongSupplier NOW = () -> System.currentTimeMillis() / 1000;

  /**
   * @param directory where slurm.key lies
   * @param severalNodes other agents of this host open the same munge credentials
   * @throws IllegalArgumentException a sentence: a mechanism that does not exist here, no usable key
   */
  public static NodeTrust of(SlurmConf conf, Path directory, long slurmUid, boolean severalNodes) {
    AuthInfo info = AuthInfo.parse(conf.text("AuthInfo").orElse(null));
    long uid = ProcessFacts.effectiveUid();
    Authenticator.Policy named = Authenticator.Policy.of(conf.text("CommunicationParameters").orElse(null));
    Authenticator.Policy policy = new Authenticator.Policy(named.blockNullHash(), named.blockZeroHash(), severalNodes);
    MungeClient munge = new MungeClient(info.socket());
    List<String> types = new ArrayList<>(List.of(conf.authType()));
    conf.authAltTypes().stream().filter(type -> !type.equals("auth/jwt")).forEach(types::add);
    Authenticator callers = null;
    CredentialFactory own = null;
    for (String type : types) {
      Authenticator one =
          switch (type) {
            case "auth/munge" -> Authenticator.munge(munge, policy);
            case "auth/slurm" -> Authenticator.key(SlurmKey.find(directory, System.getenv()), conf.clusterName(), uid, policy);
            default -> throw new IllegalArgumentException("AuthType=" + type + " is not supported");
          };
      callers = callers == null ? one : callers.or(one);
    }
    own =
        conf.authType().equals("auth/munge")
            ? CredentialFactory.munge(munge, info.ttl())
            : CredentialFactory.key(
                SlurmKey.find(directory, System.getenv()), conf.clusterName(), ProcessFacts.shortHostName(), uid, 0, info.ttl());
    CredVerifier credentials = credentials(conf, directory, slurmUid, info, munge, uid);
    RpcClient rpc =
        new RpcClient(new RpcClient.Settings(conf.tcpTimeout(), conf.messageTimeout(), own, BodyHash.K12, callers));
    return new NodeTrust(callers, credentials, rpc, slurmUid, conf.messageTimeout());
  }

  private static CredVerifier credentials(
      SlurmConf conf, Path directory, long slurmUid, AuthInfo info, MungeClient munge, long uid) {
    return switch (conf.credType()) {
      case "cred/munge" -> CredVerifier.munge(munge, slurmUid, info.credExpire(), NOW);
      case "cred/slurm" -> {
        SlurmKey key = SlurmKey.find(directory, System.getenv());
        yield CredVerifier.key(key, conf.clusterName(), uid, info.credExpire(), NOW);
      }
      default -> throw new IllegalArgumentException("CredType=" + conf.credType() + " is not supported");
    };
  }

  /** Root, SlurmUser and this process's own user, as for slurmd. */
  public boolean isOperator(long uid) {
    return uid == 0 || uid == slurmUid || uid == ProcessFacts.effectiveUid();
  }
}
