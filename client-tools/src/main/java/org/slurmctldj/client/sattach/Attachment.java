package org.slurmctldj.client.sattach;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.node.NodeCalls;
import org.slurmctldj.client.rpc.CallbackPort;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.client.srun.StepStreams;
import org.slurmctldj.proto.os.Terminal;
import org.slurmctldj.proto.slurm.ReattachTasksRequest;
import org.slurmctldj.proto.slurm.ReattachTasksResponse;
import org.slurmctldj.proto.slurm.SlurmCred;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.slurm.SlurmStepLayout;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.slurm.TaskExit;
import org.slurmctldj.proto.text.Hostlist;

/** The streams of a step's tasks here as well, until the tasks have ended. One thread of the client. */
final class Attachment {
  private static final int REATTACH = 6007;
  private static final int REATTACHED = 6008;
  private static final int TASK_EXIT = 6003;
  private static final int KEYS_SINCE = 40;
  private static final int STREAMS_TIMEOUT_MS = 10_000;

  private final Client client;
  private final Sattach.Request request;
  private final StepId step;
  private final SlurmStepLayout layout;
  private final int version;
  private final Object lock = new Object();
  private final boolean[] ended;
  private int left;
  private int status;

  Attachment(Client client, Sattach.Request request, StepId step, SlurmStepLayout layout) {
    this.client = client;
    this.request = request;
    this.step = step;
    this.layout = layout;
    this.version = layout.startProtocolVer() == 0 ? client.controller().version() : layout.startProtocolVer();
    this.ended = new boolean[(int) layout.taskCnt()];
    this.left = ended.length;
  }

  /** The exit status: the highest of the tasks'. */
  int run() {
    String key = UUID.randomUUID().toString();
    int width = request.label ? Integer.toString(Math.max(0, ended.length - 1)).length() : 0;
    StepStreams.Settings settings =
        new StepStreams.Settings(layout.tids(), width, request.pty ? 0 : request.inputTask, request.outputTask, request.errorTask, 0);
    byte[] terminal = request.pty ? Terminal.settings(0).orElse(null) : null;
    try (CallbackPort calls = CallbackPort.open(client, this::hear);
        StepStreams streams =
            new StepStreams(
                client,
                key,
                settings,
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err))) {
      int running = attach(key, calls.port(), streams);
      if (terminal != null) {
        Terminal.raw(0, terminal);
      }
      if (running > 0) {
        awaitEnd();
        streams.awaitEnd(STREAMS_TIMEOUT_MS);
      }
      return status;
    } finally {
      if (terminal != null) {
        Terminal.restore(0, terminal);
      }
    }
  }

  /** Asks every node; how many tasks run on them. */
  private int attach(String key, int port, StepStreams streams) {
    ReattachTasksRequest message =
        new ReattachTasksRequest().stepId(step).ioKey(key).respPort(new int[] {port}).ioPort(new int[] {streams.port()});
    if (version >> 8 < KEYS_SINCE) {
      message.cred(SlurmCred.sign(new SlurmCredArg().stepId(step), version >> 8, packed -> key));
    }
    List<String> nodes = Hostlist.parse(layout.nodeList()).toList();
    NodeCalls calls = new NodeCalls(client, version);
    int running = 0;
    int index = 0;
    for (Map.Entry<String, NodeCalls.Answer> a : calls.ask(nodes, REATTACH, message, client.conf().messageTimeout()).entrySet()) {
      int n = index++;
      NodeCalls.Answer answer = a.getValue();
      if (answer.frame() == null || answer.frame().type() != REATTACHED) {
        int code = answer.code() == -1 ? RequestFailed.NO_CONNECTION : answer.code();
        client.error("attach to node " + a.getKey() + ": " + new RequestFailed(code).text(client.controller().version()));
        throw new Exit(1);
      }
      ReattachTasksResponse r = ReattachTasksResponse.read(answer.frame().body(), answer.frame().version() >> 8);
      running += r.gtids().length;
      if (r.returnCode() != 0 || r.gtids().length == 0) {
        client.console().complain("sattach: Node " + a.getKey() + ": no tasks running");
        streams.without(n);
        forget(layout.tids().get(n));
      }
    }
    return running;
  }

  /** Tasks that nobody will tell the end of. */
  private void forget(long[] tasks) {
    synchronized (lock) {
      for (long task : tasks) {
        end((int) task);
      }
    }
  }

  private void end(int task) {
    if (task < ended.length && !ended[task]) {
      ended[task] = true;
      left--;
      lock.notifyAll();
    }
  }

  private void hear(CallbackPort.Call call) {
    call.answer(0);
    if (call.type() != TASK_EXIT) {
      return;
    }
    TaskExit m = TaskExit.read(call.frame().body(), call.number());
    int wait = (int) m.returnCode();
    int code = (wait & 0x7f) != 0 ? 128 + (wait & 0x7f) : wait >> 8 & 0xff;
    synchronized (lock) {
      for (long task : m.taskIdList()) {
        if (code != 0 && task < ended.length && !ended[(int) task]) {
          client.error("task " + task + " exited with exit code " + code);
        }
        end((int) task);
      }
      status = Math.max(status, code);
    }
  }

  private void awaitEnd() {
    synchronized (lock) {
      while (left > 0) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
