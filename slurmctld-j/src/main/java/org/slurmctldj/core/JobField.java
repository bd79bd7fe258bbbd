package org.slurmctldj.core;

import java.util.Arrays;
import java.util.List;

/**
 * The fields of a job's request: what a user may ask for at submission and change by {@code
 * scontrol update}. The number is the field's identity in journals and snapshots: never reuse or
 * change one.
 *
 * <p>Units are Slurm's: time limits in minutes, points in time in seconds since the epoch, memory
 * in MiB with {@code MEM_PER_CPU} (bit 63) for "per CPU". Texts are Slurm's wire strings
 * (ISO-8859-1). A field that is not set reads as {@link #unset()}.
 */
public enum JobField {
  // Identity and texts, 1..49
  NAME(1, Kind.TEXT),
  USER_ID(2, 0),
  GROUP_ID(3, 0),
  USER_NAME(4, Kind.TEXT),
  /** Supplementary groups, resolved by the front door. */
  GROUP_IDS(5, Kind.NUMBERS),
  ACCOUNT(6, Kind.TEXT),
  /** The partition list as asked for, "a,b"; the default partition's name when none was. */
  PARTITION(7, Kind.TEXT),
  QOS(8, Kind.TEXT),
  WCKEY(9, Kind.TEXT),
  COMMENT(10, Kind.TEXT),
  ADMIN_COMMENT(11, Kind.TEXT),
  SYSTEM_COMMENT(12, Kind.TEXT),
  EXTRA(13, Kind.TEXT),
  WORK_DIR(14, Kind.TEXT),
  STD_IN(15, Kind.TEXT),
  STD_OUT(16, Kind.TEXT),
  STD_ERR(17, Kind.TEXT),
  ALLOC_NODE(18, Kind.TEXT),
  ALLOC_SID(19, Unset.NO_VAL),
  SUBMIT_LINE(20, Kind.TEXT),
  MAIL_TYPE(21, 0),
  MAIL_USER(22, Kind.TEXT),
  LICENSES(23, Kind.TEXT),
  DEPENDENCY(24, Kind.TEXT),
  FEATURES(25, Kind.TEXT),
  PREFER(26, Kind.TEXT),
  REQ_NODES(27, Kind.TEXT),
  EXC_NODES(28, Kind.TEXT),
  RESERVATION(29, Kind.TEXT),
  NETWORK(30, Kind.TEXT),
  MCS_LABEL(31, Kind.TEXT),
  CONTAINER(32, Kind.TEXT),
  BURST_BUFFER(33, Kind.TEXT),
  BATCH_FEATURES(34, Kind.TEXT),
  CLUSTER_FEATURES(35, Kind.TEXT),
  /** argv[0]: what squeue and scontrol call the command. */
  COMMAND(36, Kind.TEXT),
  RESP_HOST(37, Kind.TEXT),
  ACCTG_FREQ(38, Kind.TEXT),
  CRON_SPEC(39, Kind.TEXT),

  // Size, 50..99
  MIN_CPUS(50, Unset.NO_VAL),
  MAX_CPUS(51, Unset.NO_VAL),
  MIN_NODES(52, Unset.NO_VAL),
  MAX_NODES(53, Unset.NO_VAL),
  NUM_TASKS(54, Unset.NO_VAL),
  CPUS_PER_TASK(55, Unset.NO_VAL16),
  NTASKS_PER_NODE(56, Unset.NO_VAL16),
  NTASKS_PER_SOCKET(57, Unset.NO_VAL16),
  NTASKS_PER_CORE(58, Unset.NO_VAL16),
  NTASKS_PER_BOARD(59, Unset.NO_VAL16),
  NTASKS_PER_TRES(60, Unset.NO_VAL16),
  SOCKETS_PER_NODE(61, Unset.NO_VAL16),
  CORES_PER_SOCKET(62, Unset.NO_VAL16),
  THREADS_PER_CORE(63, Unset.NO_VAL16),
  PN_MIN_CPUS(64, Unset.NO_VAL16),
  /** MiB per node, or per CPU with bit 63. */
  PN_MIN_MEMORY(65, Unset.NO_VAL64),
  PN_MIN_TMP_DISK(66, Unset.NO_VAL),
  CONTIGUOUS(67, Unset.NO_VAL16),
  CORE_SPEC(68, Unset.NO_VAL16),
  /** Slurm's {@code shared}: 0 exclusive, 1 oversubscribe, 2 user, NO_VAL16 the partition's way. */
  SHARED(69, Unset.NO_VAL16),
  OVERCOMMIT(70, Unset.NO_VAL8),
  TASK_DIST(71, 0x2000),
  PLANE_SIZE(72, Unset.NO_VAL16),
  CPU_BIND_TYPE(73, Unset.NO_VAL16),
  CPU_BIND(74, Kind.TEXT),
  MEM_BIND_TYPE(75, Unset.NO_VAL16),
  MEM_BIND(76, Kind.TEXT),
  CPUS_PER_TRES(77, Kind.TEXT),
  MEM_PER_TRES(78, Kind.TEXT),
  TRES_BIND(79, Kind.TEXT),
  TRES_FREQ(80, Kind.TEXT),
  TRES_PER_JOB(81, Kind.TEXT),
  TRES_PER_NODE(82, Kind.TEXT),
  TRES_PER_SOCKET(83, Kind.TEXT),
  TRES_PER_TASK(84, Kind.TEXT),
  CPU_FREQ_MIN(85, Unset.NO_VAL),
  CPU_FREQ_MAX(86, Unset.NO_VAL),
  CPU_FREQ_GOV(87, Unset.NO_VAL),
  REQ_SWITCH(88, 0),
  WAIT4SWITCH(89, 0),
  BOARDS_PER_NODE(90, Unset.NO_VAL16),
  SOCKETS_PER_BOARD(91, Unset.NO_VAL16),
  /**
   * 1: several texts of generic resources say one thing together; 0: they add up, as before feature level 3. 2, from
   * level 4 on: memory per resource is charged by what each node gives (before, every node was charged alike), and of a
   * kind that is named twice the last counts.
   */
  GRES_JOINT(95, 0),

