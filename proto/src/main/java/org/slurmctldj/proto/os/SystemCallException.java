package org.slurmctldj.proto.os;

/** A call into the operating system that failed with an errno. */
public final class SystemCallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  SystemCallException(String call, int errno) {
    super(call + ": errno " + errno);
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }
}
