package org.slurmctldj.proto.slurm;

import org.slurmctldj.proto.wire.Packer;

/** The body of messages that have none, such as REQUEST_PING. */
public final class EmptyBody implements SlurmBody {
  public static final EmptyBody INSTANCE = new EmptyBody();

  private EmptyBody() {}

  @Override
  public void write(Packer out, int version) {}

  @Override
  public void fields(FieldVisitor visitor) {}

  @Override
  public String toString() {
    return "EmptyBody{}";
  }
}
