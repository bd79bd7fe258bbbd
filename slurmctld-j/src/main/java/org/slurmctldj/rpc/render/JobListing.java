package org.slurmctldj.rpc.render;

import org.slurmctldj.proto.slurm.FieldVisitor;
import org.slurmctldj.proto.slurm.JobInfoResponse;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.rpc.PiecedBody;
import org.slurmctldj.rpc.net.Pieces;

/**
 * RESPONSE_JOB_INFO of jobs that are encoded already: same bytes as {@link JobInfoResponse}, sent without copying them. For
 * one protocol version; made by a handler, sent once.
 */
public final class JobListing implements PiecedBody {
  private final long lastUpdate;
  private final int version;
  private final EncodedJobs.Selection selection;

  /** @param lastUpdate taken before the jobs were looked at */
  public JobListing(long lastUpdate, int version, EncodedJobs.Selection selection) {
    this.lastUpdate = lastUpdate;
    this.version = version;
    this.selection = selection;
  }

  private Packer head() {
    Packer head = new Packer(32);
    new JobInfoResponse().lastUpdate(lastUpdate).lastBackfill(0).write(head, version);
    // The number of jobs is the first field.
    head.patchU32(0, selection.jobs());
    return head;
  }

  @Override
  public byte[] headBytes() {
    return head().toByteArray();
  }

  @Override
  public Pieces pieces() {
    return selection.pieces();
  }

  /** Instead of sending the pieces: copies them. */
  @Override
  public void write(Packer out, int as) {
    if (as != version) {
      throw new IllegalArgumentException("encoded for version " + version + ", not " + as);
    }
    try {
      out.raw(headBytes());
      selection.pieces().writeTo(out);
    } finally {
      selection.pieces().release();
    }
  }

  /** For whoever prints it: reads the bytes back. They stay to be sent. */
  @Override
  public void fields(FieldVisitor visitor) {
    Packer all = head();
    selection.pieces().writeTo(all);
    JobInfoResponse.read(new Unpacker(all.toByteArray()), version).fields(visitor);
  }
}
