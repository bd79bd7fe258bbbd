package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.Arrays;
import java.util.List;

/**
 * The size and time part of a request: refused where no configuration of the cluster could ever run
 * it, else completed with the numbers that Slurm's job record shows. Used at submission and after
 * an update.
 */
final class RequestChecks {
  private RequestChecks() {}

  /**
   * What Slurm finds wrong before it looks at the partition. Of several faults the user is told of the same one as by Slurm:
   * the order of these methods was observed with each pair of faults on 22.05.8, 24.11.5 and 26.05.5. Null if there is nothing.
   */
  static Result beforePartition(ClusterConfig config, JobRecord job, int featureLevel) {
    Result refused = texts(config, job, featureLevel);
    return refused == null ? wantedNodes(config, job.request, featureLevel) : refused;
  }

  static Result wantedNodes(ClusterConfig config, JobFields r, int featureLevel) {
    return featureLevel >= 5 && !names(config, r.text(JobField.REQ_NODES)) ? Result.error(ESLURM_INVALID_NODE_NAME) : null;
  }

  /** Null if the request, {@link #beforePartition found good} as far as that goes, can stand. */
  static Result check(ClusterConfig config, JobRecord job, long nowSeconds, int featureLevel) {
    JobFields r = job.request;
    PartitionDefinition p = config.partitions().get(job.partition);
    Result refused = featureLevel >= 3 ? GresCounts.fill(r, featureLevel) : null;
    if (refused == null) {
      refused = counts(r);
    }
    if (refused == null) {
      refused = times(job, p, nowSeconds, featureLevel);
    }
    if (refused == null && !Licenses.possible(config, r.text(JobField.LICENSES))) {
      refused = Result.error(ESLURM_INVALID_LICENSES);
    }
    if (refused == null && featureLevel >= 5 && !names(config, r.text(JobField.EXC_NODES))) {
      refused = Result.error(ESLURM_INVALID_NODE_NAME);
    }
    if (refused == null && featureLevel >= 7 && wantsWhatItExcludes(config, r)) {
      refused = Result.error(ESLURM_INVALID_NODE_NAME);
    }
    if (refused == null && !featuresFirst(job)) {
      refused = Features.check(config, r.text(JobField.FEATURES));
    }
    if (refused == null) {
      refused = Reservations.check(config, r, nowSeconds);
    }
    if (refused != null) {
      return refused;
    }
    defaults(config, r, p, featureLevel);
    job.nodesExpected = ExpectedNodes.of(config, job, p);
    refused = enforced(config, job);
    // Slurm looks for nodes only when it could start the job: not of one that is submitted or stays held.
    boolean held = featureLevel >= 2 && (job.jobId == 0 ? r.number(JobField.PRIORITY) == 0 : job.priority == 0);
    return refused != null || held ? refused : possible(config, job, featureLevel);
  }

  /** What this release does not schedule by is refused by Slurm's own number for "there is none such". */
  static Result texts(ClusterConfig config, JobRecord job, int featureLevel) {
    JobFields r = job.request;
    GresRequest gres = GresRequest.of(r);
    // None of a kind that does not exist is no request (--gres=craynetwork:0).
    if (gres == null || !gres.all().stream().allMatch(i -> featureLevel >= 3 && i.count() == 0 || known(config, i.name()))) {
      return Result.error(ESLURM_INVALID_GRES);
    }
    for (JobField f : new JobField[] {JobField.CPUS_PER_TRES, JobField.MEM_PER_TRES}) {
      List<GresText.Item> per = GresText.parse(r.text(f));
      if (per == null || !per.stream().allMatch(i -> known(config, i.name()))) {
        return Result.error(ESLURM_INVALID_GRES);
      }
    }
    String unsupported = unsupported(r, featureLevel);
    if (unsupported != null) {
      return Result.error(ESLURM_NOT_SUPPORTED, unsupported + " is not supported");
    }
    return featuresFirst(job) ? Features.check(config, r.text(JobField.FEATURES)) : null;
  }

  private static boolean featuresFirst(JobRecord job) {
    return !job.submittedBefore(JobRecord.V24_11);
  }

