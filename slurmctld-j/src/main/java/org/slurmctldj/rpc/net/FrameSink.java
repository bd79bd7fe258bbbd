package org.slurmctldj.rpc.net;

/** Takes over a whole request. Called on an event loop: must hand the work on and return at once. */
@FunctionalInterface
public interface FrameSink {

  /**
   * @param frame what followed the length; the receiver owns the array
   * @param from where the answer goes; the receiver must end with one {@link Exchange#reply} or {@link Exchange#drop}
   */
  void received(byte[] frame, Exchange from);
}
