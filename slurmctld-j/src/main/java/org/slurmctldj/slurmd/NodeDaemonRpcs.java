package org.slurmctldj.slurmd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agents.NodeLoads;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSelector;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.proto.slurm.CompleteBatchScript;
import org.slurmctldj.proto.slurm.CompleteProlog;
import org.slurmctldj.proto.slurm.EpilogComplete;
import org.slurmctldj.proto.slurm.GresNodeConfig;
import org.slurmctldj.proto.slurm.Jobacctinfo;
import org.slurmctldj.proto.slurm.NodeRegistrationResponse;
import org.slurmctldj.proto.slurm.NodeRegistrationStatus;
import org.slurmctldj.proto.slurm.SlurmdbTresRec;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.rpc.Verdict;
import org.slurmctldj.slurmd.SlurmdNode.Order;

/** What real slurmd and slurmstepd tell the controller. Served on workers like every request; only for root and SlurmdUser. */
public final class NodeDaemonRpcs {
  private static final Logger LOG = LoggerFactory.getLogger(NodeDaemonRpcs.class);
  private static final int RESPONSE_NODE_REGISTRATION = 1024;

  /** The registration wants the list of TRES. */
  private static final int FLAG_WANTS_TRES = 0x02;

  private static final long NODE_STATE_DRAIN = 1 << 9;

  /** What slurmd 22.05 sends without waiting for an answer. */
  private static final int LAST_WITHOUT_ANSWER = 38;

  /** A boot this much later than the one before is another one: clocks are set meanwhile, too. */
  private static final long BOOT_TOLERANCE_SECONDS = 5;

  /** What slurmstepd reports of a job that the kernel killed for memory. */
  private static final int SIG_OOM = 253;

  private final SlurmdNodes nodes;
  private final LongPredicate mayBeNode;

  public NodeDaemonRpcs(SlurmdNodes nodes, LongPredicate mayBeNode) {
    this.nodes = nodes;
    this.mayBeNode = mayBeNode;
  }

  public void register(RpcTable.Builder table) {
    table
        .user(1002, "MESSAGE_NODE_REGISTRATION_STATUS", r -> asNode(r, this::registration))
        .user(5018, "REQUEST_COMPLETE_BATCH_SCRIPT", r -> asNode(r, this::batchComplete))
        .user(6012, "MESSAGE_EPILOG_COMPLETE", r -> asNode(r, this::epilogComplete))
        .user(6018, "REQUEST_COMPLETE_PROLOG", r -> asNode(r, this::prologComplete));
  }

  private interface OfNode {
    Reply handle(Request request);
  }

  private Reply asNode(Request r, OfNode handler) {
    if (!mayBeNode.test(r.uid()) && !r.privileged()) {
      LOG.error("Security violation, message {} of node daemons from uid {} at {}", r.type(), r.uid(), r.actor().from());
      return Reply.rc(SlurmNumbers.ESLURM_USER_ID_MISSING);
    }
    return handler.handle(r);
  }

  // ---- registration

