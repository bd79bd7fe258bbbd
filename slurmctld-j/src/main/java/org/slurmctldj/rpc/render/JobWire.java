package org.slurmctldj.rpc.render;

import static org.slurmctldj.proto.wire.SlurmConstants.INFINITE;
import static org.slurmctldj.proto.wire.SlurmConstants.NICE_OFFSET;
import static org.slurmctldj.proto.wire.SlurmConstants.NO_VAL;
import static org.slurmctldj.proto.wire.SlurmConstants.NO_VAL16;

import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ExpectedNodes;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.core.TaskSet;
import org.slurmctldj.proto.slurm.JobFedDetails;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.MultiCoreData;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.Bitmap;

/** A job as RESPONSE_JOB_INFO shows it. Values compared field by field with real 22.05.8 and 24.11.5. */
public final class JobWire {
  private static final long YEAR_SECONDS = 365L * 24 * 60 * 60;
  private static final int DETAIL = 1 << 1;
  private static final int V23_11 = 40;
  private static final int V24_11 = 42;
  private static final int V26_05 = 45;
  private static final int V25_11 = 44;
  private static final int WAIT_TIME = 9;
  private static final int FAIL_LAUNCH = 23;
  private static final int FAIL_SIGNAL = 33;
  private static final long NTASKS_SET = 1L << 14;
  private static final long USE_DEFAULT_ACCT = 1L << 25;
  private static final long USE_DEFAULT_PART = 1L << 26;
  private static final long USE_DEFAULT_QOS = 1L << 27;
  private static final long USE_DEFAULT_WCKEY = 1L << 28;
  /** Heterogeneous jobs are the backfill scheduler's in Slurm, and clients call it so. */
  private static final long BACKFILL_SCHED = 1L << 32;

  /**
   * What a job waits for, a pending one as the planner sees it; not part of the state.
   *
   * @param reason Slurm's reason number
   * @param text state_desc, or null
   * @param startSeconds when it may start as things stand; 0 unknown
   * @param nodes where, or null
   */
  public record Waiting(long reason, String text, long startSeconds, String nodes) {
    /** A running job, until the Prologs of its nodes are through (PrologFlags=Alloc). */
    public static final Waiting PROLOG = new Waiting(36, null, 0);

    public Waiting(long reason, String text, long startSeconds) {
      this(reason, text, startSeconds, null);
    }
  }

  private final ClusterConfig config;
  private final int version;
  private final int showFlags;
  private final boolean multifactor;

  /**
   * One per answer.
   *
   * @param priorityType PriorityType of slurm.conf, null if it is not set
   */
  public JobWire(ClusterConfig config, int version, int showFlags, String priorityType) {
    this.config = config;
    this.version = version;
    this.showFlags = showFlags;
    this.multifactor = priorityType == null ? version >= V23_11 : priorityType.endsWith("multifactor");
  }

  /** The default became priority/multifactor with 23.11: without accounting and weights only a negative nice shows. */
  private long priority(JobRecord j) {
    if (j.suspended || willBeHeld(j)) {
      return 0;
    }
    if (!multifactor || j.priority == 0 || j.prioritySet) {
      return j.priority;
    }
    return Math.max(1, NICE_OFFSET - or(j.request, JobField.NICE, NICE_OFFSET));
  }

  /** {@code waiting} null: core's own reason is all there is. */
  public JobInfo of(JobRecord j, Waiting waiting) {
    JobFields r = j.request;
    boolean pending = j.phase == JobPhase.PENDING;
    JobInfo w = new JobInfo();
    w.stepId(JobSluids.of(config, j, NO_VAL, version));
    identity(w, j, r);
    times(w, j, pending, waiting);
    reason(w, j, waiting);
    texts(w, j, r);
    sizes(w, j, r, pending);
    allocation(w, j);
    w.schedNodes(waiting == null ? null : waiting.nodes());
    array(w, j);
    if (j.isHet()) {
      long last = j.hetJobId + j.hetSize - 1;
      w.hetJobId(j.hetJobId).hetJobOffset(j.hetOffset()).hetJobIdSet(last == j.hetJobId ? Long.toString(last) : j.hetJobId + "-" + last);
    }
    w.fedDetails(version < 42 ? new JobFedDetails() : null);
    return w;
  }

