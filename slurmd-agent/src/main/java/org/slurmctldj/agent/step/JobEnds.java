package org.slurmctldj.agent.step;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.door.NodeAnswer;
import org.slurmctldj.agent.door.NodeRequest;
import org.slurmctldj.agent.door.NodeTrust;
import org.slurmctldj.proto.agent.Terminate;
import org.slurmctldj.proto.slurm.EpilogComplete;
import org.slurmctldj.proto.slurm.KillJobNodeMsg;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.SlurmError;

/**
 * Ends of jobs told by Slurm's own messages: from a controller that speaks to this node as to a slurmd. Ours uses the
 * node's link instead.
 */
final class JobEnds {
  private static final Logger log = LoggerFactory.getLogger(JobEnds.class);

  private final Steps steps;
  private final NodeTrust trust;

  JobEnds(Steps steps, NodeTrust trust) {
    this.steps = steps;
    this.trust = trust;
  }

  NodeAnswer serve(MessageType type, NodeRequest request) {
    KillJobNodeMsg body = (KillJobNodeMsg) request.body();
    if (!trust.isOperator(request.uid())) {
      log.error("{} from uid {} refused", type, request.uid());
      return NodeAnswer.error(SlurmError.ESLURM_USER_ID_MISSING);
    }
    long job = body.stepId().jobId();
    if (type == MessageType.REQUEST_KILL_TIMELIMIT || type == MessageType.REQUEST_KILL_PREEMPTED) {
      String due = type == MessageType.REQUEST_KILL_TIMELIMIT ? " DUE TO TIME LIMIT" : " DUE TO PREEMPTION";
      steps.say(job, body.stepId().stepId(), due);
      return NodeAnswer.ok();
    }
    boolean any = steps.any(job);
    boolean atOnce = type == MessageType.REQUEST_ABORT_JOB;
    log.info("job {}: to be ended, {}", job, type);
    if (!any && !steps.scripts().hasEpilog()) {
      steps.end(job, Terminate.Reason.ENDED, 0, true, () -> {});
      return NodeAnswer.error(SlurmError.ESLURMD_KILL_JOB_ALREADY_COMPLETE);
    }
    long wait = steps.node().killWaitSeconds() * 1000L;
    return NodeAnswer.ok().then(() -> steps.end(job, Terminate.Reason.CANCELLED, wait, atOnce, () -> epilog(request, body)));
  }

  private void epilog(NodeRequest request, KillJobNodeMsg body) {
    long job = body.stepId().jobId();
    List<String> environment =
        List.of(
            "SLURM_JOB_ID=" + job, "SLURM_JOBID=" + job, "SLURM_JOB_UID=" + body.jobUid(), "SLURM_UID=" + body.jobUid());
    // slurmd knows jobs by their numbers alone: which of them this is, its start says
    steps.scripts().end(job, "job " + job + " " + body.startTime(), environment, failed -> epilogComplete(request, body, failed));
  }

  private void epilogComplete(NodeRequest request, KillJobNodeMsg body, boolean failed) {
    long code = failed ? SlurmError.ESLURMD_EPILOG_FAILED.number() : 0;
    EpilogComplete done =
        new EpilogComplete().stepId(body.stepId()).returnCode(code).nodeName(steps.node().launch().nodeName());
    steps.tellController(request.version(), MessageType.MESSAGE_EPILOG_COMPLETE, done);
  }
}