  private Reply registration(Request r) {
    NodeRegistrationStatus b = r.body(NodeRegistrationStatus.class);
    int index = nodes.nodeIndex(b.nodeName());
    if (index < 0) {
      LOG.error("registration of node {} from {}, which slurm.conf does not have", b.nodeName(), r.actor().from());
      return Reply.rc(SlurmNumbers.ESLURM_INVALID_NODE_NAME);
    }
    if (nodes.surroundings().agentConnected().test(b.nodeName())) {
      LOG.error("registration of a slurmd for node {} from {} refused: a slurmd-agent is connected", b.nodeName(), r.actor().from());
      return Reply.rc(SlurmNumbers.ESLURM_ACCESS_DENIED);
    }
    SlurmdNode node = nodes.joined(index, r.version());
    boolean first = node.pings == 0 && node.orders.isEmpty();
    NodeRecord.Registration facts = facts(b, index, node);
    NodeRecord known = nodes.view().node(index);
    boolean rebooted = known.registration != null && !facts.bootId().equals(known.registration.bootId());
    List<String> launches = launches(b, index, node, rebooted);
    long lastHeard = NodeLoads.lastHeard(nodes.surroundings().loads().of(node.name));
    nodes.surroundings().loads().heard(node.name, b.cpuLoad(), b.freeMem(), nodes.nowSeconds());
    // Only one that was told its instance (slurmd --instance-id, 24.05 and later) says so.
    String instance = b.instanceId() == null || b.instanceId().isEmpty() ? null : b.instanceId();
    // For cloud_reg_addrs; of no use to anybody else.
    boolean addressed = nodes.view().config().limits().cloudRegAddrs() && r.peer() != null && r.peer().getAddress() != null;
    String address = addressed ? r.peer().getAddress().getHostAddress() : null;
    CompletableFuture<Result> done = nodes.submit(
        now -> new Command.RegisterNode(now, node.name, facts, launches, lastHeard, instance, address, addressed ? b.hostname() : null));
    return new Reply.Later(
        done.thenApply(
            result -> {
              if (!result.isOk()) {
                LOG.error("registration of node {} from {} refused{}", node.name, r.actor().from(), Verdict.of(result));
                return Reply.rc(result.error());
              }
              if (first) {
                LOG.info("Node {} now responding: slurmd {} at {}, {} CPUs, {} MB, {} steps", node.name, b.version(), r.actor().from(), b.cpus(), b.realMemory(), b.steps().size());
              }
              nodes.reboot(node);
              if (b.status() != 0) {
                launchTrouble(node, b.status());
              }
              return (b.flags() & FLAG_WANTS_TRES) != 0
                  ? Reply.message(RESPONSE_NODE_REGISTRATION, new NodeRegistrationResponse().tresList(tres()))
                  : Reply.OK;
            }));
  }

  private NodeRecord.Registration facts(NodeRegistrationStatus b, int index, SlurmdNode node) {
    NodeDefinition d = nodes.view().config().nodes().get(index);
    boolean as = nodes.settings().configOverrides();
    long boot = b.timestamp() - b.upTime();
    NodeRecord known = nodes.view().node(index);
    NodeRecord.Registration before = known == null ? null : known.registration;
    String bootId = "boot " + boot;
    if (before != null && before.protocolVersion() != 0 && boot <= before.bootTime() + BOOT_TOLERANCE_SECONDS) {
      bootId = before.bootId();
      boot = before.bootTime();
    }
    return new NodeRecord.Registration(
        b.version(),
        b.arch(),
        b.os(),
        as ? d.cpus() : b.cpus(),
        as ? d.boards() : b.boards(),
        as ? d.sockets() : b.sockets(),
        as ? d.coresPerSocket() : b.cores(),
        as ? d.threadsPerCore() : b.threads(),
        as ? d.realMemory() : b.realMemory(),
        as ? d.tmpDisk() : b.tmpDisk(),
        boot,
        b.slurmdStartTime(),
        bootId,
        node.version,
        gres(b));
  }

  /** Null if it does not say, or in a way that is not understood. */
  private static String gres(NodeRegistrationStatus b) {
    if (b.gresInfo().length == 0) {
      return null;
    }
    try {
      Map<String, Long> counts = new TreeMap<>();
      // Its own version number stands in front of it.
      GresNodeConfig.read(new Unpacker(b.gresInfo()), 0).records().forEach(r -> counts.merge(r.name(), r.count(), Long::sum));
      StringJoiner text = new StringJoiner(",");
      counts.forEach((name, count) -> text.add(name + ":" + count));
      return text.toString();
    } catch (WireException e) {
      LOG.error("registration of node {}: its generic resources cannot be read: {}", b.nodeName(), e.getMessage());
      return null;
    }
  }

