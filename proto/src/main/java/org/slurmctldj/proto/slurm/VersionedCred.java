package org.slurmctldj.proto.slurm;

import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/**
 * A step credential as REQUEST_BATCH_JOB_LAUNCH and REQUEST_LAUNCH_TASKS carry it: a u16 says in which protocol version
 * it is packed. That is the version of the job's submission, so it may be older than the message's.
 */
final class VersionedCred {
  private VersionedCred() {}

  static SlurmCred read(Unpacker in, int version) {
    return SlurmCred.read(in, ProtocolVersion.check(in.u16()) >> 8);
  }

  static void write(Packer out, SlurmCred value, int version) {
    if (value == null) {
      throw new WireException("no credential where version " + version + " needs one");
    }
    int packed = value.version() == 0 ? version : value.version();
    out.u16(packed << 8);
    value.write(out, packed);
  }

  static SlurmCred random(RandomValues r, int version) {
    return SlurmCred.random(r, version);
  }
}
