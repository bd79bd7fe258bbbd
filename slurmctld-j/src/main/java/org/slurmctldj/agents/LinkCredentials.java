package org.slurmctldj.agents;

/** Makes and checks the credentials of a node link over {@code LinkProof} payloads. May block on munged. */
public interface LinkCredentials {

  /** A credential of this controller that the agent's user may open. */
  byte[] make(byte[] payload);

  /**
   * The uid that made the credential.
   *
   * @throws IllegalArgumentException if it cannot be opened or is over another payload; the message is for the log
   */
  long verify(byte[] credential, byte[] payload);
}
