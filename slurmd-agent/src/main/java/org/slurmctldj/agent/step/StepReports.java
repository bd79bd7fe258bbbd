package org.slurmctldj.agent.step;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.door.NodeTrust;
import org.slurmctldj.proto.client.ControllerConnection;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.slurm.LaunchTasksResponse;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.slurm.StepComplete;
import org.slurmctldj.proto.slurm.TaskExit;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;

/** What this node tells about steps: to srun and sattach, to the node above in a step's tree, and to the controller. Blocks; any thread. */
final class StepReports {
  private static final Logger log = LoggerFactory.getLogger(StepReports.class);
  private static final int RESPONSE_SLURM_RC = 8001;
  private static final int SILENT_UNTIL = 38;
  private static final int TRIES = 5;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;

  private final String nodeName;
  private final Supplier<NodeTrust> trust;
  private final ControllerConnection.Settings controllers;
  private final Function<String, Optional<InetSocketAddress>> addresses;

  /** {@code addresses}: where a node's daemon listens, by slurm.conf. */
  StepReports(
      String nodeName,
      Supplier<NodeTrust> trust,
      ControllerConnection.Settings controllers,
      Function<String, Optional<InetSocketAddress>> addresses) {
    this.nodeName = nodeName;
    this.trust = trust;
    this.controllers = controllers;
    this.addresses = addresses;
  }

  record Task(long gtid, long pid) {}

  void launched(StepFacts facts, InetSocketAddress to, long code, List<Task> tasks) throws InterruptedException {
    LaunchTasksResponse body =
        new LaunchTasksResponse()
            .stepId(facts.key().toStepId(facts.sluid()))
            .returnCode(code)
            .nodeName(nodeName)
            .localPids(tasks.stream().mapToLong(Task::pid).toArray())
            .taskIds(tasks.stream().mapToLong(Task::gtid).toArray());
    toSrun(facts, to, MessageType.RESPONSE_LAUNCH_TASKS, body);
  }

  /** @return false: nobody is there */
  boolean exited(StepFacts facts, InetSocketAddress to, long[] tasks, long status) throws InterruptedException {
    TaskExit body = new TaskExit().returnCode(status).taskIdList(tasks).stepId(facts.key().toStepId(facts.sluid()));
    return toSrun(facts, to, MessageType.MESSAGE_TASK_EXIT, body);
  }

  /** srun may be gone: its step is then ended by the controller, not from here. */
  private boolean toSrun(StepFacts facts, InetSocketAddress to, MessageType type, SlurmBody body) throws InterruptedException {
    byte[] bytes = pack(body, facts.version());
    for (int tries = 0; ; tries++) {
      try {
        trust.get().rpc().call(to, facts.version() << 8, type.number(), bytes, facts.uid());
        return true;
      } catch (RpcException e) {
        if (e.slurmError() == RpcException.SLURM_PROTOCOL_SOCKET_ZERO_BYTES_SENT) {
          // sattach takes what it is told and hangs up without a word
          return true;
        }
        if (tries + 1 == TRIES) {
          log.warn("step {}: {} cannot be told to srun at {}: {}", facts.key(), type, to, e.getMessage());
          return false;
        }
        Thread.sleep(100L << tries);
      }
    }
  }

  /** To the node above in the step's tree; if that does not take it, and what has gaps, to the controller. */
  void completed(StepFacts facts, List<StepComplete> parts) throws InterruptedException {
    if (facts.parent().isPresent() && parts.size() == 1 && toParent(facts, facts.parent().get(), parts.getFirst())) {
      return;
    }
    for (StepComplete part : parts) {
      toController(facts.version(), MessageType.REQUEST_STEP_COMPLETE, part, "step " + facts.key());
    }
  }

  /** A slurmd refuses as long as it has not launched the step itself. */
  private boolean toParent(StepFacts facts, StepFacts.Parent parent, StepComplete part) throws InterruptedException {
    InetSocketAddress to = parent.address().filter(a -> a.getPort() != 0).or(() -> addresses.apply(parent.node())).orElse(null);
    if (to != null && parent.address().isPresent()) {
      to = new InetSocketAddress(parent.address().get().getAddress(), to.getPort());
    }
    if (to == null) {
      log.info("step {}: no address of {}, the node above: its end goes to the controller", facts.key(), parent.node());
      return false;
    }
    byte[] bytes = pack(part, facts.version());
    int type = MessageType.REQUEST_STEP_COMPLETE.number();
    for (int tries = 0; ; tries++) {
      try {
        // both daemons run as the same user
        long code = code(trust.get().rpc().call(to, facts.version() << 8, type, bytes, ProcessFacts.effectiveUid()));
        if (code == 0) {
          return true;
        }
        if (tries + 1 == TRIES) {
          log.info("step {}: {}, the node above, answers with {}; its end goes to the controller", facts.key(), parent.node(), code);
          return false;
        }
      } catch (RpcException e) {
        log.info("step {}: {}, the node above: {}; its end goes to the controller", facts.key(), parent.node(), e.getMessage());
        return false;
      }
      Thread.sleep(100L << tries);
    }
  }

  /**
   * One attempt for a node below, which tells the controller itself if it does not succeed.
   *
   * @return 0: a controller has taken it, or knows better
   */
  long handOn(int version, StepComplete part) {
    try {
      byte[] bytes = pack(part, version);
      MessageType type = MessageType.REQUEST_STEP_COMPLETE;
      long code = code(new ControllerConnection(trust.get().rpc(), controllers).call(version << 8, type.number(), bytes));
      if (code != 0) {
        log.debug("step {}: the controller answers {} of a node below with {}", StepKey.of(part.stepId()), type, code);
      }
      return 0;
    } catch (RpcException e) {
      log.info("step {}: its end on a node below cannot be told to the controller: {}", StepKey.of(part.stepId()), e.getMessage());
      return e.slurmError();
    }
  }

  private static long code(Frame answer) {
    return answer.type() == RESPONSE_SLURM_RC && answer.bodyLength() >= 4 ? answer.body().u32() : 0;
  }

  /** Until a controller has taken it, or has said that it knows better. */
  void toController(int version, MessageType type, SlurmBody body, String of) throws InterruptedException {
    byte[] bytes = pack(body, version);
    long pause = 500;
    for (int tries = 0; ; tries++) {
      try {
        // 22.05's controller does not answer this one
        boolean silent = type == MessageType.MESSAGE_EPILOG_COMPLETE && version <= SILENT_UNTIL;
        if (silent) {
          ControllerConnection.Endpoint first = controllers.controllers().getFirst();
          InetSocketAddress to = new InetSocketAddress(first.host(), first.port());
          trust.get().rpc().tell(to, Header.request(version << 8, type.number()), bytes, controllers.slurmUid());
          return;
        }
        Frame answer = new ControllerConnection(trust.get().rpc(), controllers).call(version << 8, type.number(), bytes);
        long code = code(answer);
        if (code != 0) {
          log.info("{}: the controller answers {} with {}", of, type, code);
        }
        return;
      } catch (RpcException e) {
        if (tries == 0) {
          log.error("{}: {} cannot be told to the controller, trying on: {}", of, type, e.getMessage());
        }
        Thread.sleep(pause);
        pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
      }
    }
  }

  private static byte[] pack(SlurmBody body, int version) {
    Packer out = new Packer(256);
    body.write(out, version);
    return out.toByteArray();
  }
}
