package org.slurmctldj.proto.text;

/** A point in time is written wrong; the message is Slurm's: {@code Invalid time specification (pos=4): now+1min}. */
public final class TimeSpecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TimeSpecException(int position, String text) {
    super("Invalid time specification (pos=" + position + "): " + text);
  }
}
