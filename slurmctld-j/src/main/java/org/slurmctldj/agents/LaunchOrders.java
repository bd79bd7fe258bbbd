package org.slurmctldj.agents;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.proto.agent.ControllerMessage;
import org.slurmctldj.proto.agent.Prepare;

/** A job's start, said to its nodes' agents: to get ready (PrologFlags=Alloc), and the launch of its script. */
final class LaunchOrders {
  private static final Logger LOG = LoggerFactory.getLogger(LaunchOrders.class);

  private final Agents agents;
  private final LaunchBuilder builder;

  LaunchOrders(Agents agents, LaunchBuilder builder) {
    this.agents = agents;
    this.builder = builder;
  }

  void launch(AgentSession session, long jobId, int restarts, int node) {
    JobRecord job = agents.view().job(jobId);
    if (job == null || job.restarts != restarts || job.phase != JobPhase.STARTING || job.batchNode != node) {
      return;
    }
    if (!agents.gate().isOpen(job, () -> session.run(() -> launch(session, jobId, restarts, node)))) {
      return;
    }
    try {
      ClusterConfig config = agents.view().config();
      String group = agents.groupName(job.request.number(JobField.GROUP_ID));
      if (agents.scripts().atAllocation()) {
        List<String> told = connected(job);
        agents.allocationPrologs().toldByBatchHost(jobId, told);
        prepare(job, told);
      }
      session.launch(
          builder.build(config, job, agents.launchId(jobId, restarts), node, group).toBuilder()
              .addAllScriptEnvironment(LaunchBuilder.bytes(agents.scripts().environment(job, node, false)))
              .build());
    } catch (IOException e) {
      String name = agents.view().config().nodes().get(node).name();
      LOG.error("job {} cannot be launched: {}", jobId, e.getMessage());
      agents.submit(now -> new Command.LaunchEnded(now, jobId, restarts, name, 0, false, "script or environment cannot be read: " + e.getMessage(), 2019, 0, 0, 0));
      agents.submit(now -> new Command.NodeReleased(now, jobId, restarts, name));
    }
  }

  /** A job has its nodes: with PrologFlags=Alloc all of them get ready at once. */
  void allocated(long jobId) {
    JobRecord job = agents.view().job(jobId);
    List<String> told = job != null && job.allocation != null && agents.scripts().atAllocation() ? connected(job) : List.of();
    agents.allocationPrologs().told(AllocationPrologs.Teller.AGENTS, jobId, told);
    if (job != null) {
      prepare(job, told);
    }
  }

  /** Those of the job's nodes that hear what is said now. */
  private List<String> connected(JobRecord job) {
    List<String> nodes = new ArrayList<>();
    for (Allocation.NodeShare share : job.allocation.nodes()) {
      if (agents.at(share.node()) != null) {
        nodes.add(agents.view().config().nodes().get(share.node()).name());
      }
    }
    return nodes;
  }

  /**
   * PrologFlags=Alloc: all nodes of the job get ready at once. One that is not told does so at its first launch or step:
   * nobody waits for one whose link has ended or is not up yet when its turn comes.
   */
  private void prepare(JobRecord job, List<String> nodes) {
    for (String name : nodes) {
      AgentSession session = agents.session(name);
      if (session == null) {
        agents.allocationPrologs().done(job.jobId, name);
        continue;
      }
      session.run(
          () -> {
            int node = agents.nodeIndex(name);
            if (session.isLive() && node >= 0) {
              List<String> environment = agents.scripts().environment(job, node, false);
              Prepare.Builder prepare =
                  Prepare.newBuilder()
                      .setJobId((int) job.jobId)
                      .setRestartCount(job.restarts)
                      .addAllScriptEnvironment(LaunchBuilder.bytes(environment));
              if (agents.scripts().externSteps()) {
                LaunchBuilder.share(agents.view().config(), job, node).ifPresent(prepare::setShare);
              }
              session.send(ControllerMessage.newBuilder().setPrepare(prepare));
            } else {
              agents.allocationPrologs().done(job.jobId, name);
            }
          });
    }
  }
}
