package org.slurmctldj.rpc;

/**
 * One line of the dispatch table.
 *
 * @param type message number
 * @param name Slurm's name, for logs and statistics
 * @param role who may ask at all; finer rules (a job's owner) are the handler's or apply's
 * @param handler serves it, on a worker thread
 */
public record Rpc(int type, String name, Role role, Handler handler) {

  /** The least a caller must be. */
  public enum Role {
    /** Whoever has a valid credential. */
    USER,
    /** root or SlurmUser; others get 2002 (Access/permission denied). */
    PRIVILEGED
  }

  /** May block on munged or the name service for a while, never on the journal: that is {@link Reply.Later}. */
  @FunctionalInterface
  public interface Handler {
    Reply handle(Request request);
  }
}
