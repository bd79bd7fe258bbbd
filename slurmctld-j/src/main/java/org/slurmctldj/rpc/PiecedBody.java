package org.slurmctldj.rpc;

import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.rpc.net.Pieces;

/** A body most of which is encoded already, to be sent as it is: {@link FrontDoor} asks for the pieces instead of having it written. */
public interface PiecedBody extends SlurmBody {
  /** What stands before the pieces. */
  byte[] headBytes();

  /** Whoever sends them releases them; once. */
  Pieces pieces();
}