  private void identity(JobInfo w, JobRecord j, JobFields r) {
    w.userId(r.number(JobField.USER_ID))
        .groupId(r.number(JobField.GROUP_ID))
        .jobState(state(j))
        .batchFlag((int) r.number(JobField.BATCH_FLAG))
        .restartCnt(j.restarts + (j.phase == JobPhase.ENDING && j.requeueAfterEnd ? 1 : 0))
        .showFlags(showFlags)
        .priority(priority(j))
        .partition(partition(j, r))
        .cluster(config.clusterName())
        .exitCode(j.exitCode)
        .derivedEc(j.derivedExitCode)
        .nice(or(r, JobField.NICE, NICE_OFFSET))
        .siteFactor(NICE_OFFSET)
        .profile(r.number(JobField.PROFILE))
        .reboot(0)
        .allocSid(r.number(JobField.ALLOC_SID))
        .allocNode(r.text(JobField.ALLOC_NODE))
        .startProtocolVer((int) r.number(JobField.START_PROTOCOL_VERSION))
        .bitflags(bitflags(r) | (j.isHet() && j.startTime != 0 ? BACKFILL_SCHED : 0))
        .requeue((int) or(r, JobField.REQUEUE, 1))
        .mailType((int) r.number(JobField.MAIL_TYPE))
        .mailUser(r.text(JobField.MAIL_USER) != null ? r.text(JobField.MAIL_USER) : r.text(JobField.USER_NAME));
  }

  /** Clients before 25.11 do not know EXPEDITING. */
  private long state(JobRecord j) {
    return version < V25_11 ? j.slurmState() & ~SlurmNumbers.JOB_EXPEDITING : j.slurmState();
  }

  private static long bitflags(JobFields r) {
    return r.number(JobField.BITFLAGS)
        | (r.text(JobField.ACCOUNT) == null ? USE_DEFAULT_ACCT : 0)
        | (r.text(JobField.QOS) == null ? USE_DEFAULT_QOS : 0)
        | (r.text(JobField.WCKEY) == null ? USE_DEFAULT_WCKEY : 0)
        | (r.text(JobField.PARTITION) == null ? USE_DEFAULT_PART : 0);
  }

  private String partition(JobRecord j, JobFields r) {
    if (j.phase == JobPhase.PENDING || j.startTime == 0) {
      return r.text(JobField.PARTITION);
    }
    return j.partition >= 0 && j.partition < config.partitions().size()
        ? config.partitions().get(j.partition).name()
        : r.text(JobField.PARTITION);
  }

  private static void times(JobInfo w, JobRecord j, boolean pending, Waiting waiting) {
    long start = pending ? expectedStart(j, waiting) : j.startTime;
    long end = pending ? 0 : j.endTime;
    if (end == 0 && start != 0) {
      long from = j.suspendTime == 0 ? start : j.suspendTime - j.preSuspendedSeconds;
      end = from + (j.timeLimit == INFINITE || j.timeLimit == NO_VAL ? YEAR_SECONDS : j.timeLimit * 60);
    }
    w.timeLimit(j.timeLimit)
        .timeMin(or(j.request, JobField.TIME_MIN, 0))
        .deadline(j.request.number(JobField.DEADLINE))
        .delayBoot(or(j.request, JobField.DELAY_BOOT, 0))
        .submitTime(j.submitTime)
        .eligibleTime(j.eligibleTime)
        .accrueTime(accrual(j))
        .startTime(start)
        .endTime(j.phase == JobPhase.ENDING && j.requeueAfterEnd ? 0 : end)
        .suspendTime(j.suspendTime)
        .preSusTime(j.preSuspendedSeconds)
        .resizeTime(j.resizeTime)
        .lastSchedEval(Math.max(j.lastSchedTime, j.submitTime));
  }

