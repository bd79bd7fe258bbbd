package org.slurmctldj.proto.wire;

/** The credential section of a message as it travels; nothing in it has been verified. */
public sealed interface Credential {
  int AUTH_NONE = 100;
  int AUTH_MUNGE = 101;
  int AUTH_JWT = 102;
  int AUTH_SLURM = 103;

  /** No section at all: header flag {@link Header#NO_AUTH_CRED}. */
  record Absent() implements Credential {
    @Override
    public void write(Packer out) {}
  }

  /** auth/none: claims without proof. */
  record None(long uid, long gid, String host) implements Credential {
    @Override
    public void write(Packer out) {
      out.u32(AUTH_NONE).u32(uid).u32(gid).str(host);
    }
  }

  /** A {@code MUNGE:...:} credential. */
  record Munge(String credential) implements Credential {
    @Override
    public void write(Packer out) {
      out.u32(AUTH_MUNGE).str(credential);
    }
  }

  /** auth/jwt: {@code user} is null or names whom the token's holder wants to act for. */
  record Jwt(String token, String user) implements Credential {
    @Override
    public void write(Packer out) {
      out.u32(AUTH_JWT).str(token).str(user);
    }
  }

  /** auth/slurm, from 23.11 on: a compact JWT signed with slurm.key. */
  record SlurmToken(String token) implements Credential {
    @Override
    public void write(Packer out) {
      out.u32(AUTH_SLURM).str(token);
    }
  }

  Absent ABSENT = new Absent();

  static Credential read(Unpacker in) {
    long plugin = in.u32();
    if (plugin == AUTH_MUNGE) {
      return new Munge(present(in.str()));
    }
    if (plugin == AUTH_SLURM) {
      return new SlurmToken(present(in.str()));
    }
    if (plugin == AUTH_JWT) {
      String token = present(in.str());
      return new Jwt(token, in.str());
    }
    if (plugin == AUTH_NONE) {
      long uid = in.u32();
      long gid = in.u32();
      return new None(uid, gid, in.str());
    }
    throw new WireException(SlurmConstants.SLURM_PROTOCOL_AUTHENTICATION_ERROR, "unknown authentication plugin " + plugin);
  }

  private static String present(String s) {
    if (s == null) {
      throw new WireException(SlurmConstants.SLURM_PROTOCOL_AUTHENTICATION_ERROR, "empty credential");
    }
    return s;
  }

  /** Appends the section; nothing for {@link Absent}. */
  void write(Packer out);
}
