package org.slurmctldj.client.job;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.rpc.CallbackPort;
import org.slurmctldj.client.rpc.Controller;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.proto.slurm.CompleteJobAllocation;
import org.slurmctldj.proto.slurm.HetJobAllocationResponse;
import org.slurmctldj.proto.slurm.JobDescListMsg;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.JobReadyRequest;
import org.slurmctldj.proto.slurm.JobReadyResponse;
import org.slurmctldj.proto.slurm.JobWillRunResponse;
import org.slurmctldj.proto.slurm.ResourceAllocationResponse;
import org.slurmctldj.proto.slurm.ReturnCodeTextMsg;
import org.slurmctldj.proto.slurm.SrunNodeFail;
import org.slurmctldj.proto.slurm.SrunUserMsg;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.slurm.StepIdMsg;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * Gets resources from the controller for salloc and srun, waits for them, hears what the controller says about them, and gives
 * them back. One thread of the client calls; messages of the controller come on a thread of the callback port, signals on the
 * JVM's.
 */
public final class Allocator implements AutoCloseable {
  private static final int ALLOCATE = 4001;
  private static final int ALLOCATED = 4002;
  private static final int ALLOCATE_HET = 4025;
  private static final int ALLOCATED_HET = 4026;
  private static final int WILL_RUN = 4012;
  private static final int WILL_RUN_ANSWER = 4013;
  private static final int JOB_READY = 4019;
  private static final int COMPLETE = 5017;
  private static final int SRUN_PING = 7001;
  private static final int SRUN_TIMEOUT = 7002;
  private static final int SRUN_NODE_FAIL = 7003;
  private static final int SRUN_JOB_COMPLETE = 7004;
  private static final int SRUN_USER_MSG = 7005;
  private static final int SRUN_REQUEST_SUSPEND = 7008;
  private static final int RETURN_CODE_TEXT = 8002;

  /** Slurm's errors that mean something here; 11 and 110 are the system's EAGAIN and ETIMEDOUT. */
  public static final int NODES_BUSY = 2016;

  public static final int ALREADY_DONE = 2021;
  public static final int TIMED_OUT = 110;
  private static final int TRY_AGAIN = 11;
  private static final int MAX_JOB_COUNT = 2009;
  private static final int PORTS_BUSY = 2059;
  private static final int MOST_TRIES = 15;

  /** Bits of the answer to JOB_READY. */
  private static final int NODES_READY = 1;

  private static final int JOB_THERE = 2;
  private static final int PROLOG_DONE = 4;

  /** What ends the waiting without an allocation. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int number;

    Refused(int number) {
      super(Integer.toString(number), null, false, false);
      this.number = number;
    }

    public int number() {
      return number;
    }
  }

  /** Hears what happens to the job; called on the callback thread. */
  public interface Listener {
    /** The job's resources were taken away, or the whole job is over. */
    void revoked(long job);

    /** A message for the user. */
    void message(String text);

    void nodesFailed(String nodes);
  }

  /** What the waiting thread is told. */
  private sealed interface Event {
    /** @param answers one, or those of all components of a heterogeneous job */
    record Granted(List<ResourceAllocationResponse> answers) implements Event {}

    record Gone(long job) implements Event {}

    record Signalled(int number) implements Event {}
  }

  private final Client client;
  private final Submission s;
  private final Listener listener;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final CallbackPort port;
  private volatile long job;
  /** All components of a heterogeneous job, or the one job. */
  private volatile List<Long> jobs = List.of();
  private volatile boolean granted;
  private volatile int signal;
  private boolean waited;

  public Allocator(Client client, Submission submission, Listener listener) {
    this.client = client;
    this.s = submission;
    this.listener = listener;
    this.port = CallbackPort.open(client, this::hear);
  }

  /** The signal that ended the waiting; 0 for none. */
  public int signal() {
    return signal;
  }

  /** The job that was asked for, even when it was never granted; 0 before the controller named it. */
  public long job() {
    return job;
  }

  public int port() {
    return port.port();
  }

  /** Called by a signal's handler while {@link #allocate} waits. */
  public void interrupt(int number) {
    events.add(new Event.Signalled(number));
  }

