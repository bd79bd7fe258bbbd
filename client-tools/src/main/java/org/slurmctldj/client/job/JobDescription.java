package org.slurmctldj.client.job;

import org.slurmctldj.client.cli.Client;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.wire.SlurmConstants;

/** Fills the job description as the real sbatch of the release does, field by field. */
public final class JobDescription {
  private static final long PER_CPU = 1L << 63;
  private static final int THREAD_SPEC = 0x8000;

  /** bitflags: what the user gave, and what he left to the cluster. */
  private static final long NTASKS_SET = 1 << 14;

  private static final long CPUS_SET = 1 << 15;
  private static final long NO_ACCOUNT = 1 << 25;
  private static final long NO_PARTITION = 1 << 26;
  private static final long NO_QOS = 1 << 27;
  private static final long NO_WCKEY = 1 << 28;
  private static final long SPREAD = 1 << 8;
  private static final long MIN_NODES = 1 << 9;
  private static final long EXPEDITED_REQUEUE = 1L << 45;
  private static final long STEPMGR = 1L << 41;

  private final Client client;
  private final boolean old;
  private final Submission s;

  public JobDescription(Client client, boolean old, Submission submission) {
    this.client = client;
    this.old = old;
    this.s = submission;
  }

  /** Combinations that Slurm's clients refuse themselves. */
  public void check() {
    int memories = (s.memPerNode == Submission.UNSET ? 0 : 1) + (s.memPerCpu == Submission.UNSET ? 0 : 1);
    if (memories + (s.memPerGpu == Submission.UNSET ? 0 : 1) > 1) {
      throw client.fatal("--mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive.");
    }
    if (!old && s.exclusive && s.oversubscribe) {
      throw client.fatal("--exclusive and --oversubscribe options are mutually exclusive");
    }
    if (s.gpusPerTask != null && s.ntasksPerGpu != Submission.UNSET) {
      throw client.fatal("--gpus-per-task is mutually exclusive with --ntasks-per-gpu and SLURM_NTASKS_PER_GPU");
    }
    if (!old && s.cpusPerGpu != Submission.UNSET && (s.cpusPerTask != Submission.UNSET || TresPerTask.cpus(s) > 0)) {
      throw client.fatal("--cpus-per-task, --tres-per-task=cpu:#, and --cpus-per-gpu are mutually exclusive");
    }
    if (s.segment != 0 && s.nodes != null && s.nodes.min() % s.segment != 0) {
      throw client.fatal("--segment must evenly divide the number of nodes");
    }
    new Gres(client, old).check(s);
  }

  /** A batch job. */
  public JobDescMsg build(JobShape shape, String scriptText, String[] argv, String[] environment) {
    JobDescMsg d = build(shape);
    String directory = d.workDir();
    return d.stdIn(s.input == null ? "/dev/null" : path(directory, s.input))
        .stdOut(path(directory, s.output))
        .stdErr(path(directory, s.error))
        .environment(environment)
        .script(scriptText)
        .argv(argv);
  }

  /** What every kind of job has. */
  public JobDescMsg build(JobShape shape) {
    JobDescMsg d = new JobDescMsg();
    names(d);
    resources(d, shape);
    times(d);
    gres(d);
    d.workDir(directory())
        .openMode(s.openMode)
        .immediate(s.immediate == 1 ? 1 : 0)
        .submitLine(submitLine())
        .allocSid(s.testOnly ? SlurmConstants.NO_VAL : ProcessStat.session())
        .bitflags(flags(shape));
    if (old) {
      d.userId(s.uid != Submission.UNSET ? s.uid : ProcessFacts.uid()).groupId(s.gid != Submission.UNSET ? s.gid : ProcessFacts.gid());
    } else {
      if (s.uid != Submission.UNSET) {
        d.userId(s.uid);
      }
      if (s.gid != Submission.UNSET) {
        d.groupId(s.gid);
      }
    }
    return d;
  }

  private String submitLine() {
    StringBuilder b = new StringBuilder(client.program());
    client.arguments().forEach(a -> b.append(' ').append(a));
    return b.toString();
  }

  private void names(JobDescMsg d) {
    d.name(s.jobName)
        .account(s.account)
        .acctgFreq(s.acctgFreq)
        .arrayInx(s.array)
        .batchFeatures(s.batch)
        .burstBuffer(s.burstBuffer)
        .clusterFeatures(s.clusterConstraint)
        .comment(s.comment)
        .container(s.container)
        .reqContext(s.context)
        .features(s.constraint)
        .dependency(s.dependency)
        .licenses(s.licenses)
        .mailType(s.mailType)
        .mailUser(s.mailUser)
        .mcsLabel(s.mcsLabel)
        .network(s.network)
        .partition(s.partition)
        .prefer(s.prefer)
        .qos(s.qos)
        .reservation(s.reservation)
        .wckey(s.wckey)
        .extra(s.extra)
        .profile(s.profile);
    if (!old) {
      d.containerId(s.containerId);
    }
    if (s.hold) {
      d.priority(0);
    } else {
      d.priority(s.priority);
    }
    d.nice(s.nice);
    if (s.requeue != Submission.UNSET) {
      d.requeue(s.requeue);
    }
    if (s.killOnNodeFail != Submission.UNSET) {
      d.killOnNodeFail(s.killOnNodeFail);
    }
    if (s.reboot) {
      d.reboot(1);
    }
    if (s.waitAllNodes != Submission.UNSET) {
      d.waitAllNodes(s.waitAllNodes);
    }
    if (s.oomKillStep != Submission.UNSET) {
      d.oomKillStep(s.oomKillStep);
    }
    d.warnFlags(s.warnFlags).warnSignal(s.warnSignal).warnTime(s.warnTime);
  }

