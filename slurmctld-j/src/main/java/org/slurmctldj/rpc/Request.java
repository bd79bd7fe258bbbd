package org.slurmctldj.rpc;

import java.net.InetSocketAddress;
import org.slurmctldj.core.Actor;
import org.slurmctldj.proto.slurm.SlurmBody;

/**
 * An authenticated, decoded request.
 *
 * @param type message number
 * @param version protocol generation of the request and of its answer, 38 to 45
 * @param body as decoded; null for a message without one
 * @param actor who asks, from the credential
 * @param peer where the connection came from
 * @param host the asker's host as its credential names it, null if it does not
 */
public record Request(int type, int version, SlurmBody body, Actor actor, InetSocketAddress peer, String host) {

  public <T extends SlurmBody> T body(Class<T> as) {
    return as.cast(body);
  }

  public long uid() {
    return actor.uid();
  }

  public boolean privileged() {
    return actor.privileged();
  }
}
