package org.slurmctldj.core;

/** Slurm's special values, error numbers and reason numbers that core decides with. */
public final class SlurmNumbers {
  public static final int NO_VAL16 = 0xfffe;
  public static final long NO_VAL = 0xfffffffeL;
  public static final long INFINITE = 0xffffffffL;
  public static final long NO_VAL64 = 0xfffffffffffffffeL;
  public static final long MEM_PER_CPU = 1L << 63;
  public static final long NICE_OFFSET = 0x80000000L;

  // Error numbers.
  /** EAGAIN: too many job records; clients wait and try again. */
  public static final int EAGAIN = 11;

  public static final int EINVAL = 22;
  /** Said where Slurm has no number: "Unspecified error". */
  public static final int SLURM_ERROR = -1;
  public static final int ESLURM_INVALID_PARTITION_NAME = 2000;
  public static final int ESLURM_DEFAULT_PARTITION_NOT_SET = 2001;
  public static final int ESLURM_ACCESS_DENIED = 2002;
  public static final int ESLURM_JOB_MISSING_REQUIRED_PARTITION_GROUP = 2003;
  public static final int ESLURM_REQUESTED_NODES_NOT_IN_PARTITION = 2004;
  public static final int ESLURM_TOO_MANY_REQUESTED_CPUS = 2005;
  public static final int ESLURM_INVALID_NODE_COUNT = 2006;
  public static final int ESLURM_USER_ID_MISSING = 2010;
  public static final int ESLURM_DUPLICATE_JOB_ID = 2011;
  public static final int ESLURM_REQUESTED_NODE_CONFIG_UNAVAILABLE = 2014;
  public static final int ESLURM_REQUESTED_PART_CONFIG_UNAVAILABLE = 2015;
  public static final int ESLURM_NODES_BUSY = 2016;
  public static final int ESLURM_INVALID_JOB_ID = 2017;
  public static final int ESLURM_INVALID_NODE_NAME = 2018;
  public static final int ESLURM_TRANSITION_STATE_NO_UPDATE = 2020;
  public static final int ESLURM_ALREADY_DONE = 2021;
  public static final int ESLURM_JOB_PENDING = 2024;
  public static final int ESLURM_BAD_DIST = 2023;
  public static final int ESLURM_BAD_TASK_COUNT = 2025;
  public static final int ESLURM_INVALID_NODE_STATE = 2028;
  public static final int ESLURM_INVALID_FEATURE = 2029;
  public static final int ESLURM_NOT_SUPPORTED = 2036;

  /** State flag of a job from 25.11 on. */
  public static final long JOB_EXPEDITING = 1 << 24;

  public static final int ESLURM_DISABLED = 2037;
  public static final int ESLURM_PARTITION_IN_USE = 2075;
  public static final int ESLURM_DEPENDENCY = 2038;
  public static final int ESLURM_BATCH_ONLY = 2039;
  public static final int ESLURM_JOB_HELD = 2042;
  public static final int ESLURM_INVALID_TASK_MEMORY = 2044;
  public static final int ESLURM_INVALID_ACCOUNT = 2045;
  public static final int ESLURM_INVALID_LICENSES = 2048;
  public static final int ESLURM_INVALID_TIME_LIMIT = 2051;
  public static final int ESLURM_RESERVATION_ACCESS = 2052;
  public static final int ESLURM_RESERVATION_INVALID = 2053;
  public static final int ESLURM_RESERVATION_BUSY = 2055;
  public static final int ESLURM_RESERVATION_OVERLAP = 2058;
  public static final int ESLURM_RESERVATION_EMPTY = 2080;
  public static final int ESLURM_RESERVATION_NAME_DUP = 2082;
  public static final int ESLURM_INVALID_TIME_VALUE = 2054;
  public static final int ESLURM_INVALID_QOS = 2066;
  public static final int ESLURM_INVALID_CPU_COUNT = 2069;
  public static final int ESLURM_PARTITION_NOT_AVAIL = 2070;
  public static final int ESLURM_CIRCULAR_DEPENDENCY = 2071;
  public static final int ESLURM_INVALID_GRES = 2072;
  public static final int ESLURM_JOB_NOT_PENDING = 2073;
  public static final int ESLURM_STEP_LIMIT = 2076;
  public static final int ESLURM_DUPLICATE_STEP_ID = 2110;
  public static final int ESLURM_INVALID_ARRAY = 2081;
  public static final int ESLURM_NOT_HET_JOB = 2106;
  public static final int ESLURM_NOT_HET_JOB_LEADER = 2107;
  public static final int ESLURM_NOT_WHOLE_HET_JOB = 2108;
  public static final int ESLURM_JOB_FINISHED = 2084;
  public static final int ESLURM_JOB_NOT_SUSPENDED = 2087;
  public static final int ESLURM_INTERNAL = 2090;
  public static final int ESLURM_PRIO_RESET_FAIL = 2095;
  public static final int ESLURM_ACTIVE_FEATURE_NOT_SUBSET = 2031;
  public static final int ESLURM_INVALID_NICE = 2123;
  public static final int ESLURM_INVALID_TIME_MIN_LIMIT = 2124;