  private static long expectedStart(JobRecord j, Waiting waiting) {
    if (waiting != null && waiting.startSeconds() != 0) {
      return waiting.startSeconds();
    }
    long begin = j.request.number(JobField.BEGIN_TIME);
    return begin > j.submitTime ? begin : 0;
  }

  /** Requeued and held, and not yet gone from its nodes: shown as if it were (22.05.8, 26.05.5). */
  private static boolean willBeHeld(JobRecord j) {
    return j.phase == JobPhase.ENDING && j.requeueAfterEnd && j.requeueHold && !j.launchFailed;
  }

  private void reason(JobInfo w, JobRecord j, Waiting waiting) {
    if (waiting == null && willBeHeld(j)) {
      w.stateReason(SlurmNumbers.WAIT_HELD_USER).stateDesc("job requeued in held state");
      return;
    }
    long number = waiting != null ? waiting.reason() : j.reason;
    // RaisedSignal came with 23.11; before, a job that died by a signal was a launch failure.
    w.stateReason(number == FAIL_SIGNAL && version < V23_11 ? FAIL_LAUNCH : number)
        .stateDesc(
            waiting != null ? waiting.text() : number == FAIL_SIGNAL && version >= V23_11 ? SignalText.raised(j.exitCode) : j.reasonText);
  }

  /** Since when waiting counts; an allocation that was granted at once never waited (slurmctld counts those with a deadline). */
  private static long accrual(JobRecord j) {
    JobFields r = j.request;
    boolean patient = r.number(JobField.BATCH_FLAG) != 0 || r.number(JobField.BEGIN_TIME) != 0 || r.number(JobField.DEADLINE) != 0;
    if (!patient && j.startTime != 0 && j.startTime - j.submitTime <= 1) {
      return 0;
    }
    return j.accrueTime == 0 && j.reason == WAIT_TIME ? j.submitTime : j.accrueTime;
  }

  private void texts(JobInfo w, JobRecord j, JobFields r) {
    w.name(r.text(JobField.NAME))
        .account(r.text(JobField.ACCOUNT))
        // Without an accounting database no QOS is known: 22.05.8 shows none, 24.11.5 the name that was given until the job starts.
        .qos(version >= V24_11 && j.startTime == 0 ? r.text(JobField.QOS) : null)
        .wckey(r.text(JobField.WCKEY))
        .comment(r.text(JobField.COMMENT))
        .adminComment(r.text(JobField.ADMIN_COMMENT))
        .systemComment(r.text(JobField.SYSTEM_COMMENT))
        .extra(r.text(JobField.EXTRA))
        .network(r.text(JobField.NETWORK))
        .licenses(r.text(JobField.LICENSES))
        .licensesAllocated(j.startTime == 0 ? null : r.text(JobField.LICENSES))
        .resvName(r.text(JobField.RESERVATION))
        .mcsLabel(r.text(JobField.MCS_LABEL))
        .features(r.text(JobField.FEATURES))
        .prefer(r.text(JobField.PREFER))
        .batchFeatures(r.text(JobField.BATCH_FEATURES))
        .clusterFeatures(r.text(JobField.CLUSTER_FEATURES))
        .workDir(r.text(JobField.WORK_DIR))
        .dependency(DependencyWire.of(j, r.text(JobField.DEPENDENCY)))
        .command(r.text(JobField.COMMAND))
        .submitLine(r.text(JobField.SUBMIT_LINE))
        .cronspec(r.text(JobField.CRON_SPEC))
        .stdErr(r.text(JobField.STD_ERR))
        .stdIn(r.text(JobField.STD_IN))
        .stdOut(r.text(JobField.STD_OUT))
        .cpusPerTres(r.text(JobField.CPUS_PER_TRES))
        .memPerTres(r.text(JobField.MEM_PER_TRES))
        .tresBind(r.text(JobField.TRES_BIND))
        .tresFreq(r.text(JobField.TRES_FREQ))
        .tresPerJob(r.text(JobField.TRES_PER_JOB))
        .tresPerNode(r.text(JobField.TRES_PER_NODE))
        .tresPerSocket(r.text(JobField.TRES_PER_SOCKET))
        .tresPerTask(r.text(JobField.TRES_PER_TASK));
  }