  /**
   * The launches that count as being there. slurmd lists steps, not launches: of the batch host's jobs the batch step
   * must be among them, unless it was sent so short a time ago that it may still be on its way. A job that is being
   * ended counts until slurmd itself says that nothing is left, by an answer or by its epilog's end.
   */
  private List<String> launches(NodeRegistrationStatus b, int index, SlurmdNode node, boolean rebooted) {
    Map<Long, Set<Long>> steps = new HashMap<>();
    for (StepId step : b.steps()) {
      steps.computeIfAbsent(step.jobId(), _ -> new HashSet<>()).add(step.stepId());
    }
    List<String> launches = new ArrayList<>();
    steps.forEach(
        (jobId, of) -> {
          JobRecord job = nodes.view().job(jobId);
          if (job == null || !job.phase.holdsNodes() || !SlurmdNodes.holds(job, index)) {
            // A requeued job that waits or runs elsewhere: this is an earlier incarnation.
            launches.add(jobId + "." + (job == null ? 0 : Math.max(0, job.restarts - 1)));
          } else if (job.batchNode != index || job.phase == JobPhase.ENDING) {
            launches.add(job.launchId());
          } else if (of.contains(SlurmConstants.BATCH_STEP)) {
            launches.add(job.launchId());
            if (job.phase == JobPhase.STARTING) {
              nodes.submit(now -> new Command.LaunchStarted(now, jobId, job.restarts, node.name));
            }
          }
        });
    long timeout = nodes.view().config().limits().batchStartTimeoutSeconds() * 1_000_000_000L;
    node.orders.forEach(
        (jobId, order) -> {
          JobRecord job = nodes.view().job(jobId);
          if (job == null || job.restarts != order.restarts() || launches.contains(job.launchId())) {
            return;
          }
          boolean counts =
              switch (order) {
                case Order.Launched l -> !rebooted && job.phase == JobPhase.RUNNING && System.nanoTime() - l.nanos() < timeout;
                case Order.Ending e -> SlurmdNodes.isEndingOn(job, index);
              };
          if (counts) {
            launches.add(job.launchId());
          }
        });
    return launches;
  }

  /** A registration with an error: a job could not be started for a reason that is the node's. */
  private void launchTrouble(SlurmdNode node, long status) {
    LOG.error("node {} registers with: {}", node.name, SlurmdErrors.words(status));
    if (status == SlurmdErrors.PROLOG_FAILED || status == SlurmdErrors.SETUP_ENVIRONMENT) {
      drain(node.name, "Prolog error");
    }
  }

  private void drain(String node, String reason) {
    nodes.submit(
        now -> new Command.UpdateNode(now, Actor.CONTROLLER, List.of(node), NODE_STATE_DRAIN, reason, null, null, SlurmNumbers.NO_VAL));
  }

  private static List<SlurmdbTresRec> tres() {
    String[][] all = {{"cpu"}, {"mem"}, {"energy"}, {"node"}, {"billing"}, {"fs", "disk"}, {"vmem"}, {"pages"}};
    List<SlurmdbTresRec> list = new ArrayList<>();
    for (int i = 0; i < all.length; i++) {
      list.add(new SlurmdbTresRec().id(i + 1).type(all[i][0]).name(all[i].length > 1 ? all[i][1] : null));
    }
    return list;
  }

  // ---- jobs

