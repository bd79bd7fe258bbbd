package org.slurmctldj.journal;

/** Why a record was not taken: nothing of it is in the journal, and nothing of it will happen. */
public enum Refusal {
  /** The journal's file system is full; what ends work still passes, on reserved space. */
  DISK_FULL("the file system of the controller's state is full"),
  /** Too many records wait already. */
  OVERLOADED("too many requests wait for the journal"),
  /** The record or one of its blobs is larger than the format allows. */
  TOO_LARGE("the request is too large for the journal"),
  /** The daemon is shutting down. */
  CLOSED("the controller is shutting down");

  private final String sentence;

  Refusal(String sentence) {
    this.sentence = sentence;
  }

  public String sentence() {
    return sentence;
  }
}