  private static boolean wantsWhatItExcludes(ClusterConfig config, JobFields r) {
    if (!notEmpty(r.text(JobField.REQ_NODES)) || !notEmpty(r.text(JobField.EXC_NODES))) {
      return false;
    }
    int[] refused = NodeNames.indexes(r.text(JobField.EXC_NODES), config);
    return Arrays.stream(NodeNames.indexes(r.text(JobField.REQ_NODES), config)).anyMatch(n -> Arrays.binarySearch(refused, n) >= 0);
  }

  /** Of a held job, too, whose nodes nobody looks for yet. */
  private static boolean names(ClusterConfig config, String nodes) {
    return !notEmpty(nodes) || NodeNames.indexes(nodes, config) != null;
  }

  /** What would change where or when the job runs, and this release does not do; null if there is none. */
  private static String unsupported(JobFields r, int featureLevel) {
    if (r.isSet(JobField.SHARED) && r.number(JobField.SHARED) > 1) {
      return "--exclusive=" + switch ((int) r.number(JobField.SHARED)) {
        case 2 -> "user";
        case 3 -> "mcs";
        default -> "topo";
      };
    }
    if (featureLevel < 3 && r.number(JobField.CONTIGUOUS) == 1) {
      return "--contiguous";
    }
    if (r.isSet(JobField.CORE_SPEC)) {
      return "--core-spec";
    }
    if (notEmpty(r.text(JobField.PREFER))) {
      return "--prefer";
    }
    if (notEmpty(r.text(JobField.BURST_BUFFER))) {
      return "a burst buffer";
    }
    return null;
  }

  private static boolean known(ClusterConfig config, String name) {
    return config.nodes().stream()
        .anyMatch(n -> n.gres() != null && GresLayout.of(n).entries().stream().anyMatch(e -> e.name().equals(name)));
  }

  static boolean notEmpty(String s) {
    return s != null && !s.isEmpty();
  }

  private static Result counts(JobFields r) {
    long min = r.number(JobField.MIN_NODES);
    long max = r.number(JobField.MAX_NODES);
    if (min == 0 || min != NO_VAL && max != NO_VAL && max != 0 && max < min) {
      return Result.error(ESLURM_INVALID_NODE_COUNT);
    }
    long tasks = r.number(JobField.NUM_TASKS);
    if (tasks == 0) {
      return Result.error(ESLURM_BAD_TASK_COUNT);
    }
    long cpus = r.number(JobField.MIN_CPUS);
    long maxCpus = r.number(JobField.MAX_CPUS);
    if (cpus == 0 || cpus != NO_VAL && maxCpus != NO_VAL && maxCpus != 0 && maxCpus < cpus) {
      return Result.error(ESLURM_INVALID_CPU_COUNT);
    }
    return r.number(JobField.CPUS_PER_TASK) == 0 ? Result.error(ESLURM_INVALID_CPU_COUNT) : null;
  }

  private static Result times(JobRecord job, PartitionDefinition p, long now, int featureLevel) {
    JobFields r = job.request;
    long limit = r.number(JobField.TIME_LIMIT);
    long min = r.number(JobField.TIME_MIN);
    job.timeLimit = limit == NO_VAL ? defaultTime(p) : limit;
    // Without an end is more than no limit given, too (observed on 22.05.8).
    boolean endless = featureLevel >= 5 && min == INFINITE && limit == NO_VAL;
    if (r.isSet(JobField.TIME_MIN) && min != 0 && (min > job.timeLimit || endless)) {
      return Result.error(ESLURM_INVALID_TIME_MIN_LIMIT);
    }
    long deadline = r.number(JobField.DEADLINE);
    if (featureLevel >= 5 && deadline != 0 && deadline < now) {
      return Result.error(ESLURM_INVALID_TIME_LIMIT);
    }
    if (deadline != 0 && deadline < now) {
      return Result.error(ESLURM_INVALID_TIME_VALUE, "deadline is past");
    }
    if (featureLevel >= 2 && deadline != 0 && min != 0 && min < NO_VAL && min * 60 > deadline - now) {
      return Result.error(ESLURM_INVALID_TIME_MIN_LIMIT);
    }
    if (deadline != 0 && limit == NO_VAL && (min == NO_VAL || min == 0)) {
      r.number(JobField.TIME_MIN, 1);
    }
    return null;
  }

