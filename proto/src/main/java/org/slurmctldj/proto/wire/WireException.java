package org.slurmctldj.proto.wire;

/**
 * A message does not have the layout its header promises: truncated, a string without its NUL, a
 * count beyond the frame. The peer sent garbage; only its connection suffers.
 */
public final class WireException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WireException(String message) {
    super(message);
  }

  public WireException(String message, Throwable cause) {
    super(message, cause);
  }
}