  private Reply batchComplete(Request r) {
    CompleteBatchScript b = r.body(CompleteBatchScript.class);
    long jobId = b.stepId().jobId();
    int index = nodes.nodeIndex(b.nodeName());
    JobRecord job = nodes.view().job(jobId);
    if (job == null || index < 0) {
      return Reply.rc(SlurmNumbers.ESLURM_INVALID_JOB_ID);
    }
    if (job.batchNode != index || !job.phase.holdsNodes()) {
      return Reply.rc(SlurmNumbers.ESLURM_ALREADY_DONE);
    }
    SlurmdNode node = nodes.find(b.nodeName());
    if (node != null && node.orders.get(jobId) instanceof Order.Ending e && e.restarts() != job.restarts) {
      // Of the incarnation before, which is being ended there.
      return Reply.OK;
    }
    long code = b.slurmRc();
    if (code == SlurmdErrors.CREDENTIAL_REVOKED || code == SlurmdErrors.ALREADY_DONE || code == SlurmdErrors.STEP_NOTRUNNING) {
      LOG.info("node {} did not run job {}: {}", b.nodeName(), jobId, SlurmdErrors.words(code));
      return Reply.OK;
    }
    boolean nodesFault = code != 0 && !SlurmdErrors.isNotTheNodes(code);
    if (code != 0) {
      LOG.error("slurmd error running JobId={} on node(s)={}: {}", jobId, b.nodeName(), SlurmdErrors.words(code));
    }
    if (nodesFault) {
      drain(b.nodeName(), "batch job complete failure");
      if (b.jobRc() != 0 && job.request.number(org.slurmctldj.core.JobField.REQUEUE) == 1) {
        return later(nodes.submit(now -> new Command.RequeueJob(now, Actor.CONTROLLER, JobSelector.job(jobId), false, true)));
      }
    }
    int status = b.jobRc() > 0xffff ? 0 : (int) b.jobRc();
    Jobacctinfo usage = b.jobacct() == null ? new Jobacctinfo() : b.jobacct();
    return later(
        nodes.submit(
            now ->
                new Command.LaunchEnded(
                    now,
                    jobId,
                    job.restarts,
                    b.nodeName(),
                    status,
                    status == SIG_OOM,
                    code == 0 ? null : SlurmdErrors.words(code),
                    (int) code,
                    micros(usage.userCpuSec(), usage.userCpuUsec()),
                    micros(usage.sysCpuSec(), usage.sysCpuUsec()),
                    0)));
  }

  private static long micros(long seconds, long micros) {
    return seconds * 1_000_000 + micros;
  }

  private Reply epilogComplete(Request r) {
    EpilogComplete b = r.body(EpilogComplete.class);
    long jobId = b.stepId().jobId();
    int index = nodes.nodeIndex(b.nodeName());
    if (index < 0) {
      return Reply.rc(SlurmNumbers.ESLURM_INVALID_NODE_NAME);
    }
    if (b.returnCode() != 0) {
      LOG.error("epilog of job {} on {}: {}", jobId, b.nodeName(), SlurmdErrors.words(b.returnCode()));
      drain(b.nodeName(), "Epilog error");
    }
    SlurmdNode node = nodes.find(b.nodeName());
    JobRecord job = nodes.view().job(jobId);
    if (node != null) {
      nodes.released(node, jobId);
    }
    for (NodeRecord.Leftover l : nodes.leftovers(b.nodeName())) {
      if (l.jobId() == jobId) {
        nodes.report(now -> new Command.NodeReleased(now, jobId, l.restarts(), b.nodeName()));
      }
    }
    Reply answer = r.version() <= LAST_WITHOUT_ANSWER ? Reply.NOTHING : Reply.OK;
    if (job == null || !SlurmdNodes.isEndingOn(job, index)) {
      return answer;
    }
    if (answer == Reply.NOTHING) {
      nodes.report(now -> new Command.NodeReleased(now, jobId, job.restarts, b.nodeName(), b.returnCode() != 0));
      return answer;
    }
    CompletableFuture<Result> done = nodes.submit(now -> new Command.NodeReleased(now, jobId, job.restarts, b.nodeName(), b.returnCode() != 0));
    return new Reply.Later(done.thenApply(_ -> answer));
  }

  private Reply prologComplete(Request r) {
    CompleteProlog b = r.body(CompleteProlog.class);
    if (b.prologRc() != 0) {
      LOG.error("Prolog launch failure, JobId={} on {}: {}", b.stepId().jobId(), b.nodeName(), SlurmdErrors.words(b.prologRc()));
    }
    nodes.allocationPrologs().done(b.stepId().jobId(), b.nodeName());
    return Reply.OK;
  }

  /** The message is answered once it is in the journal; one that is not is sent again by its sender. */
  private static Reply later(CompletableFuture<Result> done) {
    return new Reply.Later(done.thenApply(result -> Reply.rc(result.error())));
  }
}
