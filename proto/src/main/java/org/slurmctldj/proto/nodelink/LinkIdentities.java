package org.slurmctldj.proto.nodelink;

import java.nio.file.Path;
import org.slurmctldj.proto.auth.AuthInfo;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.conf.SlurmConf;

/** The identity that AuthType of slurm.conf asks for. */
public final class LinkIdentities {
  /**
   * @param directory where slurm.key or slurm.jwks lies: that of slurm.conf
   * @throws IllegalArgumentException a sentence: an AuthType that does not exist here, no usable key
   */
  public static LinkIdentity of(SlurmConf conf, Path directory) {
    return switch (conf.authType()) {
      case "auth/munge" -> new MungeIdentity(new MungeClient(AuthInfo.parse(conf.text("AuthInfo").orElse(null)).socket()));
      case "auth/slurm" -> new TokenIdentity(key(directory), conf.clusterName());
      default -> throw new IllegalArgumentException("AuthType=" + conf.authType() + " is not supported");
    };
  }

  private static SlurmKey key(Path directory) {
    try {
      return SlurmKey.find(directory, System.getenv());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("AuthType=auth/slurm: " + e.getMessage(), e);
    }
  }

  private LinkIdentities() {}
}