  // Reasons.
  public static final int WAIT_NO_REASON = 0;
  public static final int WAIT_LICENSES = 10;
  public static final int WAIT_PRIORITY = 1;
  public static final int WAIT_DEPENDENCY = 2;
  public static final int WAIT_RESOURCES = 3;
  public static final int WAIT_PART_NODE_LIMIT = 4;
  public static final int WAIT_PART_TIME_LIMIT = 5;
  public static final int WAIT_PART_DOWN = 6;
  public static final int WAIT_PART_INACTIVE = 7;
  public static final int WAIT_HELD = 8;
  public static final int WAIT_TIME = 9;
  public static final int WAIT_RESERVATION = 14;
  public static final int WAIT_NODE_NOT_AVAIL = 15;
  public static final int WAIT_HELD_USER = 16;
  public static final int FAIL_DOWN_PARTITION = 19;
  public static final int FAIL_DOWN_NODE = 20;
  public static final int FAIL_BAD_CONSTRAINTS = 21;
  public static final int FAIL_SYSTEM = 22;
  public static final int FAIL_LAUNCH = 23;
  public static final int FAIL_EXIT_CODE = 24;
  public static final int FAIL_TIMEOUT = 25;
  public static final int FAIL_INACTIVE_LIMIT = 26;
  public static final int FAIL_SIGNAL = 33;
  public static final int WAIT_QOS = 37;
  public static final int WAIT_ACCOUNT = 38;
  public static final int WAIT_DEP_INVALID = 39;
  public static final int WAIT_MAX_REQUEUE = 71;
  public static final int WAIT_ARRAY_TASK_LIMIT = 72;
  public static final int FAIL_DEADLINE = 167;
  public static final int WAIT_PART_CONFIG = 178;
  public static final int FAIL_OOM = 181;
  public static final int WAIT_PN_MEM_LIMIT = 182;

  // Kill flags.
  public static final int KILL_JOB_BATCH = 1;
  public static final int KILL_STEPS_ONLY = 1 << 2;
  public static final int KILL_FULL_JOB = 1 << 3;
  public static final int KILL_HURRY = 1 << 5;

  // Node state words of update requests.
  public static final long NODE_STATE_DOWN = 1;
  public static final long NODE_STATE_IDLE = 2;
  public static final long NODE_STATE_FUTURE = 6;
  public static final long NODE_STATE_UNDRAIN = 1 << 6;
  public static final long NODE_STATE_CLOUD = 1 << 7;
  public static final long NODE_RESUME = 1 << 8;
  public static final long NODE_STATE_DRAIN = 1 << 9;
  public static final long NODE_STATE_POWERED_DOWN = 1 << 12;
  public static final long NODE_STATE_FAIL = 1 << 13;
  public static final long NODE_STATE_POWER_DOWN = 1 << 23;
  public static final long NODE_STATE_POWER_UP = 1 << 24;
  public static final long NODE_STATE_POWER_DRAIN = 1 << 25;

  // select_type_param.
  public static final int CR_CPU = 1;
  public static final int CR_SOCKET = 1 << 1;
  public static final int CR_CORE = 1 << 2;
  public static final int CR_BOARD = 1 << 3;
  public static final int CR_MEMORY = 1 << 4;

  private SlurmNumbers() {}
}
