package org.slurmctldj.proto.cred;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.auth.MungeException;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.auth.SlurmToken;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.slurm.Identity;
import org.slurmctldj.proto.slurm.NodeAliasAddrsRequest;
import org.slurmctldj.proto.slurm.SbcastCred;
import org.slurmctldj.proto.slurm.SbcastCredArg;
import org.slurmctldj.proto.slurm.SlurmCred;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.ProtocolVersion;

/**
 * The controller's signature under what node daemons may do: start a step ({@link SlurmCred}), take a file ({@link
 * SbcastCred}). Fill in the argument (ctime included) and sign; the result goes into messages as it is, and its {@link
 * SlurmCred#signature} is the key of the step's I/O. Any thread, not an event loop: blocks on munged.
 */
public interface CredSigner {
  /**
   * Signs what a step may be.
   *
   * @param version protocol version of the layout, 38 to 45: that of the job's submission, as its nodes must read it
   * @throws CredException if munged does not answer, or the version has no such credentials
   */
  SlurmCred sign(SlurmCredArg arg, int version);

  /** Signs who may broadcast a file to which nodes. As above. */
  SbcastCred sign(SbcastCredArg arg, int version);

  /**
   * One that allows nothing and only says which job a message is about (REQUEST_TERMINATE_JOB): not signed where
   * slurmctld does not sign it, which spares munged a credential per job.
   */
  default SlurmCred mention(SlurmCredArg arg, int version) {
    return sign(arg, version);
  }

  /**
   * Signs where nodes are, for step layouts and RESPONSE_NODE_ALIAS_ADDRS; node daemons hold it against the key, anybody may
   * read it.
   *
   * @param version 40 (23.11) to 45
   * @throws CredException as above
   */
  String addresses(NodeAliasAddrsRequest of, int version);

  /**
   * cred/munge: the packed bytes, and a munge credential over them that only SlurmdUser may open.
   *
   * @param ttl seconds; 0 = munged's default
   */
  static CredSigner munge(MungeClient munge, long slurmdUid, int ttl) {
    return new CredSigner() {
      @Override
      public SlurmCred sign(SlurmCredArg arg, int version) {
        return SlurmCred.sign(arg, version, this::signature);
      }

      @Override
      public SbcastCred sign(SbcastCredArg arg, int version) {
        return SbcastCred.sign(arg, version, this::signature);
      }

      @Override
      public String addresses(NodeAliasAddrsRequest of, int version) {
        Packer out = new Packer();
        of.write(out, version);
        return encoded(out.toByteArray(), MungeClient.ANY);
      }

      /** Seen from slurmctld 22.05.8: an empty signature. */
      @Override
      public SlurmCred mention(SlurmCredArg arg, int version) {
        return version << 8 <= ProtocolVersion.V22_05 ? SlurmCred.sign(arg, version, _ -> null) : sign(arg, version);
      }

      private String signature(byte[] packed) {
        return encoded(packed, slurmdUid);
      }

      private String encoded(byte[] packed, long uid) {
        try {
          return munge.encode(packed, uid, ttl);
        } catch (MungeException e) {
          throw new CredException(SlurmError.ESLURM_INVALID_JOB_CREDENTIAL.number(), "Munge encode failed: " + e.getMessage(), e);
        }
      }
    };
  }

  /**
   * cred/slurm: one token, made in the name of the job's user, that only SlurmdUser may accept.
   *
   * @param host short name of this host
   * @param ttl seconds; 0 = {@link SlurmToken#DEFAULT_TTL}
   * @param now seconds since the epoch
   */
  static CredSigner key(SlurmKey key, String cluster, String host, long slurmdUid, int ttl, LongSupplier now) {
    int seconds = ttl > 0 ? ttl : SlurmToken.DEFAULT_TTL;
    return new CredSigner() {
      @Override
      public SlurmCred sign(SlurmCredArg arg, int version) {
        Packer out = new Packer();
        arg.write(out, version);
        return SlurmCred.token(token(SlurmToken.LAUNCH, arg.id(), out.toByteArray(), Map.of(), version));
      }

      @Override
      public SbcastCred sign(SbcastCredArg arg, int version) {
        StepId step = arg.stepId();
        Map<String, Object> claim = new TreeMap<>();
        claim.put("het_job_id", arg.hetJobId());
        claim.put("job_id", step.jobId());
        claim.put("nodes", arg.nodes());
        claim.put("step_id", step.stepId());
        return SbcastCred.token(token(SlurmToken.SBCAST, arg.id(), new byte[0], Map.of("sbcast", claim), version));
      }

      @Override
      public String addresses(NodeAliasAddrsRequest of, int version) {
        return token(
            SlurmToken.NET, ProcessFacts.effectiveUid(), ProcessFacts.effectiveGid(), new byte[0], Optional.empty(), NetCred.claims(of), version);
      }

      private String token(String context, Identity id, byte[] payload, Map<String, Object> more, int version) {
        return token(context, id.uid(), id.gid(), payload, Optional.of(Identities.claim(id)), more, version);
      }

      private String token(
          String context, long uid, long gid, byte[] payload, Optional<SlurmToken.Identity> id, Map<String, Object> more, int version) {
        if (version << 8 < ProtocolVersion.V23_11) {
          throw new CredException(
              SlurmError.ESLURM_INVALID_JOB_CREDENTIAL.number(),
              "cred/slurm exists from 23.11 on, not in " + ProtocolVersion.release(version << 8),
              null);
        }
        long at = now.getAsLong();
        return key.sign(
            new SlurmToken(
                context, at, at + seconds, version << 8, slurmdUid, cluster, uid, gid, host, payload, id, more));
      }
    };
  }
}