  private void hear(CallbackPort.Call call) {
    switch (call.type()) {
      case ALLOCATED -> {
        // unanswered, slurmctld takes the job for one whose salloc has gone
        call.answer(0);
        events.add(new Event.Granted(List.of(ResourceAllocationResponse.read(call.frame().body(), call.number()))));
      }
      case ALLOCATED_HET -> {
        call.answer(0);
        events.add(new Event.Granted(HetJobAllocationResponse.read(call.frame().body(), call.number()).allocations()));
      }
      case SRUN_PING -> call.answer(0);
      case SRUN_JOB_COMPLETE -> {
        StepId id = StepIdMsg.read(call.frame().body(), call.number()).stepId();
        if (id.stepId() == SlurmConstants.NO_VAL && (job == 0 || id.jobId() == job)) {
          if (!granted) {
            events.add(new Event.Gone(id.jobId()));
          }
          listener.revoked(id.jobId());
        }
      }
      case SRUN_USER_MSG -> listener.message(SrunUserMsg.read(call.frame().body(), call.number()).msg());
      case SRUN_NODE_FAIL -> listener.nodesFailed(SrunNodeFail.read(call.frame().body(), call.number()).nodelist());
      case SRUN_TIMEOUT, SRUN_REQUEST_SUSPEND -> {
        // real ones tell this only with -v
      }
      default -> client.error("received spurious message type: " + call.type());
    }
  }

  /** Blocks until the resources are there; {@link Refused} otherwise. */
  public ResourceAllocationResponse allocate(JobDescMsg description) {
    return allocate(List.of(description)).get(0);
  }

  /** As {@link #allocate(JobDescMsg)}, of all components of a heterogeneous job; one description is a plain job's. */
  public List<ResourceAllocationResponse> allocate(List<JobDescMsg> descriptions) {
    descriptions.forEach(d -> d.allocRespPort(port.port()).otherPort(port.port()));
    List<ResourceAllocationResponse> answers = ask(descriptions);
    ResourceAllocationResponse answer = answers.get(0);
    job = answer.stepId().jobId();
    jobs = answers.stream().map(a -> a.stepId().jobId()).toList();
    lines(answer.jobSubmitUserMsg(), false);
    if (answer.nodeCnt() > 0) {
      granted = true;
      return answers;
    }
    if (answer.errorCode() != 0) {
      info(new RequestFailed((int) answer.errorCode()).text(client.controller().version()));
    }
    if (client.program().equals("salloc")) {
      info("Pending job allocation " + job);
    }
    info("job " + job + " queued and waiting for resources");
    List<ResourceAllocationResponse> later = await();
    granted = true;
    info("job " + job + " has been allocated resources");
    return later;
  }

