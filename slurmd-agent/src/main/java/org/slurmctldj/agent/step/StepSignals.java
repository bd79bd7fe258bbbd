package org.slurmctldj.agent.step;

import java.util.Optional;
import org.slurmctldj.agent.door.NodeAnswer;
import org.slurmctldj.agent.door.NodeRequest;
import org.slurmctldj.agent.door.NodeTrust;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.SignalTasks;
import org.slurmctldj.proto.slurm.SlurmError;

/** REQUEST_SIGNAL_TASKS and REQUEST_TERMINATE_TASKS: from srun, scancel by way of the controller, the controller. */
final class StepSignals {
  private static final int MOST_SIGNAL = 64;
  private static final int SIGKILL = 9;

  private final Steps steps;
  private final NodeTrust trust;

  StepSignals(Steps steps, NodeTrust trust) {
    this.steps = steps;
    this.trust = trust;
  }

  NodeAnswer serve(MessageType type, NodeRequest request) {
    SignalTasks body = (SignalTasks) request.body();
    StepKey key = StepKey.of(body.stepId());
    Optional<StepRun> found = steps.find(key).filter(run -> !run.processGone());
    if (found.isEmpty()) {
      return NodeAnswer.code(SlurmError.ESLURMD_JOB_NOTRUNNING.number());
    }
    StepRun run = found.get();
    if (request.uid() != run.facts().uid() && !trust.isOperator(request.uid())) {
      return NodeAnswer.error(SlurmError.ESLURM_USER_ID_MISSING);
    }
    try {
      steps.awaitStart(run);
      boolean done = type == MessageType.REQUEST_TERMINATE_TASKS ? run.terminate(0, true, "") : signal(run, body.signal());
      return done ? NodeAnswer.ok() : NodeAnswer.code(SlurmError.ESLURMD_JOB_NOTRUNNING.number());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return NodeAnswer.code(SlurmError.ESLURMD_KILL_TASK_FAILED.number());
    }
  }

  /** Slurm's own numbers above the kernel's: some only say why, with the signal to follow. */
  private boolean signal(StepRun run, int number) throws InterruptedException {
    return switch (number) {
      case 991 -> run.terminate(steps.node().killWaitSeconds() * 1000L, false, steps.message(run, ""));
      case 993 -> run.say(steps.message(run, " DUE TO JOB REQUEUE"));
      case 994 -> run.say(steps.message(run, " DUE TO PREEMPTION"));
      case 995 -> true; // SIG_DEBUG_WAKE: nothing waits here for a debugger
      case 996 -> run.say(steps.message(run, " DUE TO TIME LIMIT"));
      case 997 -> run.signal(SIGKILL, "");
      case 998 -> run.say(steps.message(run, " DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS"));
      case 999 -> run.say(steps.failed(run));
      default -> number < 1 || number > MOST_SIGNAL ? number == 0 : steps.signal(run, number);
    };
  }
}
