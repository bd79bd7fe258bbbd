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
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.nodelink.LinkIdentities;
import org.slurmctldj.proto.nodelink.LinkIdentity;
import org.slurmctldj.proto.os.ProcessFacts;

/**
 * AuthType and AuthAltTypes as the daemon uses them: who may come in, what answers carry, how node links are proven.
 *
 * @param credentials for answers to 22.05, where auth/munge is in use
 * @param key auth/slurm's, where it is in use
 */
record Security(
    Authenticator authenticator, Optional<CredentialFactory> credentials, LinkCredentials links, Optional<SlurmKey> key, AuthInfo info) {

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
    return new Security(all, credentials, links, key, info);
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