  private List<ResourceAllocationResponse> await() {
    long deadline = s.immediate > 1 ? System.nanoTime() + s.immediate * 1_000_000_000L : Long.MAX_VALUE;
    while (true) {
      Event event;
      try {
        event =
            deadline == Long.MAX_VALUE ? events.take() : events.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      switch (event) {
        case null -> {
          complete(SlurmConstants.NO_VAL);
          throw new Refused(TIMED_OUT);
        }
        case Event.Granted g -> {
          if (!g.answers.isEmpty() && g.answers.get(0).stepId().jobId() == job) {
            return g.answers;
          }
        }
        case Event.Gone gone -> {
          info("Job has been cancelled");
          throw new Refused(ALREADY_DONE);
        }
        case Event.Signalled signalled -> {
          signal = signalled.number;
          complete(128 + signal);
          throw new Refused(ALREADY_DONE);
        }
      }
    }
  }

  private List<ResourceAllocationResponse> ask(List<JobDescMsg> descriptions) {
    for (int tries = 1; ; tries++) {
      int error;
      try {
        boolean het = descriptions.size() > 1;
        Frame answer =
            client.controller().exchange(het ? ALLOCATE_HET : ALLOCATE, het ? new JobDescListMsg().jobs(descriptions) : descriptions.get(0));
        if (answer.type() == ALLOCATED) {
          return List.of(ResourceAllocationResponse.read(answer.body(), client.controller().number()));
        }
        if (answer.type() == ALLOCATED_HET) {
          return HetJobAllocationResponse.read(answer.body(), client.controller().number()).allocations();
        }
        error = refusal(answer);
      } catch (RequestFailed e) {
        error = e.number();
      }
      String message =
          switch (error) {
            case MAX_JOB_COUNT, TRY_AGAIN -> "Slurm temporarily unable to accept job, sleeping and retrying";
            case PORTS_BUSY -> "Job creation temporarily disabled, retrying";
            case NODES_BUSY -> s.immediate > 0 ? null : "Job creation temporarily disabled, retrying";
            default -> null;
          };
      if (message == null || tries >= MOST_TRIES) {
        throw new Refused(error);
      }
      if (tries == 1) {
        client.error(message);
      }
      sleepSeconds(tries);
    }
  }

  private int refusal(Frame answer) {
    if (answer.type() == RETURN_CODE_TEXT) {
      ReturnCodeTextMsg text = ReturnCodeTextMsg.read(answer.body(), client.controller().number());
      lines(text.errMsg(), true);
      return (int) text.returnCode();
    }
    return Controller.returnCode(answer);
  }

  /** When and where the job would start, for --test-only; {@link Refused} when it would not. */
  public JobWillRunResponse willRun(JobDescMsg description) {
    Frame answer;
    try {
      answer = client.controller().exchange(WILL_RUN, description);
    } catch (RequestFailed e) {
      throw new Refused(e.number());
    }
    if (answer.type() != WILL_RUN_ANSWER) {
      throw new Refused(refusal(answer));
    }
    return JobWillRunResponse.read(answer.body(), client.controller().number());
  }

  /** Waits until the nodes of the job are up and prepared, as long as it takes; false when the job is over or a signal came. */
  public boolean awaitReady(boolean waitForNodes) {
    for (int i = 0; ; i++) {
      if (i > 0) {
        waited = true;
        if (i == 1) {
          info("Waiting for resource configuration");
        }
        try {
          Event event = events.poll(1, TimeUnit.SECONDS);
          if (event instanceof Event.Signalled signalled) {
            signal = signalled.number;
            return false;
          }
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      int bits = NODES_READY | JOB_THERE | PROLOG_DONE;
      for (long one : jobs) {
        int of = readiness(one);
        bits = of < 0 || bits < 0 ? -1 : bits & of;
      }
      if (bits < 0) {
        continue;
      }
      if ((bits & JOB_THERE) == 0) {
        return false;
      }
      if ((bits & PROLOG_DONE) != 0 && ((bits & NODES_READY) != 0 || !waitForNodes)) {
        return true;
      }
    }
  }

  /** Whether {@link #awaitReady} had to wait. */
  public boolean hasWaited() {
    return waited;
  }

  /** The bits of the answer; -1 for none yet, 0 for a job that is gone. */
  private int readiness(long one) {
    try {
      Frame answer = client.controller().exchange(JOB_READY, new JobReadyRequest().jobId(one).showFlags(0));
      if (answer.type() == JOB_READY + 1) {
        return (int) JobReadyResponse.read(answer.body(), client.controller().number()).returnCode();
      }
      int code = Controller.returnCode(answer);
      return code == 0 || code == TRY_AGAIN ? -1 : 0;
    } catch (RequestFailed e) {
      return -1;
    }
  }

  /** Gives the resources back. */
  public void complete(long waitStatus) {
    try {
      client.controller().ask(COMPLETE, new CompleteJobAllocation().jobId(job).jobRc(waitStatus));
    } catch (RequestFailed e) {
      if (e.number() != ALREADY_DONE) {
        client.error("Unable to clean up job allocation " + job + ": " + e.text(client.controller().version()));
      }
    }
  }

  private void lines(String text, boolean asError) {
    if (text != null && !text.isEmpty()) {
      for (String line : text.split("\n")) {
        if (asError) {
          client.error(line);
        } else {
          info(line);
        }
      }
    }
  }

  /** "salloc: ..." on standard error, unless the user wants quiet. */
  public void info(String text) {
    if (!s.quiet) {
      client.console().complain(client.program() + ": " + text);
    }
  }

  private static void sleepSeconds(int seconds) {
    try {
      Thread.sleep(seconds * 1000L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    port.close();
  }
}
