package org.slurmctldj.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agents.LaunchGate;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSelector;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.engine.EffectListener;
import org.slurmctldj.proto.conf.SlurmConf;

/**
 * PrologSlurmctld and EpilogSlurmctld: programs that the controller's host runs at a job's start, before anything of it
 * is launched, and at its end. A job whose prolog fails, or is killed for PrologEpilogTimeout (PrologTimeout, EpilogTimeout), is
 * requeued for two minutes later, as slurmctld does it, or ended if it cannot be. Each program waits on a virtual thread; soft state, so a restart of the controller runs the
 * prolog of a job again that had not been launched.
 */
final class ControllerScripts implements LaunchGate, EffectListener {
  private static final Logger LOG = LoggerFactory.getLogger(ControllerScripts.class);
  private static final int AT_A_TIME = 64;
  private static final int MOST_REMEMBERED = 100_000;
  private static final int SIGKILL = 9;
  private static final String PROLOG = "prolog_slurmctld";
  private static final String EPILOG = "epilog_slurmctld";

  /** slurmctld lets a requeued job wait until its old credentials have expired. */
  private static final long REQUEUE_DELAY_SECONDS = 121;

  private enum Prolog {
    RUNNING,
    DONE,
    FAILED
  }

  private final ClusterView view;
  private final Supplier<SlurmConf> conf;
  private final LongFunction<String> groupName;
  private final Commands commands;
  private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("script-", 0).factory());
  private final Semaphore slots = new Semaphore(AT_A_TIME);
  /** By launch id ("job.restarts"). */
  private final Map<String, Prolog> prologs = new ConcurrentHashMap<>();
  private final Map<String, List<Runnable>> waiting = new HashMap<>();
  /** Launch ids whose epilog was begun: each of a job's nodes is a reason to look. The oldest are forgotten. */
  private final Set<String> epilogs =
      Collections.newSetFromMap(
          Collections.synchronizedMap(
              new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                  return size() > MOST_REMEMBERED;
                }
              }));

  /** Where commands go. */
  interface Commands {
    CompletableFuture<Result> submit(LongFunction<Command> command);
  }

  ControllerScripts(ClusterView view, Supplier<SlurmConf> conf, LongFunction<String> groupName, Commands commands) {
    this.view = view;
    this.conf = conf;
    this.groupName = groupName;
    this.commands = commands;
  }

  // ---- before the launch

  @Override
  public boolean isOpen(JobRecord job, Runnable again) {
    List<String> programs = conf.get().list("PrologSlurmctld");
    if (programs.isEmpty()) {
      return true;
    }
    String id = job.launchId();
    synchronized (waiting) {
      Prolog state = prologs.get(id);
      if (state != null && state != Prolog.RUNNING) {
        return state == Prolog.DONE;
      }
      waiting.computeIfAbsent(id, _ -> new ArrayList<>()).add(again);
      if (state == Prolog.RUNNING) {
        return false;
      }
      bound();
      prologs.put(id, Prolog.RUNNING);
    }
    threads.execute(() -> prolog(job, programs));
    return false;
  }

  /** Whether a client must wait for it before it uses its allocation. */
  boolean prologRuns(JobRecord job) {
    return prologs.get(job.launchId()) == Prolog.RUNNING;
  }

  private void prolog(JobRecord job, List<String> programs) {
    boolean good = true;
    for (String program : programs) {
      good = good && run(program, PROLOG, job);
    }
    List<Runnable> then;
    synchronized (waiting) {
      prologs.put(job.launchId(), good ? Prolog.DONE : Prolog.FAILED);
      then = waiting.remove(job.launchId());
    }
    if (good) {
      if (then != null) {
        then.forEach(Runnable::run);
      }
    } else {
      failed(job);
    }
  }

  private void failed(JobRecord job) {
    JobSelector self = JobSelector.job(job.jobId);
    if (job.request.number(JobField.BATCH_FLAG) == 0 || job.request.number(JobField.REQUEUE) != 1) {
      commands.submit(now -> new Command.KillJob(now, Actor.CONTROLLER, self, SIGKILL, 0));
      return;
    }
    commands.submit(now -> new Command.RequeueJob(now, Actor.CONTROLLER, self, true)).thenRun(() -> threads.execute(() -> delay(job)));
  }

  /** Once the job is pending again: a begin time instead of the hold that kept it from starting at once. */
  private void delay(JobRecord before) {
    try {
      for (int i = 0; i < 600; i++) {
        JobRecord job = view.job(before.jobId);
        if (job == null || job.phase == JobPhase.DONE) {
          return;
        }
        if (job.phase == JobPhase.PENDING && job.restarts > before.restarts) {
          commands.submit(
              now ->
                  new Command.UpdateJob(
                      now,
                      Actor.CONTROLLER,
                      JobSelector.job(job.jobId),
                      new JobFields().number(JobField.BEGIN_TIME, now / 1000 + REQUEUE_DELAY_SECONDS).number(JobField.PRIORITY, SlurmNumbers.INFINITE),
                      false));
          return;
        }
        TimeUnit.MILLISECONDS.sleep(200);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- starts without a script, and ends

  @Override
  public boolean wants(Effect effect) {
    return effect instanceof Effect.Terminate && !conf.get().list("EpilogSlurmctld").isEmpty()
        || effect instanceof Effect.Allocated && !conf.get().list("PrologSlurmctld").isEmpty();
  }

  @Override
  public void effect(Effect effect) {
    if (effect instanceof Effect.Allocated e) {
      JobRecord job = view.job(e.jobId());
      if (job != null) {
        isOpen(job, () -> {});
      }
    } else if (effect instanceof Effect.Terminate e) {
      List<String> programs = conf.get().list("EpilogSlurmctld");
      JobRecord job = programs.isEmpty() ? null : view.job(e.jobId());
      if (job != null && job.restarts == e.restarts() && job.phase != JobPhase.RUNNING && epilogs.add(job.launchId())) {
        threads.execute(() -> programs.forEach(program -> run(program, EPILOG, job)));
      }
    }
  }

  /** Not after a restart: which epilogs have run is not known then, and one too few is better than one twice. */
  @Override
  public void resync() {}

  private void bound() {
    if (prologs.size() > MOST_REMEMBERED) {
      prologs.values().removeIf(state -> state != Prolog.RUNNING);
    }
  }

  // ---- the programs

  /** Seconds; 0: as long as it takes. The keys for one of both are there from 25.05 on. */
  private static long timeout(SlurmConf conf, String context) {
    long both = conf.number("PrologEpilogTimeout", 0);
    long seconds = conf.number(context.equals(PROLOG) ? "PrologTimeout" : "EpilogTimeout", both);
    return seconds >= SlurmNumbers.NO_VAL16 ? 0 : seconds;
  }

  /** With all that it has started, as slurmctld kills its process group: without a SIGTERM before. */
  private static void kill(Process process) throws InterruptedException {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
    process.waitFor();
  }

  private boolean run(String program, String context, JobRecord job) {
    slots.acquireUninterruptibly();
    try {
      ProcessBuilder b = new ProcessBuilder(program);
      b.environment().clear();
      b.environment().putAll(ScriptEnvironment.of(view.config(), job, context, groupName));
      conf.get().text("SlurmctldLogFile").map(Path::of).map(Path::getParent).ifPresent(d -> b.directory(d.toFile()));
      b.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
      b.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
      Process process = b.start();
      long seconds = timeout(conf.get(), context);
      if (seconds > 0 && !process.waitFor(seconds, TimeUnit.SECONDS)) {
        kill(process);
        LOG.error("{} JobId={} failed due to timing out", context, job.jobId);
        return false;
      }
      int status = process.waitFor();
      if (status != 0) {
        LOG.error("{} JobId={} {} exit status {}", context, job.jobId, program, status);
      }
      return status == 0;
    } catch (IOException e) {
      LOG.error("{} JobId={}: {}", context, job.jobId, e.getMessage());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      slots.release();
    }
  }
}
