package org.slurmctldj.proto.cred;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.auth.MungeError;
import org.slurmctldj.proto.auth.MungeException;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.auth.SlurmToken;
import org.slurmctldj.proto.auth.TokenException;
import org.slurmctldj.proto.slurm.SbcastCred;
import org.slurmctldj.proto.slurm.SbcastCredArg;
import org.slurmctldj.proto.slurm.SlurmCred;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/**
 * A node daemon's look at a credential: genuine, the controller's, not too old. Whether a credential was used before or
 * its job is over is the caller's to remember: a munge credential seen a second time is accepted, because the one
 * munged of a host serves several node daemons, and a broadcast shows the same one with every block. Any thread; blocks
 * on munged.
 */
public interface CredVerifier {
  /** What the credential allows. {@link CredException} if it is not to be trusted. */
  SlurmCredArg verify(SlurmCred cred);

  /** As above for a file broadcast. */
  SbcastCredArg verify(SbcastCred cred);

  /**
   * Where nodes are, by name (net_cred, from 23.11 on).
   *
   * @param version of the message that it came in
   */
  Map<String, InetSocketAddress> addresses(String netCred, int version);

  /**
   * cred/munge.
   *
   * @param slurmUid the controller's; root may sign, too
   * @param expire seconds that a step credential counts (AuthInfo cred_expire=)
   * @param now seconds since the epoch
   */
  static CredVerifier munge(MungeClient munge, long slurmUid, int expire, LongSupplier now) {
    return new CredVerifier() {
      @Override
      public SlurmCredArg verify(SlurmCred cred) {
        noToken(cred.isToken());
        check(cred.packed(), cred.signature());
        SlurmCredArg arg = cred.arg();
        notAfter(arg.ctime() + expire, now.getAsLong());
        return arg;
      }

      @Override
      public SbcastCredArg verify(SbcastCred cred) {
        noToken(cred.isToken());
        check(cred.packed(), cred.signature());
        SbcastCredArg arg = cred.arg();
        notAfter(arg.expiration(), now.getAsLong());
        return arg;
      }

      @Override
      public Map<String, InetSocketAddress> addresses(String netCred, int version) {
        return NetCred.ofPayload(opened(netCred).payload(), version);
      }

      private void check(byte[] packed, String signature) {
        if (!Arrays.equals(opened(signature).payload(), packed)) {
          throw invalid("the signature is of other bytes", null);
        }
      }

      private MungeClient.Decoded opened(String signature) {
        MungeClient.Decoded decoded;
        try {
          decoded = munge.decode(signature);
        } catch (MungeException e) {
          if (e.error() == MungeError.CRED_EXPIRED) {
            throw expired(e.getMessage());
          }
          if (e.error() != MungeError.CRED_REPLAYED || e.decoded().isEmpty()) {
            throw invalid(e.getMessage(), e);
          }
          decoded = e.decoded().get();
        }
        if (decoded.uid() != slurmUid && decoded.uid() != 0) {
          throw invalid("signed by uid " + decoded.uid() + ", which is neither SlurmUser nor root", null);
        }
        return decoded;
      }
    };
  }

  /**
   * cred/slurm.
   *
   * @param uid this process's
   * @param now seconds since the epoch
   */
  static CredVerifier key(SlurmKey key, String cluster, long uid, int expire, LongSupplier now) {
    return new CredVerifier() {
      @Override
      public SlurmCredArg verify(SlurmCred cred) {
        SlurmToken token = token(cred.isToken(), cred.signature(), SlurmToken.LAUNCH);
        try {
          SlurmCredArg arg = SlurmCredArg.read(new Unpacker(token.payload()), token.version() >> 8);
          notAfter(arg.ctime() + expire, now.getAsLong());
          return arg.id(Identities.of(token));
        } catch (WireException e) {
          throw invalid("the token's payload: " + e.getMessage(), e);
        }
      }

      @Override
      public SbcastCredArg verify(SbcastCred cred) {
        SlurmToken token = token(cred.isToken(), cred.signature(), SlurmToken.SBCAST);
        if (!(token.more().get("sbcast") instanceof Map<?, ?> claim) || !(claim.get("nodes") instanceof String nodes)) {
          throw invalid("the token says nothing of a broadcast", null);
        }
        return new SbcastCredArg()
            .stepId(new StepId().jobId(number(claim, "job_id")).stepId(number(claim, "step_id")))
            .hetJobId(number(claim, "het_job_id"))
            .id(Identities.of(token))
            .ctime(token.issued())
            .expiration(token.expires())
            .nodes(nodes);
      }

      @Override
      public Map<String, InetSocketAddress> addresses(String netCred, int version) {
        return NetCred.ofClaims(token(true, netCred, SlurmToken.NET).more());
      }

      private SlurmToken token(boolean is, String text, String context) {
        if (!is) {
          throw invalid("no token, and CredType is cred/slurm", null);
        }
        SlurmToken token;
        try {
          token = key.verify(text, cluster, now.getAsLong(), uid);
        } catch (TokenException e) {
          throw invalid(e.getMessage(), e);
        }
        if (!context.equals(token.context())) {
          throw invalid("a token for \"" + token.context() + "\", not for \"" + context + "\"", null);
        }
        return token;
      }
    };
  }

  private static long number(Map<?, ?> claim, String name) {
    if (claim.get(name) instanceof Long n && n >= 0 && n <= 0xffffffffL) {
      return n;
    }
    throw invalid("claim sbcast." + name + " is missing or no 32-bit number", null);
  }

  private static void noToken(boolean token) {
    if (token) {
      throw invalid("a token, and CredType is cred/munge", null);
    }
  }

  private static void notAfter(long end, long now) {
    if (now > end) {
      throw expired("expired " + (now - end) + " s ago");
    }
  }

  private static CredException expired(String why) {
    return new CredException(SlurmError.ESLURMD_CREDENTIAL_EXPIRED.number(), why, null);
  }

  private static CredException invalid(String why, Throwable cause) {
    return new CredException(SlurmError.ESLURMD_INVALID_JOB_CREDENTIAL.number(), why, cause);
  }
}
