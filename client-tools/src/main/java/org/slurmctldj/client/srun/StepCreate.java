package org.slurmctldj.client.srun;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.job.ByteNames;
import org.slurmctldj.client.job.Gres;
import org.slurmctldj.client.job.Submission;
import org.slurmctldj.client.job.TresPerTask;
import org.slurmctldj.client.rpc.Controller;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.slurm.JobStepCreateRequest;
import org.slurmctldj.proto.slurm.JobStepCreateResponse;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.SlurmConstants;

/** Asks the controller for a step, again and again while its nodes are busy. */
final class StepCreate {
  private static final int CREATE = 5001;
  private static final int CREATED = 5002;
  private static final int NODES_BUSY = 2016;
  private static final int PORTS_BUSY = 2059;
  private static final int INTERCONNECT_BUSY = 2079;
  private static final int DISABLED = 2037;
  private static final int PROLOG_RUNNING = 2061;
  private static final int TIMEOUT = 5004;
  private static final long FIRST_PAUSE_MS = 100;
  private static final long MOST_PAUSE_MS = 29_900;

  private static final long EXCLUSIVE = 1;
  private static final long NO_KILL = 2;
  private static final long OVERCOMMIT = 4;
  private static final long WHOLE = 8;
  private static final long INTERACTIVE = 16;
  private static final long MEM_ZERO = 32;
  private static final long OVERLAP = 64;
  private static final long EXTERNAL_LAUNCHER = 256;
  private static final long PER_CPU = 1L << 63;
  private static final long INTERACTIVE_STEP = 0xfffffffaL;
  private static final int WITH_NTASKS_PER_CORE = 39;
  private static final int WITH_DIRECTORY = 43;
  private static final int CYCLIC = 1;
  private static final int BLOCK = 2;
  private static final int UNSET_DISTRIBUTION = 8192;

  private final Client client;
  private final boolean old;
  private final Submission s;
  private final LinkedBlockingQueue<Integer> wakeUps;

  /** @param wakeUps filled when the controller says on the step's port that it may go now, or (above 0) with a signal */
  StepCreate(Client client, boolean old, Submission submission, LinkedBlockingQueue<Integer> wakeUps) {
    this.client = client;
    this.old = old;
    this.s = submission;
    this.wakeUps = wakeUps;
  }

  JobStepCreateRequest request(SrunJob job, int port) {
    JobStepCreateRequest r = new JobStepCreateRequest();
    int nodes = job.stepNodes();
    int ntasks = job.ntasks();
    boolean cpusGiven = s.cpusPerTask != Submission.UNSET;
    long cpus =
        s.overcommit
            ? nodes
            : cpusGiven
                ? (long) ntasks * s.cpusPerTask
                : job.ntasksGiven() || !job.own() ? ntasks : Math.max(ntasks, job.cpuCount());
    long memory = s.memPerNode != Submission.UNSET ? s.memPerNode : s.memPerCpu != Submission.UNSET ? PER_CPU | s.memPerCpu : -1;
    if (memory == -1) {
      long jobs = job.allocation().pnMinMemory();
      memory = job.own() || jobs != 0 ? jobs : SlurmConstants.NO_VAL64;
    }
    r.stepId(new StepId().jobId(job.id()).stepId(s.interactive ? INTERACTIVE_STEP : SlurmConstants.NO_VAL))
        .userId(old ? client.uid() : 99)
        .minNodes(nodes)
        .maxNodes(s.nodes != null && s.nodes.max() > nodes ? s.nodes.max() : nodes)
        .cpuCount(cpus)
        .numTasks(ntasks)
        // 0 is the job's own; NO_VAL64 would be taken for a number (22.05.8 and 24.11.5 send and want 0)
        .pnMinMemory(memory == SlurmConstants.NO_VAL64 ? 0 : memory)
        .timeLimit(job.own() || s.time == SlurmConstants.NO_VAL ? 0 : s.time)
        .taskDist(distribution(memory, ntasks, nodes))
        .port(port)
        .immediate(s.immediate > 0 ? 1 : 0)
        .srunPid(ProcessHandle.current().pid())
        .flags(flags(job, memory, cpusGiven))
        .host(ProcessFacts.shortHostName())
        .name(s.jobName)
        .nodeList(s.nodeList)
        .excNodes(s.exclude)
        .features(job.own() ? null : s.constraint)
        .submitLine(submitLine())
        .tresPerStep("cpu:" + cpus);
    if (s.distribution != null && s.distribution.isPlane()) {
      r.planeSize(s.planeSize);
    }
    if (s.threadsPerCore != Submission.UNSET) {
      r.threadsPerCore(s.threadsPerCore);
    }
    if (s.relative != Submission.UNSET) {
      r.relative(s.relative);
    }
    if (s.cpuFreq != null) {
      r.cpuFreqMin(s.cpuFreq.min()).cpuFreqMax(s.cpuFreq.max()).cpuFreqGov(s.cpuFreq.governor());
    }
    tres(r, cpusGiven);
    if (client.controller().number() >= WITH_NTASKS_PER_CORE) {
      r.ntasksPerCore(s.ntasksPerCore != Submission.UNSET ? s.ntasksPerCore : 65535);
    }
    if (client.controller().number() >= WITH_DIRECTORY) {
      r.cwd(ByteNames.workingDirectory(client.env("PWD")));
    }
    return r;
  }

