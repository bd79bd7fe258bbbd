package org.slurmctldj.daemon;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slurmctldj.agents.LinkCredentials;
import org.slurmctldj.config.ControllerConf;
import org.slurmctldj.proto.auth.AuthInfo;
import org.slurmctldj.proto.auth.Authenticator;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.auth.SlurmToken;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.wire.ProtocolVersion;

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
              munge = Optional.of(new MungeClient(info.socket()));
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
    LinkCredentials links =
        slurm.authType().equals("auth/slurm")
            ? new KeyLinks(key.orElseThrow(), slurm.clusterName())
            : new MungeLinks(munge.orElseThrow());
    return new Security(all, credentials, links, key, info);
  }

  /** slurm.key beside slurm.conf, as real slurmctld looks for it. */
  private static SlurmKey readKey(Path conf) {
    Path key = conf.toAbsolutePath().resolveSibling("slurm.key");
    if (!Files.exists(key)) {
      throw new ConfException("AuthType=auth/slurm needs " + key);
    }
    try {
      return SlurmKey.read(key);
    } catch (RuntimeException e) {
      throw new ConfException(key + ": " + e.getMessage());
    }
  }

  private record MungeLinks(MungeClient munge) implements LinkCredentials {
    @Override
    public byte[] make(byte[] payload) {
      return munge.encode(payload, MungeClient.ANY, 0).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public long verify(byte[] credential, byte[] payload) {
      MungeClient.Decoded d = munge.decode(new String(credential, StandardCharsets.ISO_8859_1));
      if (!Arrays.equals(d.payload(), payload)) {
        throw new IllegalArgumentException("munge credential is not over this conversation's nonces");
      }
      return d.uid();
    }
  }

  private record KeyLinks(SlurmKey key, String cluster) implements LinkCredentials {
    @Override
    public byte[] make(byte[] payload) {
      long now = System.currentTimeMillis() / 1000;
      return key.sign(
              SlurmToken.forMessage(
                  SlurmToken.AUTH,
                  now,
                  SlurmToken.DEFAULT_TTL,
                  ProtocolVersion.NEWEST,
                  SlurmToken.ANY,
                  cluster,
                  ProcessFacts.effectiveUid(),
                  ProcessFacts.effectiveGid(),
                  ProcessFacts.shortHostName(),
                  payload))
          .getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public long verify(byte[] credential, byte[] payload) {
      long now = System.currentTimeMillis() / 1000;
      SlurmToken t = key.verify(new String(credential, StandardCharsets.ISO_8859_1), cluster, now, ProcessFacts.effectiveUid());
      if (!Arrays.equals(t.payload(), payload)) {
        throw new IllegalArgumentException("token is not over this conversation's nonces");
      }
      return t.uid();
    }
  }
}
