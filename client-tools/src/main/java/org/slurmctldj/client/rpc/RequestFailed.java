package org.slurmctldj.client.rpc;

import org.slurmctldj.proto.os.ErrorText;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.wire.ProtocolVersion;

/** A request that failed with one of Slurm's error numbers: refused by the controller, or never answered. */
public final class RequestFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A node that could not be reached. */
  public static final int NO_CONNECTION = 1001;

  private final int number;
  private final String detail;

  public RequestFailed(int number) {
    this(number, null);
  }

  /**
   * @param detail what the controller says besides the number, or null
   */
  public RequestFailed(int number, String detail) {
    super(Integer.toString(number), null, false, false);
    this.number = number;
    this.detail = detail;
  }

  /** What the controller says besides the number; null for nothing. */
  public String detail() {
    return detail;
  }

  public int number() {
    return number;
  }

  /** What Slurm's commands of that release say about it. */
  public String text(int version) {
    return SlurmError.of(number, version >> 8)
        .or(() -> SlurmError.of(number))
        .map(SlurmError::text)
        .orElseGet(() -> ErrorText.of(number));
  }

  public String text() {
    return text(ProtocolVersion.V24_11);
  }
}