  private void tres(JobStepCreateRequest r, boolean cpusGiven) {
    Gres gres = new Gres(client, old);
    String perTask = old ? gres.gpus(s.gpusPerTask) : TresPerTask.text(s);
    if (cpusGiven) {
      perTask = (perTask == null ? "" : perTask + ",") + "cpu:" + s.cpusPerTask;
    }
    String gpus = gres.gpus(s.gpus);
    String perNode = gres.request(s.gres);
    String gpusPerNode = gres.gpus(s.gpusPerNode);
    r.tresPerTask(perTask)
        .tresPerStep(gpus == null ? r.tresPerStep() : r.tresPerStep() + "," + gpus)
        .tresPerNode(perNode == null ? gpusPerNode : gpusPerNode == null ? perNode : perNode + "," + gpusPerNode)
        .tresPerSocket(gres.gpus(s.gpusPerSocket))
        .cpusPerTres(gres.gpus(s.cpusPerGpu))
        .memPerTres(gres.gpus(s.memPerGpu))
        .tresBind(s.tresBind)
        .tresFreq(s.gpuFreq == null ? null : "gpu:" + s.gpuFreq);
    if (s.ntasksPerGpu != Submission.UNSET) {
      r.ntasksPerTres(s.ntasksPerGpu);
    }
  }

  private long distribution(long memory, int ntasks, int nodes) {
    if (s.distribution != null) {
      return s.distribution.code();
    }
    return memory == 0 ? UNSET_DISTRIBUTION : ntasks <= nodes ? CYCLIC : BLOCK;
  }

  private long flags(SrunJob job, long memory, boolean cpusGiven) {
    boolean exact = s.exact || s.exclusive || cpusGiven && !s.whole;
    long flags = 0;
    if (!s.overlap && (!job.own() || cpusGiven && !s.exclusive)) {
      flags |= EXCLUSIVE;
    }
    flags |= exact ? 0 : WHOLE;
    flags |= s.overlap ? OVERLAP : 0;
    flags |= s.externalLauncher ? EXTERNAL_LAUNCHER : 0;
    flags |= s.overcommit ? OVERCOMMIT : 0;
    flags |= s.killOnNodeFail == 0 ? NO_KILL : 0;
    flags |= s.interactive ? INTERACTIVE : 0;
    flags |= s.interactive && memory == 0 ? MEM_ZERO : 0;
    return flags;
  }

  private String submitLine() {
    StringBuilder b = new StringBuilder(client.program());
    client.arguments().forEach(a -> b.append(' ').append(a));
    return b.toString();
  }

  JobStepCreateResponse create(JobStepCreateRequest request, long job) {
    long pause = FIRST_PAUSE_MS;
    long begin = System.nanoTime();
    for (int tries = 0; ; tries++) {
      int error;
      try {
        Frame answer = client.controller().exchange(CREATE, request);
        if (answer.type() == CREATED) {
          JobStepCreateResponse created = JobStepCreateResponse.read(answer.body(), answer.version() >> 8);
          if (tries > 0 && !s.quiet) {
            String name = old ? "job " + job : "StepId=" + job + "." + created.stepId().stepId();
            client.console().complain("srun: Step created for " + name);
          }
          return created;
        }
        error = Controller.returnCode(answer);
      } catch (RequestFailed e) {
        error = e.number();
      }
      boolean retry =
          switch (error) {
            case NODES_BUSY, PORTS_BUSY, INTERCONNECT_BUSY, DISABLED, PROLOG_RUNNING, TIMEOUT -> true;
            default -> false;
          };
      boolean late = s.immediate == 1 || s.immediate > 1 && System.nanoTime() - begin >= s.immediate * 1_000_000_000L;
      String text = new RequestFailed(error).text(client.controller().version());
      if (!retry || late) {
        client.error("Unable to create step for job " + job + ": " + text);
        throw new Exit(1);
      }
      if (error != PROLOG_RUNNING && !s.quiet && (old || tries > 0)) {
        String what = tries == 0 ? "step creation temporarily disabled, retrying (" : "step creation still disabled, retrying (";
        client.console().complain("srun: Job " + job + " " + what + text + ")");
      }
      try {
        // the controller calls the step's port when resources come free
        Integer wakeUp = wakeUps.poll(tries == 0 && error == NODES_BUSY ? 60_000 : pause, TimeUnit.MILLISECONDS);
        if (wakeUp != null && wakeUp > 0) {
          client.console().complain("srun: Cancelled pending step for job " + job);
          throw new Exit(1);
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      pause = Math.min(MOST_PAUSE_MS, pause * 2);
    }
  }
}