  // Time, order and policy, 100..139
  /** Minutes; NO_VAL the partition's default, INFINITE no limit. */
  TIME_LIMIT(100, Unset.NO_VAL),
  TIME_MIN(101, Unset.NO_VAL),
  BEGIN_TIME(102, 0),
  DEADLINE(103, 0),
  /** 0 holds the job; NO_VAL lets the controller choose. */
  PRIORITY(104, Unset.NO_VAL),
  /** nice + 0x80000000. */
  NICE(105, Unset.NO_VAL),
  SITE_FACTOR(106, Unset.NO_VAL),
  /** 1 the job may be requeued, 0 not. */
  REQUEUE(107, Unset.NO_VAL16),
  KILL_ON_NODE_FAIL(108, Unset.NO_VAL16),
  WAIT_ALL_NODES(109, Unset.NO_VAL16),
  DELAY_BOOT(110, Unset.NO_VAL),
  REBOOT(111, Unset.NO_VAL16),
  PROFILE(112, 0),
  BITFLAGS(113, 0),
  OPEN_MODE(114, 0),
  WARN_FLAGS(115, 0),
  WARN_SIGNAL(116, 0),
  WARN_TIME(117, 0),
  /** The task ids as asked for, "0-9%2"; absent for a plain job. */
  ARRAY_SPEC(118, Kind.TEXT),
  /** 1 for a batch job. */
  BATCH_FLAG(119, 0),
  IMMEDIATE(120, 0),
  X11(121, 0),
  /** Where an interactive client waits for its allocation; 0: nowhere. */
  ALLOC_RESP_PORT(122, 0),
  /** Where an interactive client is told of everything later; 0: nowhere. */
  OTHER_PORT(123, 0),
  /** Of steps: the first node to use, counted within the job's. */
  RELATIVE(124, Unset.NO_VAL16),
  /** 1: PN_MIN_MEMORY is DefMemPerCPU or DefMemPerNode, nobody asked for it. From feature level 4 on. */
  MEMORY_BY_DEFAULT(140, 0),
  /** Of a step: its place among those of one heterogeneous step within a job without components. */
  STEP_HET_COMP(139, Unset.NO_VAL),

  // What the launch needs, 150..; bulky or by content hash, never in lists (but for the protocol version)
  /** argv of the batch script. */
  ARGV(150, Kind.TEXTS),
  /** SHA-256 (hex) of the script blob. */
  SCRIPT_HASH(151, Kind.TEXT),
  /** SHA-256 (hex) of the environment blob ("K=V" NUL-separated). */
  ENVIRONMENT_HASH(152, Kind.TEXT),
  SPANK_JOB_ENV(153, Kind.TEXTS),
  /** Number of environment entries. */
  ENVIRONMENT_COUNT(154, 0),
  /** Protocol version of the submitting client, for credentials and displays. */
  START_PROTOCOL_VERSION(155, 0),
  JOB_ID_WANTED(156, Unset.NO_VAL);

  /** What a field holds. */
  public enum Kind {
    NUMBER,
    TEXT,
    NUMBERS,
    TEXTS
  }

  private static final class Unset {
    static final long NO_VAL8 = 0xfe;
    static final long NO_VAL16 = 0xfffe;
    static final long NO_VAL = 0xfffffffeL;
    static final long NO_VAL64 = 0xfffffffffffffffeL;
  }

  private static final JobField[] BY_NUMBER = new JobField[192];

  /** All fields in the order of this file; {@code values()} copies. */
  static final List<JobField> VALUES = List.of(values());

  static final List<JobField> BULKY = VALUES.stream().filter(JobField::bulky).toList();

  static {
    int numberSlots = 0;
    int objectSlots = 0;
    for (JobField f : VALUES) {
      f.slot = f.kind == Kind.NUMBER ? numberSlots++ : objectSlots++;
      if (numberSlots > 128 || objectSlots > 64) {
        throw new ExceptionInInitializerError("JobFields' masks are too narrow for " + f);
      }
      if (BY_NUMBER[f.number] != null) {
        throw new ExceptionInInitializerError("field number used twice: " + f);
      }
      BY_NUMBER[f.number] = f;
    }
  }

  private final int number;
  private final Kind kind;
  private final long unset;
  private int slot;

  JobField(int number, Kind kind) {
    this.number = number;
    this.kind = kind;
    this.unset = 0;
  }

  JobField(int number, long unset) {
    this.number = number;
    this.kind = Kind.NUMBER;
    this.unset = unset;
  }

  /** The field's identity on disk, 1 to 191. */
  public int number() {
    return number;
  }

  public Kind kind() {
    return kind;
  }

  /** Position among the fields that hold numbers, or among those that hold objects. */
  int slot() {
    return slot;
  }

  /** What a NUMBER field reads as when it is not set. */
  public long unset() {
    return unset;
  }

  /** True for fields that only a launch or a single look-up needs: kept apart from list data. */
  public boolean bulky() {
    return number >= 150 && this != START_PROTOCOL_VERSION;
  }

  /** The field of that number, or null for a number this release does not know. */
  public static JobField byNumber(int number) {
    return number > 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }

  static int highestNumber() {
    return Arrays.stream(values()).mapToInt(JobField::number).max().orElseThrow();
  }
}