  private void sizes(JobInfo w, JobRecord j, JobFields r, boolean pending) {
    boolean held = !pending && j.allocation != null;
    long cpus = held ? j.allocation.totalCpus() : or(r, JobField.MIN_CPUS, 1);
    long nodes = held ? j.allocation.nodes().size() : Math.max(1, expectedNodes(j));
    long shared = r.number(JobField.SHARED);
    w.numCpus(cpus)
        .maxCpus(held ? 0 : or(r, JobField.MAX_CPUS, 0))
        .numNodes(nodes)
        .maxNodes(held ? 0 : or(r, JobField.MAX_NODES, mostNodes(j, r, nodes)))
        .numTasks(neverSized(j, r) ? NO_VAL : or(r, JobField.NUM_TASKS, 1))
        .ntasksPerNode((int) or(r, JobField.NTASKS_PER_NODE, 0))
        .ntasksPerTres((int) or(r, JobField.NTASKS_PER_TRES, 0))
        .shared((int) shared)
        .exclusive(shared == 0 ? 1 : 0)
        .oversubscribe(shared == 1 ? 1 : 0)
        .cpuFreqMin(r.number(JobField.CPU_FREQ_MIN))
        .cpuFreqMax(r.number(JobField.CPU_FREQ_MAX))
        .cpuFreqGov(r.number(JobField.CPU_FREQ_GOV))
        .contiguous((int) or(r, JobField.CONTIGUOUS, 0))
        .coreSpec((int) r.number(JobField.CORE_SPEC))
        .cpusPerTask((int) or(r, JobField.CPUS_PER_TASK, 1))
        .pnMinCpus((int) or(r, JobField.PN_MIN_CPUS, 1))
        .pnMinMemory(r.isSet(JobField.PN_MIN_MEMORY) ? r.number(JobField.PN_MIN_MEMORY) : 0)
        .pnMinTmpDisk(or(r, JobField.PN_MIN_TMP_DISK, 0))
        .oomKillStep(NO_VAL16)
        .reqSwitch(or(r, JobField.REQ_SWITCH, 0))
        .wait4switch(or(r, JobField.WAIT4SWITCH, 0))
        .reqNodes(r.text(JobField.REQ_NODES))
        .reqNodeInx(NodeNames.bitmap(config, r.text(JobField.REQ_NODES)))
        .excNodes(r.text(JobField.EXC_NODES))
        .excNodeInx(NodeNames.bitmap(config, r.text(JobField.EXC_NODES)))
        .mcPtr(
            new MultiCoreData()
                .boardsPerNode((int) or(r, JobField.BOARDS_PER_NODE, 0))
                .socketsPerBoard((int) or(r, JobField.SOCKETS_PER_BOARD, 0))
                .socketsPerNode((int) r.number(JobField.SOCKETS_PER_NODE))
                .coresPerSocket((int) r.number(JobField.CORES_PER_SOCKET))
                .threadsPerCore((int) r.number(JobField.THREADS_PER_CORE))
                .ntasksPerBoard((int) or(r, JobField.NTASKS_PER_BOARD, 0))
                .ntasksPerSocket((int) or(r, JobField.NTASKS_PER_SOCKET, 0xffff))
                .ntasksPerCore((int) or(r, JobField.NTASKS_PER_CORE, 0xffff))
                .planeSize((int) or(r, JobField.PLANE_SIZE, 0)))
        .tresReqStr(TresText.job(or(r, JobField.MIN_CPUS, 1), JobMemory.requested(config, j), or(r, JobField.MIN_NODES, 1)));
  }

  /** Where no greatest number of nodes was asked for: from 26.05 on a pending job has no more than the tasks it asked for. */
  private long mostNodes(JobRecord j, JobFields r, long nodes) {
    if (version >= V26_05 && j.phase == JobPhase.PENDING) {
      if (or(r, JobField.NTASKS_PER_NODE, 0) != 0) {
        return nodes;
      }
      if ((r.number(JobField.BITFLAGS) & NTASKS_SET) != 0) {
        return or(r, JobField.NUM_TASKS, 1);
      }
    }
    return neverLookedAt(j, r) ? nodes : 0;
  }

