package org.slurmctldj.steps;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.callbacks.Post;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.engine.EffectListener;
import org.slurmctldj.proto.slurm.KillJobMsg;
import org.slurmctldj.proto.slurm.KillJobNodeMsg;
import org.slurmctldj.proto.slurm.SignalTasks;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.render.NodeNames;

/**
 * Signals to the tasks of steps: to SlurmdPort of each of their nodes, whichever daemon listens there. The effects'
 * thread only hands over. A node that does not answer now is asked again by nobody but the one who sent the signal.
 */
public final class StepSignals implements EffectListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StepSignals.class);
  private static final int REQUEST_SIGNAL_TASKS = 6004;
  private static final int REQUEST_KILL_TIMELIMIT = 6009;
  private static final int SRUN_STEP_SIGNAL = 7009;
  private static final int AGAIN_AT_A_TIME = 8;

  private final ClusterView view;
  private final Post post;
  private final long slurmdUid;
  private final WaitingSteps waiting;
  private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("step-signal-", 0).factory());

  public StepSignals(ClusterView view, Post post, long slurmdUid, WaitingSteps waiting) {
    this.view = view;
    this.post = post;
    this.slurmdUid = slurmdUid;
    this.waiting = waiting;
  }

  @Override
  public boolean wants(Effect effect) {
    return switch (effect) {
      case Effect.SignalStep s -> true;
      // who comes to wait now looks at the steps once more behind this
      case Effect.StepOver s -> waiting.anyOf(s.jobId());
      case Effect.JobPurged p -> waiting.anyOf(p.jobId());
      default -> false;
    };
  }

  @Override
  public void effect(Effect effect) {
    switch (effect) {
      case Effect.SignalStep s -> signal(s);
      case Effect.StepOver s -> askAgain(s.jobId());
      case Effect.JobPurged p -> waiting.forget(p.jobId());
      default -> {}
    }
  }

  @Override
  public void resync() {
    // A signal is an event, not a state: nothing to derive.
  }

  private void signal(Effect.SignalStep s) {
    JobRecord job = view.job(s.jobId());
    if (job == null) {
      return;
    }
    for (int node : s.nodes()) {
      if (node < view.config().nodes().size()) {
        NodeDefinition d = view.config().nodes().get(node);
        threads.execute(() -> send(s, job, node, d));
      }
    }
  }

  private void send(Effect.SignalStep s, JobRecord job, int node, NodeDefinition d) {
    Post.Address to = new Post.Address(d.address(), d.port(), version(job, node), slurmdUid);
    int type =
        switch (s.order()) {
          case SIGNAL -> REQUEST_SIGNAL_TASKS;
          case TIMELIMIT -> REQUEST_KILL_TIMELIMIT;
        };
    SlurmBody body =
        s.order() == Effect.Order.TIMELIMIT
            ? timeLimit(s, job)
            : new SignalTasks().stepId(StepCredentials.id(s.jobId(), s.stepId()).stepHetComp(s.component())).flags(s.flags()).signal(s.signal());
    if (!post.ask(to, type, body)) {
      LOG.error("signal {} to step {}.{} did not reach node {}", s.signal(), s.jobId(), s.stepId(), d.name());
    }
  }

  private int version(JobRecord job, int node) {
    NodeRecord n = view.node(node);
    int registered = n == null || n.registration == null ? 0 : n.registration.protocolVersion();
    return registered != 0 ? registered : (int) job.request.number(JobField.START_PROTOCOL_VERSION) >> 8;
  }

  private KillJobNodeMsg timeLimit(Effect.SignalStep s, JobRecord job) {
    return new KillJobNodeMsg()
        .stepId(StepCredentials.id(s.jobId(), s.stepId()).stepHetComp(s.component()))
        .jobState(job.slurmState())
        .jobUid(job.request.number(JobField.USER_ID))
        .jobGid(job.request.number(JobField.GROUP_ID))
        .spankJobEnv(new String[0])
        .startTime(job.startTime)
        .time(view.globals().lastMillis() / 1000)
        .nodes(NodeNames.of(view.config(), s.nodes()));
  }

  private void askAgain(long jobId) {
    for (WaitingSteps.Waiting w : waiting.take(jobId, AGAIN_AT_A_TIME)) {
      JobFields r = w.request();
      Post.Address to =
          new Post.Address(
              r.text(JobField.RESP_HOST),
              (int) r.number(JobField.OTHER_PORT),
              (int) r.number(JobField.START_PROTOCOL_VERSION) >> 8,
              r.number(JobField.USER_ID));
      KillJobMsg signal0 = new KillJobMsg().stepId(StepCredentials.id(jobId, SlurmConstants.NO_VAL));
      threads.execute(() -> post.tell(to, SRUN_STEP_SIGNAL, signal0));
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
