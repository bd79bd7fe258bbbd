package org.slurmctldj.proto.client;

/** A request got no usable answer. */
public final class RpcException extends RuntimeException {
  public static final int UNSPECIFIED = -1;
  public static final int ECONNRESET = 104;
  public static final int SLURM_COMMUNICATIONS_CONNECTION_ERROR = 1001;
  public static final int SLURM_COMMUNICATIONS_SEND_ERROR = 1002;
  public static final int SLURM_COMMUNICATIONS_RECEIVE_ERROR = 1003;
  public static final int SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR = 1800;
  public static final int SLURMCTLD_COMMUNICATIONS_SEND_ERROR = 1801;
  public static final int SLURMCTLD_COMMUNICATIONS_RECEIVE_ERROR = 1802;
  public static final int SLURMCTLD_COMMUNICATIONS_BACKOFF = 1804;
  public static final int SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT = 5004;
  public static final int SLURM_PROTOCOL_SOCKET_ZERO_BYTES_SENT = 5005;

  private static final long serialVersionUID = 1L;

  private final int slurmError;

  public RpcException(int slurmError, String detail) {
    super(detail);
    this.slurmError = slurmError;
  }

  public RpcException(int slurmError, String detail, Throwable cause) {
    super(detail, cause);
    this.slurmError = slurmError;
  }

  /** errno or slurm_errno; what Slurm's clients print the text of. */
  public int slurmError() {
    return slurmError;
  }
}
