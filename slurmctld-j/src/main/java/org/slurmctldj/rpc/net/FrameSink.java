package org.slurmctldj.rpc.net;

/** Takes over a whole request. The receiver must end with one {@link Exchange#reply} or {@link Exchange#drop}. */
@FunctionalInterface
public interface FrameSink {

  /**
   * On an event loop: hands the work on and returns at once.
   *
   * @param frame what followed the length; the receiver owns the array
   * @param from where the answer goes
   */
  void received(byte[] frame, Exchange from);

  /** The same on a thread that may block on munged and the name service: serves it here. */
  default void serve(byte[] frame, Exchange from) {
    received(frame, from);
  }
}