  /** From 24.11 on a job that no scheduler has considered shows "NumNodes=1-1". */
  private int expectedNodes(JobRecord j) {
    boolean range = j.request.isSet(JobField.MAX_NODES) && j.request.number(JobField.MAX_NODES) > j.request.number(JobField.MIN_NODES);
    boolean known = j.partition >= 0 && j.partition < config.partitions().size();
    return range && known && neverConsidered(j) ? ExpectedNodes.whileHeld(config, j) : j.nodesExpected;
  }

  /** The scheduler passes over what is held and what lies in a partition that is down. */
  private boolean neverConsidered(JobRecord j) {
    boolean down = (config.partitions().get(j.partition).state() & PartitionDefinition.STATE_SCHED) == 0;
    return j.startTime == 0 || j.allocation == null ? j.priority == 0 || down : false;
  }

  private boolean neverLookedAt(JobRecord j, JobFields r) {
    String perTask = r.text(JobField.TRES_PER_TASK);
    boolean plain =
        or(r, JobField.CPUS_PER_TASK, 1) <= 1
            && or(r, JobField.NTASKS_PER_NODE, 0) == 0
            && !r.isSet(JobField.NTASKS_PER_CORE)
            && (perTask == null || perTask.equals("cpu=1"));
    return version >= V24_11 && plain && j.phase == JobPhase.PENDING && j.priority == 0;
  }

  /** A job that ended before it ran shows a task count only if one was asked for. */
  private static boolean neverSized(JobRecord j, JobFields r) {
    return j.phase == JobPhase.DONE && j.allocation == null && (r.number(JobField.BITFLAGS) & NTASKS_SET) == 0;
  }

  private void allocation(JobInfo w, JobRecord j) {
    if (j.phase == JobPhase.PENDING || j.allocation == null) {
      w.billableTres(NO_VAL);
      return;
    }
    int[] nodes = j.allocation.nodes().stream().mapToInt(Allocation.NodeShare::node).toArray();
    long memory = j.allocation.nodes().stream().mapToLong(Allocation.NodeShare::memory).sum();
    boolean sameEpoch = j.epoch == config.epoch();
    w.nodes(sameEpoch ? NodeNames.of(config, nodes) : null)
        .nodeInx(sameEpoch ? Bitmap.ofBits(config.nodes().size(), nodes) : null)
        .batchHost(sameEpoch && j.batchNode >= 0 ? config.nodes().get(j.batchNode).name() : null)
        .billableTres(j.allocation.totalCpus())
        .tresAllocStr(TresText.job(j.allocation.totalCpus(), memory, nodes.length));
    if (sameEpoch) {
      w.gresTotal(GresWire.total(config, j));
    }
    if ((showFlags & DETAIL) != 0 && sameEpoch) {
      // Of a finished job, too, as long as it is remembered.
      w.gresDetailStr(GresWire.details(config, j));
      w.jobResrcs(JobResourcesWire.of(config, j));
    }
  }

  private static void array(JobInfo w, JobRecord j) {
    w.arrayJobId(j.arrayJobId).arrayTaskId(j.arrayTaskId).arrayMaxTasks(j.arrayJobId == 0 ? 0 : j.arrayMaxRunning);
    if (j.isArrayRest()) {
      w.arrayTaskStr(hex(j.arrayPending));
    } else if (j.arrayDropped != null) {
      w.arrayTaskStr(hex(j.arrayDropped));
    }
  }

  /** "0xE" for tasks 1 to 3. */
  static String hex(TaskSet tasks) {
    return tasks.isEmpty() ? null : TaskBits.of(tasks).toHex();
  }

  static long or(JobFields r, JobField f, long ifUnset) {
    return r.isSet(f) ? r.number(f) : ifUnset;
  }
}
