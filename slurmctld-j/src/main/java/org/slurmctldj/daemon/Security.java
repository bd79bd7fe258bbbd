package org.slurmctldj.daemon;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slurmctldj.agents.LinkCredentials;
import org.slurmctldj.config.ControllerConf;
import org.slurmctldj.proto.auth.AuthInfo;
import org.slurmctldj.proto.auth.Authenticator;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.auth.TokenException;
import org.slurmctldj.proto.client.RpcClient;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.cred.CredSigner;
import org.slurmctldj.proto.nodelink.LinkIdentities;
import org.slurmctldj.proto.nodelink.LinkIdentity;
import org.slurmctldj.proto.os.ProcessFacts;

/**
 * AuthType and AuthAltTypes as the daemon uses them: who may come in, what answers carry, how node links are proven.
 *
 * @param credentials for answers to 22.05, where auth/munge is in use
 * @param key auth/slurm's, where it is in use
 * @param calls for messages to node daemons and clients, with AuthType's credential
 * @param signer of step credentials, as CredType says
 */
record Security(
    Authenticator authenticator,
    Optional<CredentialFactory> credentials,
    LinkCredentials links,
    Optional<SlurmKey> key,
    AuthInfo info,
    RpcClient calls,
    CredSigner signer) {

  static Security of(ControllerConf conf) {
    SlurmConf slurm = conf.slurm();
    AuthInfo info = AuthInfo.parse(slurm.text("AuthInfo").orElse(null));
    Authenticator.Policy policy = Authenticator.Policy.of(slurm.text("CommunicationParameters").orElse(null));
    Authenticator all = null;
    Optional<MungeClient> munge = Optional.empty();
    Optional<SlurmKey> key = Optional.empty();
    List<String> types = new java.util.ArrayList<>(List.of(slurm.authType()));
    types.addAll(slurm.authAltTypes());
    for (String type : types) {
      Authenticator one =
          switch (type) {
            case "auth/munge" -> {
              munge = Optional.of(MungeClient.ofDaemon(info.socket()));
              yield Authenticator.munge(munge.get(), policy);
            }
            case "auth/slurm" -> {
              key = Optional.of(readKey(Path.of(slurm.path())));
              yield Authenticator.key(key.get(), slurm.clusterName(), ProcessFacts.effectiveUid(), policy);
            }
            default -> throw new ConfException("AuthType " + type + " is not supported yet: auth/munge or auth/slurm");
          };
      all = all == null ? one : all.or(one);
    }
    Optional<CredentialFactory> credentials = munge.map(m -> CredentialFactory.munge(m, info.ttl()));
    LinkIdentity identity = LinkIdentities.of(slurm, Path.of(slurm.path()).toAbsolutePath().getParent());
    LinkCredentials links =
        new LinkCredentials() {
          @Override
          public byte[] make(byte[] payload) {
            return identity.prove(payload);
          }

          @Override
          public long verify(byte[] credential, byte[] payload) {
            return identity.verify(credential, payload);
          }
        };
    return new Security(all, credentials, links, key, info, calls(slurm, info, munge, key, all), signer(conf, info, munge, key));
  }

  private static RpcClient calls(
      SlurmConf slurm, AuthInfo info, Optional<MungeClient> munge, Optional<SlurmKey> key, Authenticator answers) {
    CredentialFactory credentials =
        slurm.authType().equals("auth/munge")
            ? CredentialFactory.munge(munge.orElseThrow(), info.ttl())
            : CredentialFactory.key(
                key.orElseThrow(), slurm.clusterName(), ProcessFacts.shortHostName(), ProcessFacts.effectiveUid(), ProcessFacts.effectiveGid(), info.ttl());
    RpcClient.Settings d = RpcClient.Settings.of(credentials, answers);
    return new RpcClient(
        new RpcClient.Settings(
            (int) slurm.number("TCPTimeout", d.connectTimeout()), (int) slurm.number("MessageTimeout", d.messageTimeout()), credentials, d.hashPlugin(), answers));
  }

  /** CredType, which by default goes with AuthType. */
  private static CredSigner signer(ControllerConf conf, AuthInfo info, Optional<MungeClient> munge, Optional<SlurmKey> key) {
    SlurmConf slurm = conf.slurm();
    String type = slurm.text("CredType", slurm.authType().replace("auth/", "cred/"));
    long slurmdUid = conf.slurmdUser().uid();
    return switch (type) {
      case "cred/munge" -> CredSigner.munge(munge.orElseGet(() -> new MungeClient(info.socket())), slurmdUid, info.ttl());
      case "cred/slurm" ->
          CredSigner.key(
              key.orElseGet(() -> readKey(Path.of(slurm.path()))),
              slurm.clusterName(),
              ProcessFacts.shortHostName(),
              slurmdUid,
              info.ttl(),
              () -> System.currentTimeMillis() / 1000);
      default -> throw new ConfException("CredType " + type + " is not supported: cred/munge or cred/slurm");
    };
  }

  /** slurm.jwks or slurm.key beside slurm.conf, as real slurmctld looks for them. */
  private static SlurmKey readKey(Path conf) {
    try {
      return SlurmKey.find(conf.toAbsolutePath().getParent(), System.getenv());
    } catch (TokenException e) {
      throw new ConfException("AuthType=auth/slurm: " + e.getMessage());
    }
  }
}
