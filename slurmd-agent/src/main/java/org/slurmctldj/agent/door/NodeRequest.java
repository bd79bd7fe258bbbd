package org.slurmctldj.agent.door;

import java.net.InetAddress;
import org.slurmctldj.proto.auth.Identity;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.wire.Header;

/**
 * A message that reached this node, its sender proven and its body decoded.
 *
 * @param version 38 to 45, in which the answer is packed
 * @param origin where it was first sent from: the peer, or whom a forwarding node names
 */
public record NodeRequest(Header header, int version, Identity who, InetAddress origin, SlurmBody body) {
  public long uid() {
    return who.uid();
  }
}