  /** EnforcePartLimits: ALL (1) wants every partition's limits kept, ANY (2) those of one. */
  private static Result enforced(ClusterConfig config, JobRecord job) {
    int mode = config.limits().enforcePartLimits();
    if (mode == 0) {
      return null;
    }
    int first = 0;
    boolean any = false;
    for (int i : job.partitions) {
      int reason = PartitionLimits.exceeded(config, job, config.partitions().get(i));
      any |= reason == 0;
      first = first == 0 ? reason : first;
    }
    if (first == 0 || mode == 2 && any) {
      return null;
    }
    return Result.error(
        switch (first) {
          case WAIT_PART_TIME_LIMIT -> ESLURM_INVALID_TIME_LIMIT;
          case WAIT_PART_NODE_LIMIT -> ESLURM_INVALID_NODE_COUNT;
          case WAIT_PN_MEM_LIMIT -> ESLURM_INVALID_TASK_MEMORY;
          default -> ESLURM_TOO_MANY_REQUESTED_CPUS;
        });
  }

  static long effectiveMinimum(long limit, long min) {
    return min != NO_VAL && min != 0 ? min : limit;
  }

  static long defaultTime(PartitionDefinition p) {
    return p.defaultMinutes();
  }

  private static long mostMemory(ClusterConfig config, PartitionDefinition p) {
    long most = 0;
    for (int n : p.nodes()) {
      most = Math.max(most, config.nodes().get(n).realMemory());
    }
    return most;
  }

  private static void defaults(ClusterConfig config, JobFields r, PartitionDefinition p, int featureLevel) {
    if (featureLevel >= 5 && r.number(JobField.PN_MIN_MEMORY) == MEM_PER_CPU) {
      // --mem-per-cpu=0 is --mem=0: all of a node.
      r.number(JobField.PN_MIN_MEMORY, 0);
    }
    boolean wholeNode = r.isSet(JobField.PN_MIN_MEMORY) && r.number(JobField.PN_MIN_MEMORY) == 0;
    boolean tasksGiven = r.isSet(JobField.NUM_TASKS);
    long nodes = r.isSet(JobField.MIN_NODES) ? r.number(JobField.MIN_NODES) : Math.max(1, p.minNodes());
    if (!r.isSet(JobField.MIN_NODES) && nodes > 1) {
      r.number(JobField.MIN_NODES, nodes);
    }
    String wanted = r.text(JobField.REQ_NODES);
    if (notEmpty(wanted)) {
      int[] indexes = NodeNames.indexes(wanted, config);
      nodes = indexes == null ? nodes : Math.max(nodes, indexes.length);
      if (!r.isSet(JobField.MAX_NODES) || r.number(JobField.MAX_NODES) == 0 || r.number(JobField.MAX_NODES) >= nodes) {
        r.number(JobField.MIN_NODES, nodes);
      }
    }
    long perTask = r.isSet(JobField.CPUS_PER_TASK) ? r.number(JobField.CPUS_PER_TASK) : 1;
    long perNode = r.isSet(JobField.NTASKS_PER_NODE) ? Math.max(1, r.number(JobField.NTASKS_PER_NODE)) : 1;
    if (!tasksGiven) {
      r.number(JobField.NUM_TASKS, nodes * perNode);
    }
    long tasks = r.number(JobField.NUM_TASKS);
    boolean overcommit = r.number(JobField.OVERCOMMIT) == 1;
    long pnMemory = r.number(JobField.PN_MIN_MEMORY);
    if (!r.isSet(JobField.PN_MIN_MEMORY)) {
      pnMemory = p.defMemory() != 0 ? p.defMemory() : config.limits().defMemory();
      r.number(JobField.PN_MIN_MEMORY, pnMemory);
      if (featureLevel >= 4) {
        r.number(JobField.MEMORY_BY_DEFAULT, 1);
      }
    }
    long most = p.maxMemory() != 0 ? p.maxMemory() : config.limits().maxMemory();
    long pnCpus = Math.max(r.isSet(JobField.PN_MIN_CPUS) ? r.number(JobField.PN_MIN_CPUS) : 1, perTask * perNode);
    if ((most & MEM_PER_CPU) != 0 && (most & ~MEM_PER_CPU) > 0) {
      // MaxMemPerCPU: more memory than that takes more CPUs (observed on 22.05.8).
      long perCpu = most & ~MEM_PER_CPU;
      // --mem=0 is all of a node
      long amount = wholeNode && featureLevel >= 3 ? mostMemory(config, p) : pnMemory & ~MEM_PER_CPU;
      if (amount > perCpu) {
        long factor = (amount + perCpu - 1) / perCpu;
        if ((pnMemory & MEM_PER_CPU) != 0) {
          perTask *= factor;
          r.number(JobField.PN_MIN_MEMORY, (amount + factor - 1) / factor | MEM_PER_CPU);
          r.number(JobField.MIN_CPUS, tasks * perTask);
        } else {
          pnCpus = Math.max(pnCpus, factor);
        }
      }
    }
    r.number(JobField.CPUS_PER_TASK, perTask);
    if (!r.isSet(JobField.MIN_CPUS)) {
      r.number(JobField.MIN_CPUS, overcommit ? nodes : Math.max(tasksGiven ? tasks * perTask : perTask * perNode, 1));
    }
    r.number(JobField.PN_MIN_CPUS, pnCpus);
    if (p.maxShare() == 0 && !r.isSet(JobField.SHARED)) {
      r.number(JobField.SHARED, 0);
    }
  }

