package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slurmctldj.core.Allocation.NodeShare;

/**
 * {@link Command.StartJob}: the one place where a planner's wish becomes an allocation. Trusts
 * nothing of it: every limit is looked at again against the state of now.
 */
final class JobStart {
  private JobStart() {}

  static Result apply(Change c, Command.StartJob command) {
    Proposal p = command.proposal();
    JobRecord job = c.job(p.jobId());
    if (job == null) {
      return rejected("no such job");
    }
    if (job.isHet() || !p.others().isEmpty()) {
      return together(c, job, p);
    }
    Map<String, Long> licenses = c.licensesInUse();
    Result no = refused(c, job, p, licenses);
    if (no != null) {
      return no;
    }
    JobRecord task = job.arrayPending == null ? job : JobArrays.split(c, job, job.arrayPending.first());
    if (task == null) {
      return Result.error(EAGAIN, "no job id is left for the task");
    }
    c.info(start(c, task, p, c.config()));
    if (task.hasLaunch() && !task.configuring) {
      launch(c, task);
    }
    return Result.ok(task.jobId);
  }

  /** A plain job that was placed before it was there; false: it waits as if nobody had looked at it. */
  static boolean atOnce(Change c, JobRecord job, Proposal p) {
    if (job.arrayPending != null || !p.others().isEmpty() || refused(c, job, p, c.licensesInUse()) != null) {
      return false;
    }
    c.info(start(c, job, p, c.config()));
    if (job.hasLaunch() && !job.configuring) {
      launch(c, job);
    }
    return true;
  }

