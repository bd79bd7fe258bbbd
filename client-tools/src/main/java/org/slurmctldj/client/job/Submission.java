package org.slurmctldj.client.job;

import org.slurmctldj.proto.bcast.BlockCompression;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * What the options say, before it becomes a job description: numbers, times, texts as the user gave them. Filled by {@link
 * OptionReader}, one thread.
 */
public final class Submission {
  public static final int UNSET = -1;

  public String account;
  public String acctgFreq;
  public String array;
  public String batch;
  public long begin;
  public String burstBuffer;
  public String clusterConstraint;
  public String directory;
  public String comment;
  public String container;
  public String containerId;
  public String context;
  public boolean contiguous;
  public String constraint;
  public int coreSpec = UNSET;
  public boolean threadSpec;
  public int coresPerSocket = UNSET;
  public CpuFreqRequest cpuFreq;
  public int cpusPerGpu = UNSET;
  public int cpusPerTask = UNSET;
  public long deadline;
  public long delayBoot = SlurmConstants.NO_VAL;
  public String dependency;
  public Distribution distribution;
  public int planeSize = UNSET;
  public String error;
  public String exclude;
  public int shared = UNSET;
  public boolean exclusive;
  public boolean oversubscribe;
  public String export;
  public String exportFile;
  public String extra;
  public boolean getUserEnv;
  public boolean geometry;
  public long gid = UNSET;
  public String gpuBind;
  public String gpuFreq;
  public String gpus;
  public String gpusPerNode;
  public String gpusPerSocket;
  public String gpusPerTask;
  public String gres;
  public long gresFlags;
  public String hetGroup;
  public String hint;
  public boolean hold;
  public int bell;
  public boolean noShell;
  public int killCommand;
  public boolean ignorePbs;
  /** Seconds; 1: only if it can start at once; 0: wait for ever. */
  public int immediate;
  public String input;
  public String jobName;
  public long killInvalidDep;
  public String licenses;
  public int mailType;
  public String mailUser;
  public String mcsLabel;
  public long memPerNode = UNSET;
  public long memPerCpu = UNSET;
  public long memPerGpu = UNSET;
  public MemBinding memBind;
  public int minCpus = UNSET;
  public String network;
  public long nice = SlurmConstants.NO_VAL;
  public int killOnNodeFail = UNSET;
  public int requeue = UNSET;
  /** --requeue=expedite. */
  public boolean expeditedRequeue;
  public String nodeList;
  public NodeCount nodes;
  public int ntasks = UNSET;
  public int ntasksPerCore = UNSET;
  public int ntasksPerGpu = UNSET;
  public int ntasksPerNode = UNSET;
  public int ntasksPerSocket = UNSET;
  public int oomKillStep = UNSET;
  public int openMode;
  public String output;
  public boolean overcommit;
  public boolean parsable;
  public String partition;
  public String prefer;
  public long priority = SlurmConstants.NO_VAL;
  public String profileName;
  public long profile;
  public String propagate;
  public String qos;
  public boolean quiet;
  public boolean reboot;
  public String reservation;
  public int segment;
  public int warnFlags;
  public int warnSignal;
  public int warnTime;
  public int socketsPerNode = UNSET;
  public boolean spreadJob;
  public boolean stepmgr;
  public int switches = UNSET;
  public long switchWait = SlurmConstants.NO_VAL;
  public boolean testOnly;
  public int threadsPerCore = UNSET;
  public long time = SlurmConstants.NO_VAL;
  public long timeMin = SlurmConstants.NO_VAL;
  public long tmp = UNSET;
  public String tresBind;
  public String tresPerTask;
  public long uid = UNSET;
  public boolean useMinNodes;
  public int verbose;
  public boolean wait;
  public int waitAllNodes = UNSET;
  public String wckey;
  public String wrap;

  // srun alone
  public boolean label;
  public boolean unbuffered;
  public long jobId;
  public boolean overlap;
  public boolean externalLauncher;
  public boolean exact;
  public boolean whole;
  public int relative = UNSET;
  public int killOnBadExit = UNSET;
  public int maxWait = UNSET;
  public boolean pty;
  public boolean multiProg;
  public boolean interactive;
  public String mpi;
  public CpuBinding cpuBind;
  public boolean disableStatus;
  public boolean quitOnInterrupt;
  public boolean preserveEnv;
  public String taskProlog;
  public String taskEpilog;
  public int slurmdDebug = UNSET;
  /** --bcast; where to, or null. */
  public boolean bcast;

  public String bcastTo;
  public String bcastExclude;
  /** --compress; null: as slurm.conf says. */
  public BlockCompression compression;
  /** --send-libs; null: as slurm.conf says. */
  public Boolean sendLibs;
}