  /** 2014 unless some partition could run the job on an empty cluster with every node in service. */
  static Result possible(ClusterConfig config, JobRecord job, int featureLevel) {
    JobFields r = job.request;
    int[] wanted = {};
    int[] refused = {};
    if (notEmpty(r.text(JobField.REQ_NODES))) {
      wanted = NodeNames.indexes(r.text(JobField.REQ_NODES), config);
    }
    if (notEmpty(r.text(JobField.EXC_NODES))) {
      refused = NodeNames.indexes(r.text(JobField.EXC_NODES), config);
    }
    if (wanted == null || refused == null) {
      return Result.error(ESLURM_INVALID_NODE_NAME);
    }
    for (int w : wanted) {
      if (Arrays.binarySearch(refused, w) >= 0) {
        return Result.error(ESLURM_INVALID_NODE_NAME);
      }
    }
    for (int i : job.partitions) {
      if (Possible.in(config, job, i, wanted, refused, featureLevel)) {
        return null;
      }
    }
    return Result.error(ESLURM_REQUESTED_NODE_CONFIG_UNAVAILABLE, shortOf(config, job, refused));
  }

  /** The sentence that slurmctld sends along where no node is large enough, or null. */
  private static String shortOf(ClusterConfig config, JobRecord job, int[] refused) {
    PartitionDefinition p = config.partitions().get(job.partition);
    JobSize size = JobSize.of(job, p, config);
    int cpus = 0;
    long memory = 0;
    long disk = 0;
    boolean layout = false;
    boolean any = false;
    for (int n : p.nodes()) {
      NodeDefinition d = config.nodes().get(n);
      any |= Arrays.binarySearch(refused, n) < 0;
      cpus = Math.max(cpus, d.cpus());
      memory = Math.max(memory, d.realMemory());
      disk = Math.max(disk, d.tmpDisk());
      layout |= d.sockets() >= size.minSockets() && d.coresPerSocket() >= size.minCoresPerSocket()
          && d.threadsPerCore() >= size.minThreadsPerCore();
    }
    if (!any) {
      return null; // it is not their size that stands in the way
    }
    if (size.minCpusPerNode() > cpus) {
      return "CPU count per node can not be satisfied";
    }
    if (size.memoryAmount() > memory) {
      return "Memory specification can not be satisfied";
    }
    if (size.minTmpDisk() > disk) {
      return "Temporary disk specification can not be satisfied";
    }
    return layout ? null : "Socket, core and/or thread specification can not be satisfied";
  }
}
