package org.slurmctldj.proto.wire;

/**
 * The special values of Slurm's integer fields. "Unset" is {@code NO_VAL} of the field's width,
 * "unlimited" is {@code INFINITE}.
 *
 * <p>Java carries u8 and u16 as {@code int}, u32 as {@code long} (0 to 2^32-1) and u64 as {@code
 * long} (bit pattern).
 */
public final class SlurmConstants {
  public static final int NO_VAL8 = 0xfe;
  public static final int NO_VAL16 = 0xfffe;
  public static final long NO_VAL = 0xfffffffeL;
  public static final long NO_VAL64 = 0xfffffffffffffffeL;

  public static final int INFINITE8 = 0xff;
  public static final int INFINITE16 = 0xffff;
  public static final long INFINITE = 0xffffffffL;
  public static final long INFINITE64 = 0xffffffffffffffffL;

  /** A job's nice value travels as {@code nice + NICE_OFFSET}. */
  public static final long NICE_OFFSET = 0x80000000L;

  /** Set in {@code pn_min_memory}: the value is MiB per CPU, not per node. */
  public static final long MEM_PER_CPU = 1L << 63;

  /** Step ids with a meaning of their own (u32). */
  public static final long PENDING_STEP = 0xfffffffdL;

  public static final long EXTERN_STEP = 0xfffffffcL;
  public static final long BATCH_STEP = 0xfffffffbL;
  public static final long INTERACTIVE_STEP = 0xfffffffaL;

  /** Slurm's numbers for trouble on the wire (slurm_errno). */
  public static final int SLURM_UNEXPECTED_MSG_ERROR = 1000;

  public static final int SLURM_COMMUNICATIONS_RECEIVE_ERROR = 1003;
  public static final int SLURM_PROTOCOL_VERSION_ERROR = 1005;
  public static final int SLURM_PROTOCOL_AUTHENTICATION_ERROR = 1007;
  public static final int SLURM_PROTOCOL_INSANE_MSG_LENGTH = 1008;

  private SlurmConstants() {}
}
