package org.slurmctldj.client.rpc;

import java.util.function.IntFunction;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.ProtocolVersion;

/**
 * Which of two protocol versions a controller answers to, by the first request of a command. A controller that does not know
 * a version says so, answers in its own or hangs up; but one that does know it may hang up, too (a restart, a busy munged).
 * What is found is remembered for an hour, and a request may have been carried out although the answer was lost: so after
 * trouble a ping tells which of the two it was, and a request is sent again only to who cannot have understood it.
 */
final class VersionSearch {
  /** Tried in this order: 24.11 takes 39 to 42, 22.05 up to 38, later ones 42, ours all. */
  static final int PREFERRED = ProtocolVersion.V24_11;

  static final int OLDEST = ProtocolVersion.V22_05;
  private static final int PROTOCOL_VERSION_ERROR = 1005;

  record Found(int version, Frame answer) {}

  private VersionSearch() {}

  /**
   * @param first the version to begin with
   * @param send sends the request in a version; throws {@link RpcException}
   * @param ping likewise, a request that changes nothing
   */
  static Found find(int first, IntFunction<Frame> send, IntFunction<Frame> ping) {
    int other = first == PREFERRED ? OLDEST : PREFERRED;
    try {
      Frame answer = send.apply(first);
      return understood(answer, first) ? new Found(first, answer) : new Found(other, send.apply(other));
    } catch (RpcException e) {
      if (e.slurmError() == RpcException.SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR
          || e.slurmError() == RpcException.SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT
          || answers(ping, first)
          || !answers(ping, other)) {
        throw e;
      }
    }
    return new Found(other, send.apply(other));
  }

  /** An answer with a credential in it goes out in the version of the nodes it is for: only an error says "not mine" so. */
  private static boolean understood(Frame answer, int version) {
    int code = Controller.returnCode(answer);
    return code == 0 || code != PROTOCOL_VERSION_ERROR && answer.version() == version;
  }

  private static boolean answers(IntFunction<Frame> ping, int version) {
    try {
      return understood(ping.apply(version), version);
    } catch (RpcException e) {
      return false;
    }
  }
}