  /** All components or none: what the first ones take counts when the next are looked at, and an error undoes it all. */
  private static Result together(Change c, JobRecord leader, Proposal p) {
    List<Proposal> parts = new ArrayList<>(List.of(p));
    parts.addAll(p.others());
    if (!leader.isHetLeader() || parts.size() != leader.hetSize) {
      return rejected("not all components of one heterogeneous job");
    }
    Map<String, Long> licenses = new HashMap<>(c.licensesInUse());
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Proposal part = parts.get(i);
      JobRecord job = c.job(part.jobId());
      if (job == null || job.hetJobId != leader.jobId || job.hetOffset() != i || i > 0 && !part.others().isEmpty()) {
        return rejected("component " + i + " is not one of the heterogeneous job");
      }
      Result no = refused(c, job, part, licenses);
      if (no != null) {
        return no;
      }
      Licenses.add(licenses, job.request.text(JobField.LICENSES));
      lines.add(start(c, job, part, c.config()));
    }
    lines.forEach(c::info);
    PowerSave.waitTogether(c, HetJobs.components(c, leader));
    if (leader.hasLaunch() && !leader.configuring) {
      launch(c, leader);
    }
    return Result.ok(leader.jobId);
  }

  /** Null if that job can start so now. */
  private static Result refused(Change c, JobRecord job, Proposal p, Map<String, Long> licensesInUse) {
    if (!Pending.startable(job)) {
      return Result.error(ESLURM_JOB_NOT_PENDING, "the job cannot start now");
    }
    if (job.request.number(JobField.DEADLINE) != 0 && Pending.latestStart(job) < c.nowSeconds()) {
      return rejected("cannot end before its deadline");
    }
    ClusterConfig config = c.config();
    if (p.epoch() != config.epoch()) {
      return rejected("planned on another configuration");
    }
    if (Arrays.stream(job.partitions).noneMatch(i -> i == p.partition())) {
      return rejected("not a partition of the job");
    }
    String objection = objection(c, job, p);
    if (objection != null) {
      return rejected(objection);
    }
    if (!Licenses.available(config, licensesInUse, job.request.text(JobField.LICENSES))) {
      return rejected("licenses are in use");
    }
    if (!JobArrays.mayStart(c, job)) {
      return rejected("the array's limit of running tasks is reached");
    }
    return null;
  }

  private static Result rejected(String why) {
    return Result.error(ESLURM_NODES_BUSY, why);
  }

  private static String objection(Change c, JobRecord job, Proposal p) {
    ClusterConfig config = c.config();
    PartitionDefinition partition = config.partitions().get(p.partition());
    if ((partition.state() & PartitionDefinition.STATE_SCHED) == 0) {
      return "the partition starts no jobs";
    }
    if (c.featureLevel >= 2
        && (PartitionChoice.unknownAssociation(partition) != null || PartitionChoice.unknownQos(partition) != null)) {
      return "its account or QOS may not use the partition";
    }
    long limit = RequestChecks.effectiveMinimum(
        job.request.number(JobField.TIME_LIMIT), job.request.number(JobField.TIME_MIN));
    if (limit != NO_VAL && limit > partition.maxTime()) {
      return "time limit beyond the partition's";
    }
    JobSize size = JobSize.of(job, partition, config);
    List<NodeShare> shares = p.allocation().nodes();
    if (shares.size() < size.minNodes() || shares.size() > size.maxNodes()) {
      return shares.size() + " nodes proposed";
    }
    if (Possible.memoryLimit(config, job, partition)) {
      return "memory beyond the partition's limit";
    }
    int previous = -1;
    long usable = 0;
    for (NodeShare s : shares) {
      if (s.node() <= previous || s.node() >= config.nodes().size()) {
        return "nodes out of order";
      }
      previous = s.node();
      if (Arrays.binarySearch(partition.nodes(), s.node()) < 0) {
        return "node outside the partition";
      }
      NodeRecord n = c.node(s.node());
      NodeDefinition d = config.nodes().get(s.node());
      if (!n.phase.startable() || n.closed()) {
        return "node " + n.name + " is not in service";
      }
      if (!Features.match(job.request.text(JobField.FEATURES), d.activeFeatures())) {
        return "node " + n.name + " lacks a feature";
      }
      NodeFit fit = new NodeFit(d, size, config.limits().selectTypeParameters());
      if (!fit.possible()) {
        return "node " + n.name + " is too small";
      }
      String no = fit.objection(s, NodeFit.freeCores(d, n), NodeFit.allMemory(d) - n.allocatedMemory);
      if (no != null) {
        return "node " + n.name + ": " + no;
      }
      usable += fit.usable(s);
    }
    if (usable < size.minCpus()) {
      return usable + " usable CPUs proposed, " + size.minCpus() + " asked";
    }
    String reserved = Reservations.objection(config, job, partition, shares, c.nowSeconds());
    if (reserved != null) {
      return reserved;
    }
    if (job.request.number(JobField.CONTIGUOUS) == 1 && shares.getLast().node() - shares.getFirst().node() != shares.size() - 1) {
      return "nodes that do not stand one after the other";
    }
    String gres = gres(c, config, size, shares);
    return gres != null ? gres : nodeLists(config, job, shares);
  }

  private static String gres(Change c, ClusterConfig config, JobSize size, List<NodeShare> shares) {
    List<GresLayout> layouts = new ArrayList<>();
    List<List<GresShare>> gres = new ArrayList<>();
    int[] usable = new int[shares.size()];
    int[] sockets = new int[shares.size()];
    for (NodeShare s : shares) {
      NodeDefinition d = config.nodes().get(s.node());
      if (!s.gres().isEmpty()) {
        GresFree free = GresLayout.of(d).free(c.node(s.node()));
        if (!s.gres().stream().allMatch(free::has)) {
          return "gres of node " + d.name() + " are not free";
        }
      }
      usable[gres.size()] = new NodeFit(d, size, config.limits().selectTypeParameters()).usable(s);
      sockets[gres.size()] = size.socketsForGres();
      layouts.add(size.gres().isEmpty() ? GresLayout.NONE : GresLayout.of(d));
      gres.add(s.gres());
    }
    return size.gres().isEmpty() ? null : size.gres().objection(layouts, gres, size.tasksOn(usable), sockets);
  }

  private static String nodeLists(ClusterConfig config, JobRecord job, List<NodeShare> shares) {
    String wanted = job.request.text(JobField.REQ_NODES);
    String refused = job.request.text(JobField.EXC_NODES);
    if (RequestChecks.notEmpty(wanted)) {
      int[] indexes = NodeNames.indexes(wanted, config);
      if (indexes == null
          || !Arrays.stream(indexes).allMatch(i -> shares.stream().anyMatch(s -> s.node() == i))) {
        return "without a node that the job insists on";
      }
    }
    if (RequestChecks.notEmpty(refused)) {
      int[] indexes = NodeNames.indexes(refused, config);
      if (indexes == null
          || Arrays.stream(indexes).anyMatch(i -> shares.stream().anyMatch(s -> s.node() == i))) {
        return "with a node that the job refuses";
      }
    }
    return null;
  }

  /** The job has what is proposed; what is to be said of it. */
  private static String start(Change c, JobRecord job, Proposal p, ClusterConfig config) {
    PartitionDefinition partition = config.partitions().get(p.partition());
    boolean whole = JobSize.of(job, partition, config).wholeNodes();
    boolean batch = job.hasLaunch();
    // Without a script there is nothing whose start anybody could confirm.
    job.phase = batch ? JobPhase.STARTING : JobPhase.RUNNING;
    job.expediting = false;
    job.partition = p.partition();
    job.epoch = config.epoch();
    job.allocation = p.allocation();
    job.batchNode = p.allocation().nodes().get(0).node();
    job.startTime = c.nowSeconds();
    job.lastSchedTime = c.nowSeconds();
    job.reason = WAIT_NO_REASON;
    job.reasonText = null;
    long limit = job.request.number(JobField.TIME_LIMIT);
    job.timeLimit = limit == NO_VAL ? RequestChecks.defaultTime(partition) : limit;
    if (c.featureLevel >= 2) {
      TimeLimits.fitDeadline(c, job);
    }
    for (NodeShare s : p.allocation().nodes()) {
      NodeShares.take(c, s, whole);
    }
    JobArrays.taskStarted(c, job);
    TimeLimits.arm(c, job);
    PowerSave.startOn(c, job);
    c.touch(job);
    c.started++;
    if (!batch) {
      c.effect(new Effect.Allocated(job.jobId));
    }
    return "job " + JobArrays.name(job) + (job.configuring ? " waits for the power up of some of " : " starts on ")
        + nodeNames(config, p.allocation());
  }

  static void launch(Change c, JobRecord job) {
    c.effect(new Effect.Launch(job.jobId, job.restarts, job.batchNode));
  }

  private static String nodeNames(ClusterConfig config, Allocation a) {
    StringBuilder b = new StringBuilder();
    for (NodeShare s : a.nodes()) {
      if (b.length() > 200) {
        return b.append(",... (").append(a.nodes().size()).append(" nodes)").toString();
      }
      b.append(b.length() > 0 ? "," : "").append(config.nodes().get(s.node()).name());
    }
    return b.toString();
  }
}
