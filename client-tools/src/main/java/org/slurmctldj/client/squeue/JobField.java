package org.slurmctldj.client.squeue;

import org.slurmctldj.client.text.Durations;
import org.slurmctldj.client.text.JobStates;
import org.slurmctldj.proto.slurm.JobFedDetails;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.MultiCoreData;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * The columns squeue can print about a job: heading, the letter of {@code -o}, the names of {@code -O}. Observed on 22.05.8 and
 * 24.11.5; where they differ, {@link JobView#release} decides.
 */
enum JobField {
  ACCOUNT("ACCOUNT", 'a', "account"),
  ACCRUE_TIME("ACCRUE_TIME", 0, "accruetime"),
  ADMIN_COMMENT("ADMIN_COMMENT", 0, "admin_comment"),
  ALLOC_NODES("ALLOC_NODES", 0, "allocnodes"),
  ALLOC_SID("ALLOC_SID", 0, "allocsid"),
  ARRAY_JOB_ID("ARRAY_JOB_ID", 'F', "arrayjobid"),
  ARRAY_TASK_ID("ARRAY_TASK_ID", 'K', "arraytaskid"),
  ASSOC_ID("ASSOC_ID", 0, "associd"),
  BATCH_FLAG("BATCH_FLAG", 0, "batchflag"),
  BATCH_HOST("EXEC_HOST", 'B', "batchhost"),
  BOARDS_PER_NODE("BOARDS_PER_NODE", 0, "boardspernode"),
  BURST_BUFFER("BURST_BUFFER", 0, "burstbuffer"),
  BURST_BUFFER_STATE("BURST_BUFFER_STATE", 0, "burstbufferstate"),
  CLUSTER("CLUSTER", 0, "cluster"),
  CLUSTER_FEATURES("CLUSTER_FEATURES", 0, "clusterfeature"),
  COMMAND("COMMAND", 'o', "command"),
  COMMENT("COMMENT", 'k', "comment"),
  CONTAINER("CONTAINER", 0, "container"),
  CONTAINER_ID("CONTAINERID", 0, "containerid"),
  CONTIGUOUS("CONTIGUOUS", 'O', "contiguous"),
  CORES_PER_SOCKET("CORES_PER_SOCKET", 'I', "cores"),
  CORE_SPEC("CORE_SPEC", 'X', "corespec"),
  CPUS_PER_TASK("CPUS_PER_TASK", 0, "cpus-per-task", "cpuspertask"),
  CPUS_PER_TRES("CPUS_PER_TRES", 0, "cpus-per-tres"),
  DEADLINE("DEADLINE", 0, "deadline"),
  DELAY_BOOT("DELAY_BOOT", 0, "delayboot"),
  DEPENDENCY("DEPENDENCY", 'E', "dependency"),
  DERIVED_EC("DERIVED_EC", 0, "derivedec"),
  ELIGIBLE_TIME("ELIGIBLE_TIME", 0, "eligibletime"),
  END_TIME("END_TIME", 'e', "endtime"),
  EXC_NODES("EXC_NODES", 'x', "excnodes"),
  EXIT_CODE("EXIT_CODE", 0, "exit_code"),
  FEATURES("FEATURES", 'f', "feature"),
  GROUP_ID("GROUP", 'G', "groupid"),
  GROUP_NAME("GROUP", 'g', "groupname"),
  HET_JOB_ID("HET_JOB_ID", 0, "hetjobid", "packjobid"),
  HET_JOB_ID_SET("HET_JOB_ID_SET", 0, "hetjobidset", "packjobidset"),
  HET_JOB_OFFSET("HET_JOB_OFFSET", 0, "hetjoboffset", "packjoboffset"),
  /** 12, 12_3, 12_[4-9%2], 12+1. */
  JOB_ARRAY_ID("JOBID", 'i', "jobarrayid"),
  JOB_ID("JOBID", 'A', "jobid"),
  LAST_SCHED_EVAL("LAST_SCHED_EVAL", 0, "lastschedeval"),
  LICENSES("LICENSES", 'W', "licenses"),
  MAX_CPUS("MAX_CPUS", 0, "maxcpus"),
  MAX_NODES("MAX_NODES", 0, "maxnodes"),
  MCS_LABEL("MCSLABEL", 0, "mcslabel"),
  MEM_PER_TRES("MEM_PER_TRES", 0, "mem-per-tres"),
  MIN_CPUS("MIN_CPUS", 'c', "mincpus"),
  MIN_MEMORY("MIN_MEMORY", 'm', "minmemory"),
  MIN_TIME("TIME_MIN", 0, "mintime"),
  MIN_TMP_DISK("MIN_TMP_DISK", 'd', "mintmpdisk"),
  NAME("NAME", 'j', "name"),
  NETWORK("NETWORK", 0, "network"),
  NICE("NICE", 'y', "nice"),
  NODELIST("NODELIST", 'N', "nodelist"),
  NTASKS_PER_BOARD("NTASKS_PER_BOARD", 0, "ntperboard"),
  NTASKS_PER_CORE("NTASKS_PER_CORE", 0, "ntpercore"),
  NTASKS_PER_NODE("NTASKS_PER_NODE", 0, "ntpernode"),
  NTASKS_PER_SOCKET("NTASKS_PER_SOCKET", 0, "ntpersocket"),
  NUM_CPUS("CPUS", 'C', "numcpus"),
  NUM_NODES("NODES", 'D', "numnodes"),
  NUM_TASKS("TASKS", 0, "numtasks"),
  ORIGIN("ORIGIN", 0, "origin"),
  ORIGIN_RAW("ORIGIN_RAW", 0, "originraw"),
  OVER_SUBSCRIBE("OVER_SUBSCRIBE", 'h', "oversubscribe", "shared"),
  PARTITION("PARTITION", 'P', "partition"),
  PENDING_TIME("PENDING_TIME", 0, "pendingtime"),
  PREEMPT_TIME("PREEMPT_TIME", 0, "preempttime"),
  PREFER("PREFER", 0, "prefer"),
  /** The share of the largest possible priority. */
  PRIORITY("PRIORITY", 'p', "priority"),
  PRIORITY_LONG("PRIORITY", 'Q', "prioritylong"),
  PROFILE("PROFILE", 0, "profile"),
  QOS("QOS", 'q', "qos"),
  REASON("REASON", 'r', "reason"),
  REASON_LIST("NODELIST(REASON)", 'R', "reasonlist"),
  REBOOT("REBOOT", 0, "reboot"),
  REQ_NODES("REQ_NODES", 'n', "reqnodes"),
  REQ_SWITCH("REQ_SWITCH", 0, "reqswitch"),
  REQUEUE("REQUEUE", 0, "requeue"),
  RESERVATION("RESERVATION", 'v', "reservation"),
  RESIZE_TIME("RESIZE_TIME", 0, "resizetime"),
  RESTART_COUNT("RESTART_COUNT", 0, "restartcnt"),
  SCHED_NODES("SCHEDNODES", 'Y', "schednodes"),
  SELECT_JOB_INFO("", 's', "selectjobinfo"),
  SIBLINGS_ACTIVE("ACTIVE_SIBLINGS", 0, "siblingsactive"),
  SIBLINGS_ACTIVE_RAW("ACTIVE_SIBLINGS_RAW", 0, "siblingsactiveraw"),
  SIBLINGS_VIABLE("VIABLE_SIBLINGS", 0, "siblingsviable"),
  SIBLINGS_VIABLE_RAW("VIALBLE_SIBLINGS_RAW", 0, "siblingsviableraw"),
  SOCKETS_CORES_THREADS("S:C:T", 'z', "sct"),
  SOCKETS_PER_BOARD("SOCKETS_PER_BOARD", 0, "sperboard"),
  SOCKETS_PER_NODE("SOCKETS_PER_NODE", 'H', "sockets"),
  START_TIME("START_TIME", 'S', "starttime"),
  STATE("STATE", 'T', "state"),
  STATE_COMPACT("ST", 't', "statecompact"),
  STDERR("STDERR", 0, "stderr"),
  STDIN("STDIN", 0, "stdin"),
  STDOUT("STDOUT", 0, "stdout"),
  SUBMIT_TIME("SUBMIT_TIME", 'V', "submittime"),
  SYSTEM_COMMENT("SYSTEM_COMMENT", 0, "system_comment"),
  THREADS_PER_CORE("THREADS_PER_CORE", 'J', "threads"),
  TIME_LEFT("TIME_LEFT", 'L', "timeleft"),
  TIME_LIMIT("TIME_LIMIT", 'l', "timelimit"),
  TIME_USED("TIME", 'M', "timeused"),
  TRES_ALLOC("TRES_ALLOC", 0, "tres-alloc", "tres"),
  TRES_BIND("TRES_BIND", 0, "tres-bind"),
  TRES_FREQ("TRES_FREQ", 0, "tres-freq"),
  TRES_PER_JOB("TRES_PER_JOB", 0, "tres-per-job"),
  TRES_PER_NODE("TRES_PER_NODE", 'b', "tres-per-node", "gres"),
  TRES_PER_SOCKET("TRES_PER_SOCKET", 0, "tres-per-socket"),
  TRES_PER_TASK("TRES_PER_TASK", 0, "tres-per-task"),
  USER_ID("UID", 'U', "userid"),
  USER_NAME("USER", 'u', "username"),
  WAIT4SWITCH("WAIT4SWITCH", 0, "wait4switch"),
  WCKEY("WCKEY", 'w', "wckey"),
  WORK_DIR("WORK_DIR", 'Z', "workdir");

  /** The order of {@code -o %all}. */
  static final String ALL_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  final String heading;
  final char letter;
  final String[] names;

  JobField(String heading, int letter, String... names) {
    this.heading = heading;
    this.letter = (char) letter;
    this.names = names;
  }

  /** The field's value; null prints as "(null)". */
  String of(JobInfo j, JobView v) {
    return switch (this) {
      case ACCOUNT -> j.account();
      case ACCRUE_TIME -> v.time(j.accrueTime());
      case ADMIN_COMMENT -> j.adminComment();
      case ALLOC_NODES -> j.allocNode();
      case ALLOC_SID -> Long.toString(j.allocSid());
      case ARRAY_JOB_ID -> Long.toString(j.arrayJobId() != 0 ? j.arrayJobId() : j.jobId());
      case ARRAY_TASK_ID -> v.arrayTaskId(j);
      case ASSOC_ID -> Long.toString(j.assocId());
      case BATCH_FLAG -> Integer.toString(j.batchFlag());
      case BATCH_HOST -> orElse(j.batchFlag() != 0 ? j.batchHost() : j.allocNode(), "n/a");
      case BOARDS_PER_NODE -> multiCore(j, m -> Integer.toString(m.boardsPerNode()), "N/A");
      case BURST_BUFFER -> j.burstBuffer();
      case BURST_BUFFER_STATE -> j.burstBufferState();
      case CLUSTER -> j.cluster();
      case CLUSTER_FEATURES -> j.clusterFeatures();
      case COMMAND -> j.command();
      case COMMENT -> j.comment();
      case CONTAINER -> j.container();
      case CONTAINER_ID -> j.containerId();
      case CONTIGUOUS -> Integer.toString(j.contiguous());
      case CORES_PER_SOCKET -> multiCore(j, m -> v.count(m.coresPerSocket()), "*");
      case CORE_SPEC -> coreSpec(j.coreSpec());
      case CPUS_PER_TASK -> j.cpusPerTask() == SlurmConstants.NO_VAL16 ? "N/A" : Integer.toString(j.cpusPerTask());
      case CPUS_PER_TRES -> orElse(j.cpusPerTres(), "N/A");
      case DEADLINE -> v.time(j.deadline());
      case DELAY_BOOT -> Durations.seconds(j.delayBoot());
      case DEPENDENCY -> j.dependency();
      case DERIVED_EC -> v.exitStatus(j.derivedEc());
      case ELIGIBLE_TIME -> v.time(j.eligibleTime());
      case END_TIME -> v.endTime(j);
      case EXC_NODES -> v.nodes(j.excNodes());
      case EXIT_CODE -> v.exitStatus(j.exitCode());
      case FEATURES -> j.features();
      case GROUP_ID -> Long.toString(j.groupId());
      case GROUP_NAME -> v.groupName(j.groupId());
      case HET_JOB_ID -> j.hetJobId() == 0 ? "N/A" : Long.toString(j.hetJobId());
      case HET_JOB_ID_SET -> orElse(j.hetJobIdSet(), "N/A");
      case HET_JOB_OFFSET -> j.hetJobId() == 0 ? "N/A" : Long.toString(j.hetJobOffset());
      case JOB_ARRAY_ID -> v.jobArrayId(j);
      case JOB_ID -> Long.toString(j.jobId());
      case LAST_SCHED_EVAL -> v.time(j.lastSchedEval());
      case LICENSES -> j.licenses();
      case MAX_CPUS -> Long.toString(j.maxCpus() == 0 ? j.numCpus() : j.maxCpus());
      case MAX_NODES -> Long.toString(j.maxNodes() == 0 ? j.numNodes() : j.maxNodes());
      case MCS_LABEL -> j.mcsLabel();
      case MEM_PER_TRES -> orElse(j.memPerTres(), "N/A");
      case MIN_CPUS -> v.count(j.pnMinCpus());
      case MIN_MEMORY -> v.megabytes(j.pnMinMemory() & Long.MAX_VALUE);
      case MIN_TIME -> Durations.minutes(j.timeMin());
      case MIN_TMP_DISK -> v.megabytes(j.pnMinTmpDisk());
      case NAME -> j.name();
      case NETWORK -> j.network();
      case NICE -> Long.toString(j.nice() - SlurmConstants.NICE_OFFSET);
      case NODELIST -> v.nodes(j.nodes());
      case NTASKS_PER_BOARD -> multiCore(j, m -> Integer.toString(m.ntasksPerBoard()), "N/A");
      case NTASKS_PER_CORE -> multiCore(j, m -> tasksPer(m.ntasksPerCore()), "N/A");
      case NTASKS_PER_NODE -> Integer.toString(j.ntasksPerNode());
      case NTASKS_PER_SOCKET -> multiCore(j, m -> tasksPer(m.ntasksPerSocket()), "N/A");
      case NUM_CPUS -> v.count(j.numCpus());
      case NUM_NODES -> v.count(v.nodeCount(j));
      case NUM_TASKS -> Long.toString(j.numTasks());
      case ORIGIN -> orElse(federation(j).fedOriginStr(), "NA");
      case ORIGIN_RAW -> federation(j).fedOriginStr() == null ? "NA" : Long.toString(j.jobId() >>> 26);
      case OVER_SUBSCRIBE -> v.oversubscribe(j);
      case PARTITION -> j.partition();
      case PENDING_TIME -> Long.toString(v.pendingSeconds(j));
      case PREEMPT_TIME -> v.time(j.preemptTime());
      case PREFER -> j.prefer();
      case PRIORITY -> JobView.share(j.priority());
      case PRIORITY_LONG -> Long.toString(j.priority());
      case PROFILE -> JobView.profile(j.profile());
      case QOS -> j.qos();
      case REASON -> v.reason(j);
      case REASON_LIST -> v.reasonOrNodes(j);
      case REBOOT -> Integer.toString(j.reboot());
      case REQ_NODES -> v.nodes(j.reqNodes());
      case REQ_SWITCH -> Long.toString(j.reqSwitch());
      case REQUEUE -> Integer.toString(j.requeue());
      case RESERVATION -> j.resvName();
      case RESIZE_TIME -> v.time(j.resizeTime());
      case RESTART_COUNT -> Integer.toString(j.restartCnt());
      case SCHED_NODES -> j.schedNodes();
      case SELECT_JOB_INFO -> "";
      case SIBLINGS_ACTIVE -> orElse(federation(j).fedSiblingsActiveStr(), "NA");
      case SIBLINGS_ACTIVE_RAW -> federation(j).fedSiblingsActive() == 0 ? "NA" : Long.toUnsignedString(federation(j).fedSiblingsActive());
      case SIBLINGS_VIABLE -> orElse(federation(j).fedSiblingsViableStr(), "NA");
      case SIBLINGS_VIABLE_RAW -> federation(j).fedSiblingsViable() == 0 ? "NA" : Long.toUnsignedString(federation(j).fedSiblingsViable());
      case SOCKETS_CORES_THREADS ->
          multiCore(
              j,
              m -> v.count(m.socketsPerNode()) + ":" + v.count(m.coresPerSocket()) + ":" + v.count(m.threadsPerCore()),
              "*:*:*");
      case SOCKETS_PER_BOARD -> multiCore(j, m -> Integer.toString(m.socketsPerBoard()), "N/A");
      case SOCKETS_PER_NODE -> multiCore(j, m -> v.count(m.socketsPerNode()), "*");
      case START_TIME -> v.time(j.startTime());
      case STATE -> JobStates.name(j.jobState());
      case STATE_COMPACT -> JobStates.compact(j.jobState());
      case STDERR -> v.files().error(j);
      case STDIN -> v.files().input(j);
      case STDOUT -> v.files().output(j);
      case SUBMIT_TIME -> v.time(j.submitTime());
      case SYSTEM_COMMENT -> j.systemComment();
      case THREADS_PER_CORE -> multiCore(j, m -> v.count(m.threadsPerCore()), "*");
      case TIME_LEFT -> v.timeLeft(j);
      case TIME_LIMIT -> v.timeLimit(j);
      case TIME_USED -> Durations.seconds(v.usedSeconds(j));
      case TRES_ALLOC -> orElse(j.tresAllocStr(), orElse(j.tresReqStr(), "N/A"));
      case TRES_BIND -> orElse(j.tresBind(), "N/A");
      case TRES_FREQ -> orElse(j.tresFreq(), "N/A");
      case TRES_PER_JOB -> orElse(j.tresPerJob(), "N/A");
      case TRES_PER_NODE -> orElse(j.tresPerNode(), "N/A");
      case TRES_PER_SOCKET -> orElse(j.tresPerSocket(), "N/A");
      case TRES_PER_TASK -> orElse(j.tresPerTask(), "N/A");
      case USER_ID -> Long.toString(j.userId());
      case USER_NAME -> v.userName(j.userId());
      case WAIT4SWITCH -> Durations.seconds(j.wait4switch());
      case WCKEY -> j.wckey();
      case WORK_DIR -> j.workDir();
    };
  }

  private static JobFedDetails federation(JobInfo j) {
    return j.fedDetails() == null ? new JobFedDetails() : j.fedDetails();
  }

  private interface OfMultiCore {
    String text(MultiCoreData m);
  }

  private static String multiCore(JobInfo j, OfMultiCore f, String none) {
    return j.mcPtr() == null ? none : f.text(j.mcPtr());
  }

  private static String tasksPer(int n) {
    return n == SlurmConstants.NO_VAL16 || n == SlurmConstants.INFINITE16 ? "N/A" : Integer.toString(n);
  }

  private static String coreSpec(int spec) {
    if (spec == SlurmConstants.NO_VAL16) {
      return "N/A";
    }
    return (spec & 0x8000) != 0 ? (spec & 0x7fff) + "T" : Integer.toString(spec);
  }

  static String orElse(String text, String otherwise) {
    return text != null ? text : otherwise;
  }
}
