package org.slurmctldj.proto.nodelink;

/**
 * How one side of a node's stream proves who it is and checks the other: AuthType in its role between daemons. Both the
 * agent and the controller's room {@code agents} use it; calls may block on a daemon's socket, so never on a netty or
 * apply thread.
 */
public interface LinkIdentity {
  /** A credential of this process over {@link LinkProof#payload}. */
  byte[] prove(byte[] payload);

  /**
   * The uid that vouches for exactly this payload.
   *
   * @throws LinkIdentityException a sentence for the log: not genuine, expired, replayed, over something else
   */
  long verify(byte[] credential, byte[] payload);

  final class LinkIdentityException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LinkIdentityException(String sentence, Throwable cause) {
      super(sentence, cause);
    }

    public LinkIdentityException(String sentence) {
      super(sentence);
    }
  }
}
