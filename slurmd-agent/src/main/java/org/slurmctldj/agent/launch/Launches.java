package org.slurmctldj.agent.launch;

import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.job.KillMessage;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.ExitAck;
import org.slurmctldj.proto.agent.ExitReport;
import org.slurmctldj.proto.agent.Failure;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.agent.LaunchGone;
import org.slurmctldj.proto.agent.LaunchStatus;
import org.slurmctldj.proto.agent.Prepare;
import org.slurmctldj.proto.agent.PrologDone;
import org.slurmctldj.proto.agent.Signal;
import org.slurmctldj.proto.agent.SignalResult;
import org.slurmctldj.proto.agent.StepJob;
import org.slurmctldj.proto.agent.Terminate;

/**
 * All launches of this node and what the controller wants of them. One thread ({@link LaunchThread}) owns the table and decides;
 * disk, shepherds and look-ups are on virtual threads that report back to it. The node's link calls in from any thread.
 * How a launch ends is {@link LaunchEnds}' affair.
 *
 * <p>Promises: a launch id never runs twice as long as it is held; an end is reported until it is acknowledged.
 */
public final class Launches implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Launches.class);
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;
  /** Ids that were acknowledged: a late repetition of their Launch must not run them again. */
  private static final int REMEMBERED = 20_000;

  private static final int PREPARED_AT_ONCE = 16;

  private final LaunchSpool spool;
  private final LaunchStart start;
  private final JobSteps steps;
  private final JobScripts scripts;
  private final String nodeName;
  private final boolean privileged;
  private final long ownUid;
  private final LaunchThread thread = new LaunchThread();
  private final LaunchReports reports = new LaunchReports();
  private final LaunchEnds ends;
  /** Look-ups of users may wait for a name service inside libc, where a virtual thread would hold its carrier. */
  private final ExecutorService preparing =
      Executors.newFixedThreadPool(PREPARED_AT_ONCE, Thread.ofPlatform().name("prepare-", 0).daemon().factory());

  private final Map<String, HeldLaunch> table = new LinkedHashMap<>();
  /** Of table's, not prepared yet: the script's bytes are here alone. */
  private final Map<String, Launch> queued = new LinkedHashMap<>();
  private final Set<String> forgotten = new LinkedHashSet<>();

  public Launches(
      LaunchSpool spool, LaunchStart start, JobSteps steps, JobScripts scripts, String nodeName, boolean privileged, long ownUid) {
    this.steps = steps;
    this.scripts = scripts;
    this.spool = spool;
    this.start = start;
    this.nodeName = nodeName;
    this.privileged = privileged;
    this.ownUid = ownUid;
    this.ends = new LaunchEnds(thread, reports, steps, scripts, spool, this::next);
  }

  /** At the agent's start, before it connects: takes up what an earlier agent left. */
  public void adopt() throws IOException {
    List<Launch> held = spool.held();
    thread.run(() -> held.forEach(this::adopt));
  }

  private void adopt(Launch launch) {
    HeldLaunch held = new HeldLaunch(launch, HeldLaunch.State.ACCEPTED);
    held.epilog = spool.epilogOf(held.id());
    table.put(held.id(), held);
    log.info("job {} launch {}: taken up from the spool", held.jobId(), held.id());
    begin(held);
  }

  // ---------------------------------------------------------------- the controller's side

  /** A stream was welcomed: from now on messages go there, first what it has not acknowledged. */
  public void connected(Consumer<AgentMessage.Builder> to) {
    thread.run(
        () -> {
          reports.to(to);
          // before the ends of launches that did not start for it
          scripts.connected(to);
          for (HeldLaunch held : table.values()) {
            if (held.state == HeldLaunch.State.RUNNING && held.pid != 0) {
              reports.started(held);
            }
            held.report.ifPresent(reports::ended);
          }
        });
  }

  public void disconnected() {
    thread.run(
        () -> {
          reports.toNobody();
          scripts.disconnected();
        });
  }

  /** For the registration. Waits for the launches thread. */
  public List<LaunchStatus> inventory() {
    return thread.call(
        () -> {
          List<LaunchStatus> list = new ArrayList<>();
          for (HeldLaunch held : table.values()) {
            // one that is being prepared too: left out, it would count as absent, its cores would be given away, and
            // then it would run
            list.add(
                LaunchStatus.newBuilder()
                    .setLaunchId(held.id())
                    .setJobId(held.jobId())
                    .setState(
                        switch (held.state) {
                          case NEW, ACCEPTED -> LaunchStatus.State.ACCEPTED;
                          case RUNNING -> LaunchStatus.State.RUNNING;
                          // its epilog waits for the order to end the job, which comes to what counts as being here
                          case ENDED -> held.last.isPresent() ? LaunchStatus.State.RUNNING : LaunchStatus.State.ENDED;
                        })
                    .build());
          }
          return list;
        });
  }

  /** For the registration. */
  public List<StepJob> stepJobs() {
    return steps.jobs().entrySet().stream()
        .map(e -> StepJob.newBuilder().setJobId(e.getKey().intValue()).setMade(e.getValue()).build())
        .toList();
  }

  /** Launches that have not ended. */
  public int running() {
    return thread.call(() -> (int) table.values().stream().filter(h -> h.state != HeldLaunch.State.ENDED).count());
  }

  public void launch(Launch launch) {
    thread.run(() -> accept(launch));
  }

  private void accept(Launch launch) {
    String id = launch.getLaunchId();
    if (!LaunchSpool.acceptable(id)) {
      reports.refuse(launch, Failure.BAD_LAUNCH, "the launch id is not acceptable");
      return;
    }
    HeldLaunch known = table.get(id);
    if (known != null) {
      if (known.state != HeldLaunch.State.NEW) {
        reports.accepted(known, true);
        if (known.state == HeldLaunch.State.RUNNING && known.pid != 0) {
          // it is asked for because nobody there knows that it runs
          reports.started(known);
        }
        known.report.ifPresent(reports::ended);
      }
      return;
    }
    if (forgotten.contains(id)) {
      log.warn("job {} launch {}: asked for again after its end was acknowledged, not run", launch.getJobId(), id);
      reports.send(AgentMessage.newBuilder().setLaunchGone(LaunchGone.newBuilder().setLaunchId(id)));
      return;
    }
    if (!privileged && Integer.toUnsignedLong(launch.getUid()) != ownUid) {
      reports.refuse(
          launch,
          Failure.NOT_ROOT,
          "the agent does not run as root: it runs only jobs of uid " + ownUid + ", not of "
              + Integer.toUnsignedString(launch.getUid()));
      return;
    }
    HeldLaunch held = new HeldLaunch(launch, HeldLaunch.State.NEW);
    table.put(id, held);
    if (!isBusy(held)) {
      prepare(held, launch);
    } else {
      log.info("job {} launch {}: waits for what is left of an earlier one here", held.jobId(), id);
      queued.put(id, launch);
    }
  }

  /** Another launch of that job number that has not left this node: its files and its steps go by the job's number alone. */
  private boolean isBusy(HeldLaunch launch) {
    return table.values().stream()
        .anyMatch(
            h -> h != launch && h.jobId() == launch.jobId() && !queued.containsKey(h.id())
                && !h.report.map(ExitReport::getNodeClean).orElse(false));
  }

  /** Something of that job has left the node: the launch that waited for it may begin. */
  private void next(int jobId) {
    for (Launch launch : List.copyOf(queued.values())) {
      HeldLaunch held = table.get(launch.getLaunchId());
      if (launch.getJobId() == jobId && !isBusy(held)) {
        queued.remove(held.id());
        prepare(held, launch);
        return;
      }
    }
  }

  private void prepare(HeldLaunch held, Launch launch) {
    String id = held.id();
    thread.aside(
        preparing,
        () -> {
          start.prepare(launch, spool);
          thread.run(() -> accepted(held));
        },
        failure -> {
          table.remove(id);
          next(launch.getJobId());
          reports.refuse(launch, failure instanceof LaunchStart.Refusal r ? r.failure() : Failure.SPOOL, LaunchThread.message(failure));
        });
  }

  private void accepted(HeldLaunch held) {
    held.state = HeldLaunch.State.ACCEPTED;
    reports.accepted(held, false);
    begin(held);
  }

  public void signal(Signal signal) {
    thread.run(
        () -> {
          HeldLaunch held = table.get(signal.getLaunchId());
          SignalResult.Builder result =
              SignalResult.newBuilder().setLaunchId(signal.getLaunchId()).setToken(signal.getToken());
          if (held == null || held.shepherd.isEmpty()) {
            result.setText(held == null ? "not on this node" : "not running");
          } else if (!signal.getBatchOnly() && !signal.getFull()) {
            // Slurm signals a job's steps then, never its script; there are no steps beside the script
            result.setDelivered(true);
          } else {
            deliver(held, signal, result);
          }
          reports.send(AgentMessage.newBuilder().setSignalResult(result));
        });
  }

  private void deliver(HeldLaunch held, Signal signal, SignalResult.Builder result) {
    boolean ending = signal.getSignal() == SIGTERM || signal.getSignal() == SIGKILL;
    String message =
        ending ? killMessage(held, Terminate.Reason.CANCELLED, System.currentTimeMillis()) : "";
    try {
      held.shepherd.orElseThrow().signal(signal.getSignal(), signal.getBatchOnly(), message);
      result.setDelivered(true);
      log.info("job {} launch {}: signal {} delivered", held.jobId(), held.id(), signal.getSignal());
    } catch (IOException e) {
      result.setText("the shepherd is gone: " + e.getMessage());
    }
  }

  public void terminate(Terminate terminate) {
    thread.run(
        () -> {
          HeldLaunch held = table.get(terminate.getLaunchId());
          if (held == null) {
            // a node of the job without its script: gone when its steps are and its epilog has run
            boolean known = forgotten.contains(terminate.getLaunchId());
            ends.endSteps(terminate, () -> ends.gone(terminate, known));
            return;
          }
          ends.endSteps(terminate, () -> {});
          log.info("job {} launch {}: to be ended, {}", held.jobId(), held.id(), terminate.getReason());
          held.terminate = Optional.of(terminate);
          if (held.state == HeldLaunch.State.ENDED) {
            held.report.ifPresent(reports::ended);
            held.last.ifPresent(record -> ends.epilog(held, record));
            return;
          }
          held.shepherd.ifPresent(shepherd -> tell(held, shepherd, terminate));
        });
  }

  /** PrologFlags=Alloc: before anything of the job comes here. Clients that wait for it are told when it is done. */
  public void prepare(Prepare prepare) {
    long heard = System.nanoTime();
    thread.aside(
        () -> {
          boolean good =
              scripts.prepare(
                  Integer.toUnsignedLong(prepare.getJobId()),
                  prepare.getRestartCount(),
                  LaunchEnds.scriptEnvironment(prepare.getScriptEnvironmentList(), prepare.getJobId()));
          if (good && prepare.hasShare()) {
            steps.contain(JobHold.of(prepare, heard));
          }
          if (good) {
            PrologDone done = PrologDone.newBuilder().setJobId(prepare.getJobId()).setRestartCount(prepare.getRestartCount()).build();
            thread.run(() -> reports.send(AgentMessage.newBuilder().setPrologDone(done)));
          }
        },
        failure -> log.error("job {}: prolog: {}", prepare.getJobId(), LaunchThread.message(failure)));
  }

  private void tell(HeldLaunch held, ShepherdLink shepherd, Terminate terminate) {
    String message = killMessage(held, terminate.getReason(), terminate.getAtMillis());
    try {
      shepherd.terminate(terminate.getKillWaitSeconds() * 1000L, terminate.getAtOnce(), message);
    } catch (IOException e) {
      // its end is noticed by the listener
      log.debug("launch {}: {}", held.id(), e.getMessage());
    }
  }

  private String killMessage(HeldLaunch held, Terminate.Reason reason, long atMillis) {
    long at = atMillis == 0 ? System.currentTimeMillis() : atMillis;
    return KillMessage.of(Integer.toUnsignedLong(held.jobId()), nodeName, reason, at, ZoneId.systemDefault());
  }

  public void acknowledged(ExitAck ack) {
    thread.run(
        () -> {
          HeldLaunch held = table.get(ack.getLaunchId());
          if (held == null || !ack.getNodeClean() || !held.report.map(ExitReport::getNodeClean).orElse(false)) {
            return;
          }
          table.remove(held.id());
          forgotten.add(held.id());
          if (forgotten.size() > REMEMBERED) {
            forgotten.remove(forgotten.iterator().next());
          }
          thread.aside(
              () -> spool.forget(held.id()),
              failure -> log.warn("launch {}: its spool cannot be deleted: {}", held.id(), LaunchThread.message(failure)));
        });
  }

  // ---------------------------------------------------------------- the shepherd's side

  /** Starts its shepherd, or finds what became of it; runs until the launch has ended. */
  private void begin(HeldLaunch held) {
    if (held.terminate.isPresent()) {
      // may have been started by an earlier agent: only `shepherd()` knows
      log.info("job {} launch {}: ended before it was started", held.jobId(), held.id());
    }
    long heard = System.nanoTime();
    thread.aside(
        () -> {
          LaunchStart.Before before =
              new LaunchStart.Before(
                  () -> {
                    boolean good =
                        scripts.prepare(
                            Integer.toUnsignedLong(held.jobId()),
                            held.launch().getRestartCount(),
                            LaunchEnds.scriptEnvironment(held.launch().getScriptEnvironmentList(), held.jobId()));
                    if (good) {
                      steps.contain(JobHold.of(held.launch(), heard));
                    }
                    return good;
                  },
                  () -> thread.call(() -> held.terminate.isPresent()));
          ExitRecord end = start.shepherd(held.launch(), spool, before, new FromShepherd(held));
          thread.run(() -> ends.ended(held, end));
        },
        failure -> log.error("job {} launch {}: {}", held.jobId(), held.id(), LaunchThread.message(failure)));
  }

  /** Events of the thread that listens to one shepherd. */
  private final class FromShepherd implements LaunchStart.Progress {
    private final HeldLaunch held;

    FromShepherd(HeldLaunch held) {
      this.held = held;
    }

    @Override
    public void connected(ShepherdLink link) {
      thread.run(
          () -> {
            held.shepherd = Optional.of(link);
            held.terminate.ifPresent(terminate -> tell(held, link, terminate));
          });
    }

    @Override
    public void running(int pid, long startMillis) {
      thread.run(
          () -> {
            if (held.state != HeldLaunch.State.ENDED) {
              held.state = HeldLaunch.State.RUNNING;
              held.pid = pid;
              held.startMillis = startMillis;
              log.info("job {} launch {}: runs, pid {}, uid {}", held.jobId(), held.id(), pid, held.uid());
              reports.started(held);
            }
          });
    }

    @Override
    public void scriptEnded(ExitRecord record) {
      thread.run(() -> ends.ended(held, record));
    }
  }

  /** Lets shepherds and jobs go on. */
  @Override
  public void close() {
    preparing.shutdown();
    thread.close();
  }
}