  private void resources(JobDescMsg d, JobShape shape) {
    d.contiguous(s.contiguous ? 1 : 0);
    if (shape.ntasksSent()) {
      d.numTasks(shape.ntasks());
    }
    d.minCpus(shape.minCpus()).minNodes(shape.minNodes()).maxNodes(shape.maxNodes());
    if (s.nodes != null && s.nodes.sizes() != null) {
      d.jobSizeStr(s.nodes.sizes());
    }
    d.reqNodes(shape.nodeList()).excNodes(s.exclude);
    boolean cpusGiven = s.cpusPerTask != Submission.UNSET || TresPerTask.cpus(s) > 0;
    if (shape.cpusPerTask() > 0) {
      d.cpusPerTask(shape.cpusPerTask() & 0xffff);
    }
    int leastCpus = Math.max(s.minCpus, cpusGiven ? shape.cpusPerTask() : Submission.UNSET);
    if (leastCpus != Submission.UNSET) {
      d.pnMinCpus(leastCpus & 0xffff);
    }
    if (s.memPerNode != Submission.UNSET) {
      d.pnMinMemory(s.memPerNode);
    } else if (s.memPerCpu != Submission.UNSET) {
      d.pnMinMemory(PER_CPU | s.memPerCpu);
    }
    if (s.tmp != Submission.UNSET) {
      d.pnMinTmpDisk(s.tmp);
    }
    if (s.coreSpec != Submission.UNSET) {
      d.coreSpec(s.threadSpec ? THREAD_SPEC | s.coreSpec : s.coreSpec);
    }
    if (s.shared != Submission.UNSET) {
      d.shared(s.shared);
    }
    if (s.overcommit) {
      d.overcommit(1);
    }
    d.taskDist(s.distribution == null ? Distribution.UNSET : s.distribution.code());
    if (s.distribution != null && s.distribution.isPlane()) {
      d.planeSize(s.planeSize);
    }
    d.memBindType(s.memBind == null ? 0 : s.memBind.flags()).memBind(s.memBind == null ? null : s.memBind.list());
    small(s.socketsPerNode, d::socketsPerNode);
    small(shape.coresPerSocket(), d::coresPerSocket);
    small(shape.threadsPerCore(), d::threadsPerCore);
    small(s.ntasksPerNode, d::ntasksPerNode);
    small(shape.ntasksPerSocket(), d::ntasksPerSocket);
    small(shape.ntasksPerCore(), d::ntasksPerCore);
    small(s.ntasksPerGpu, d::ntasksPerTres);
    if (s.cpuFreq != null) {
      d.cpuFreqMin(s.cpuFreq.min()).cpuFreqMax(s.cpuFreq.max()).cpuFreqGov(s.cpuFreq.governor());
    }
    if (s.switches != Submission.UNSET) {
      d.reqSwitch(s.switches).wait4switch(s.switchWait);
    }
    if (s.segment != 0) {
      d.segmentSize(s.segment);
    }
  }

  @FunctionalInterface
  private interface Setter {
    JobDescMsg set(int value);
  }

  private static void small(int value, Setter setter) {
    if (value != Submission.UNSET) {
      setter.set(value & 0xffff);
    }
  }

  private void times(JobDescMsg d) {
    d.timeLimit(s.time).timeMin(s.timeMin).beginTime(s.begin).deadline(s.deadline).delayBoot(s.delayBoot);
  }

  private void gres(JobDescMsg d) {
    Gres gres = new Gres(client, old);
    d.tresPerNode(join(gres.request(s.gres), gres.gpus(s.gpusPerNode)))
        .tresPerJob(gres.gpus(s.gpus))
        .tresPerSocket(gres.gpus(s.gpusPerSocket))
        .tresPerTask(old ? gres.gpus(s.gpusPerTask) : TresPerTask.text(s))
        .cpusPerTres(gres.gpus(s.cpusPerGpu))
        .memPerTres(gres.gpus(s.memPerGpu))
        .tresBind(old ? s.tresBind : TresPerTask.bind(s))
        .tresFreq(s.gpuFreq == null ? null : "gpu:" + s.gpuFreq);
  }

  private static String join(String a, String b) {
    return a == null ? b : b == null ? a : a + "," + b;
  }

  private String directory() {
    String here = ByteNames.workingDirectory(client.env("PWD"));
    if (s.directory == null) {
      return here;
    }
    return s.directory.startsWith("/") ? s.directory : here + "/" + s.directory;
  }

  private static String path(String directory, String file) {
    return file == null || file.startsWith("/") ? file : directory + "/" + file;
  }

  private long flags(JobShape shape) {
    long flags = s.killInvalidDep | s.gresFlags;
    flags |= s.spreadJob ? SPREAD : 0;
    flags |= s.useMinNodes ? MIN_NODES : 0;
    flags |= shape.ntasksSet() ? NTASKS_SET : 0;
    flags |= s.cpusPerTask != Submission.UNSET || TresPerTask.cpus(s) > 0 ? CPUS_SET : 0;
    flags |= s.account == null ? NO_ACCOUNT : 0;
    flags |= s.partition == null ? NO_PARTITION : 0;
    flags |= s.qos == null ? NO_QOS : 0;
    flags |= s.wckey == null ? NO_WCKEY : 0;
    flags |= s.stepmgr ? STEPMGR : 0;
    flags |= s.expeditedRequeue ? EXPEDITED_REQUEUE : 0;
    return flags;
  }

}
