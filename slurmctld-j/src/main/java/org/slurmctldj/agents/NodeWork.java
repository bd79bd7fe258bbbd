package org.slurmctldj.agents;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.NodeRow;
import org.slurmctldj.core.Outcome;
import org.slurmctldj.proto.agent.StepJob;

/**
 * What the state wants of a node, said to its agent: what to launch, what to end, what it has that nobody wants any more. Level-
 * triggered: effects only hurry, this is what counts. Runs on the session's queue.
 */
final class NodeWork {
  private static final Logger LOG = LoggerFactory.getLogger(NodeWork.class);
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;

  private final Agents agents;
  private final LaunchOrders launches;

  NodeWork(Agents agents, LaunchOrders launches) {
    this.agents = agents;
    this.launches = launches;
  }

  /**
   * Sends what the state wants of that node and has not been said on this stream. Costs a look at the node's own jobs and
   * at what its agent holds. Runs on the session's queue.
   *
   * @param all false: only ends that the agent has not been told of, as after each heartbeat; true: launches, and whether
   *     a job is suspended, too
   */
  void work(AgentSession session, String node, boolean all) {
    ClusterConfig config = agents.view().config();
    int nodeIndex = config.nodeIndex(node);
    if (nodeIndex < 0) {
      return;
    }
    NodeRecord record = agents.view().node(nodeIndex);
    if (record != null && record.reboot == NodeRecord.Reboot.ISSUED && record.registration != null && record.registration.bootTime() < record.rebootTime) {
      session.reboot();
    }
    for (long id : agents.view().jobsOn(nodeIndex)) {
      JobRecord job = agents.view().lightJob(id);
      // Of another epoch: it is being carried over at this moment, and the new epoch has its own resync.
      if (job == null || !job.phase.holdsNodes() || job.epoch != config.epoch() || !holds(job, nodeIndex)) {
        continue;
      }
      if (job.phase == JobPhase.ENDING) {
        if (contains(job.nodesEnding, nodeIndex) && !session.wasToldToEnd(agents.launchId(job.jobId, job.restarts))) {
          terminate(session, job, nodeIndex);
        }
      } else if (!all) {
        continue;
      } else if (job.batchNode == nodeIndex && job.phase == JobPhase.STARTING && !job.configuring) {
        if (!session.hasLaunch(agents.launchId(job.jobId, job.restarts))) {
          launches.launch(session, job.jobId, job.restarts, nodeIndex);
        }
      } else if (job.phase == JobPhase.RUNNING && job.suspendTime != 0) {
        // Nobody acknowledges these: whichever was last is said again.
        session.signal(job.jobId, job.restarts, job.suspended ? SIGSTOP : SIGCONT, false, true);
      }
    }
    endLeftovers(session, nodeIndex);
    for (String launch : session.launches()) {
      if (!session.wasToldToEnd(launch)) {
        LaunchIds.parse(launch).ifPresent(id -> endIfOver(session, config, nodeIndex, launch, id));
      }
    }
  }

  /** What the state waits for the end of, whether or not this stream knows it: launches without a batch script here. */
  private void endLeftovers(AgentSession session, int nodeIndex) {
    NodeRow row = new NodeRow();
    if (!agents.view().nodeRow(nodeIndex, row) || !row.drain) {
      return; // not closed: spares each heartbeat the decoding of a record
    }
    for (NodeRecord.Leftover l : agents.view().node(nodeIndex).leftovers) {
      String launch = agents.launchId(l.jobId(), l.restarts());
      if (!session.wasToldToEnd(launch)) {
        session.terminate(launch, l.jobId(), Outcome.NONE, false, 0, List.of());
      }
    }
  }

  /** What the agent has and the state does not want there: of a job that is over, an earlier incarnation, a forgotten state. */
  private void endIfOver(AgentSession session, ClusterConfig config, int nodeIndex, String launch, LaunchIds.Launch id) {
    JobRecord job = agents.isOurs(id) ? agents.view().lightJob(id.jobId()) : null;
    boolean live = job != null && job.restarts == id.restarts() && job.phase.holdsNodes();
    if (live && (job.epoch != config.epoch() || holds(job, nodeIndex) && (job.phase != JobPhase.ENDING || contains(job.nodesEnding, nodeIndex)))) {
      return;
    }
    LOG.info("node {} still has launch {}, which is over: ending it there", session.hello().getNodeName(), launch);
    session.terminate(launch, id.jobId(), Outcome.NONE, false, 0, List.of());
  }

  /**
   * Steps on the agent whose job this state does not know there: after {@code slurmctld-j -c}, or of a job that was given up.
   * Those that came with a batch script are ended with its launch; here are the others.
   */
  void endForgotten(AgentSession session, String node, List<StepJob> jobs) {
    int nodeIndex = agents.nodeIndex(node);
    long birth = agents.view().globals().birthMillis() / 1000;
    for (StepJob of : jobs) {
      long id = Integer.toUnsignedLong(of.getJobId());
      boolean forgotten = of.getMade() != 0 && of.getMade() < birth;
      JobRecord job = forgotten ? null : agents.view().lightJob(id);
      if (session.launches().stream().flatMap(l -> LaunchIds.parse(l).stream()).anyMatch(l -> l.jobId() == id)) {
        continue;
      }
      if (job == null || !job.phase.holdsNodes() || job.epoch == agents.view().config().epoch() && !holds(job, nodeIndex)) {
        LOG.info("node {} still has steps of job {}, which is not known there: ending them", node, id);
        session.terminate(LaunchIds.onStream(id, 0, Math.max(1, of.getMade()) * 1000), id, Outcome.NONE, false, 0, List.of());
      }
    }
  }

  private static boolean holds(JobRecord job, int node) {
    for (Allocation.NodeShare share : job.allocation.nodes()) {
      if (share.node() == node) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(int[] nodes, int node) {
    for (int n : nodes) {
      if (n == node) {
        return true;
      }
    }
    return false;
  }

  /** Of the state: the job is ending, and this node is not through with it. */
  private void terminate(AgentSession session, JobRecord light, int node) {
    // its request is read only where scripts want to be told of it
    JobRecord job = agents.scripts() == NodeScripts.NONE ? light : agents.view().job(light.jobId);
    session.terminate(
        agents.launchId(light.jobId, light.restarts), light.jobId, light.outcome, light.requeueAfterEnd,
        agents.view().config().limits().killWaitSeconds(),
        job == null || job.restarts != light.restarts ? List.of() : agents.scripts().environment(job, node, true));
  }
}
