package org.slurmctldj.agent.script;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.launch.JobScripts;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.PrologFailed;

/**
 * Runs Prolog before the first and Epilog after the last of a job on this node, each once. Every run has a virtual thread of
 * its own; the tables are guarded by this object's lock, never held over anything slow. What has been run is noted in
 * {@code jobs/} of the spool: an agent started later neither runs a Prolog again nor forgets that one failed. An Epilog that
 * an agent's death interrupted is run again when the controller repeats that the job is to be ended.
 */
public final class JobScriptRuns implements JobScripts {
  private static final Logger log = LoggerFactory.getLogger(JobScriptRuns.class);

  /** Jobs whose end was carried out: a repeated order to end one runs nothing. */
  private static final int REMEMBERED = 20_000;

  private final Path shepherd;
  private final ScriptSpool spool;
  private final Semaphore oneAtATime = new Semaphore(1);
  private volatile NodeScripts node;

  private final Map<Long, Job> jobs = new LinkedHashMap<>();
  private final Map<String, CompletableFuture<Boolean>> ends = new LinkedHashMap<>();
  private Consumer<AgentMessage.Builder> controller = _ -> {};

  /** @param good completes when its Prolog has run: whether it went well */
  private record Job(int restarts, CompletableFuture<Boolean> good) {}

  /** @throws IOException the spool cannot be used */
  public JobScriptRuns(Path spoolDirectory, Path shepherd, NodeScripts node) throws IOException {
    this.shepherd = shepherd;
    this.node = node;
    this.spool = new ScriptSpool(spoolDirectory);
    spool.held().forEach((id, note) -> jobs.put(id, new Job(note.restarts(), CompletableFuture.completedFuture(note.good()))));
  }

  /** For runs from now on. */
  public void use(NodeScripts next) {
    node = next;
  }

  @Override
  public boolean hasEpilog() {
    return !node.epilogs().isEmpty();
  }

  // ---------------------------------------------------------------- before a job

  @Override
  public boolean prepare(long jobId, int restarts, List<String> environment) throws InterruptedException {
    NodeScripts now = node;
    if (now.prologs().isEmpty()) {
      return true;
    }
    Job job;
    synchronized (this) {
      job = jobs.get(jobId);
      if (job == null || job.restarts() != restarts) {
        Job fresh = new Job(restarts, new CompletableFuture<>());
        jobs.put(jobId, fresh);
        Thread.ofVirtual().name("prolog-" + jobId).start(() -> fresh.good().complete(prolog(now, jobId, restarts, environment)));
        job = fresh;
      }
    }
    return await(job.good());
  }

  private boolean prolog(NodeScripts now, long jobId, int restarts, List<String> environment) {
    boolean good = false;
    try {
      spool.note(jobId, restarts, ScriptSpool.State.RUNNING, null);
      good = run(now, NodeScripts.Kind.PROLOG, jobId, environment, p -> spool.note(jobId, restarts, ScriptSpool.State.RUNNING, p));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("[job {}] prolog: {}", jobId, e.getMessage(), e);
    }
    spool.note(jobId, restarts, good ? ScriptSpool.State.DONE : ScriptSpool.State.FAILED, null);
    if (!good) {
      tell(jobId, restarts);
    }
    return good;
  }

  private boolean run(
      NodeScripts now, NodeScripts.Kind kind, long jobId, List<String> environment, Consumer<ProcessHandle> running)
      throws InterruptedException {
    if (now.serial()) {
      oneAtATime.acquire();
    }
    try {
      return new ScriptRun(now, shepherd, kind, jobId, spool.work(jobId, kind.word())).all(environment, running);
    } finally {
      if (now.serial()) {
        oneAtATime.release();
      }
    }
  }

  // ---------------------------------------------------------------- after a job

  @Override
  public void end(long jobId, String launchId, List<String> environment, Consumer<Boolean> whenDone) {
    NodeScripts now = node;
    CompletableFuture<Boolean> done;
    synchronized (this) {
      Job job = jobs.get(jobId);
      if (now.epilogs().isEmpty() && job == null) {
        done = CompletableFuture.completedFuture(false);
      } else {
        done = ends.get(launchId);
        if (done == null) {
          CompletableFuture<Boolean> fresh = new CompletableFuture<>();
          ends.put(launchId, fresh);
          Thread.ofVirtual().name("epilog-" + jobId).start(() -> fresh.complete(epilog(now, jobId, job, environment)));
          done = fresh;
          bound();
        }
      }
    }
    done.thenAccept(whenDone);
  }

  /** Oldest first, but none that runs. */
  private void bound() {
    for (var all = ends.values().iterator(); ends.size() > REMEMBERED && all.hasNext(); ) {
      if (all.next().isDone()) {
        all.remove();
      }
    }
  }

  /** @return it failed */
  private boolean epilog(NodeScripts now, long jobId, Job job, List<String> environment) {
    try {
      if (job != null) {
        // as slurmd: never both at once
        await(job.good());
      }
      boolean good = now.epilogs().isEmpty() || run(now, NodeScripts.Kind.EPILOG, jobId, environment, p -> spool.epilogRuns(jobId, p));
      if (good && !now.epilogs().isEmpty()) {
        log.debug("completed epilog for jobid {}", jobId);
      }
      return !good;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } catch (RuntimeException e) {
      log.error("[job {}] epilog: {}", jobId, e.getMessage(), e);
      return true;
    } finally {
      synchronized (this) {
        jobs.remove(jobId, job);
      }
      spool.forget(jobId);
    }
  }

  private static boolean await(CompletableFuture<Boolean> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      log.error("prolog: {}", e.getCause().toString());
      return false;
    }
  }

  // ---------------------------------------------------------------- the controller

  @Override
  public void connected(Consumer<AgentMessage.Builder> to) {
    List<AgentMessage.Builder> failed = new ArrayList<>();
    synchronized (this) {
      controller = to;
      jobs.forEach(
          (id, job) -> {
            if (job.good().isDone() && !job.good().join()) {
              failed.add(message(id, job.restarts()));
            }
          });
    }
    failed.forEach(to);
  }

  @Override
  public synchronized void disconnected() {
    controller = _ -> {};
  }

  private void tell(long jobId, int restarts) {
    Consumer<AgentMessage.Builder> to;
    synchronized (this) {
      to = controller;
    }
    to.accept(message(jobId, restarts));
  }

  private static AgentMessage.Builder message(long jobId, int restarts) {
    return AgentMessage.newBuilder()
        .setPrologFailed(PrologFailed.newBuilder().setJobId((int) jobId).setRestartCount(restarts).setText("Prolog error"));
  }
}
