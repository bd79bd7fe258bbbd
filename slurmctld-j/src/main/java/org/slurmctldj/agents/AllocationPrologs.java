package org.slurmctldj.agents;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Which jobs' Prologs still run somewhere, with PrologFlags=Alloc: salloc and srun wait until all nodes are done
 * (REQUEST_JOB_READY lacks its third bit until then), and the job's reason is Prolog. Soft state: a controller that starts
 * anew makes nobody wait, as the step that needs a node waits for that node's Prolog anyway; neither does a node whose link
 * is gone. Any thread.
 */
public final class AllocationPrologs {
  /** Those who order Prologs: each knows its own kind of nodes. */
  public enum Teller {
    AGENTS,
    SLURMDS
  }

  private static final class Waiting {
    private final Set<Teller> open = EnumSet.allOf(Teller.class);
    private final Set<String> nodes = new HashSet<>();

    synchronized void told(Teller by, Collection<String> more) {
      open.remove(by);
      nodes.addAll(more);
    }

    /** Nodes of the other kind get ready at their first step. */
    synchronized void toldByBatchHost(Collection<String> all) {
      open.clear();
      nodes.addAll(all);
    }

    synchronized void done(String node) {
      nodes.remove(node);
    }

    synchronized boolean runs() {
      return !open.isEmpty() || !nodes.isEmpty();
    }
  }

  private final BooleanSupplier clientsWait;
  private final Map<Long, Waiting> jobs = new ConcurrentHashMap<>();

  /** @param clientsWait as slurm.conf is now: PrologFlags with Alloc, or one that implies it, and without NoHold */
  public AllocationPrologs(BooleanSupplier clientsWait) {
    this.clientsWait = clientsWait;
  }

  /** A job has its nodes. On the apply thread: before its client hears of it. */
  public void allocated(long jobId) {
    if (clientsWait.getAsBoolean()) {
      jobs.put(jobId, new Waiting());
    }
  }

  /**
   * These nodes are about to be told to run the Prolog of a job without a script: all that this teller has of it, or none.
   */
  public void told(Teller by, long jobId, Collection<String> nodes) {
    change(jobId, w -> w.told(by, nodes));
  }

  /** The same for a job with a script, by the one who has its first node; nobody else will tell any. */
  public void toldByBatchHost(long jobId, Collection<String> nodes) {
    change(jobId, w -> w.toldByBatchHost(nodes));
  }

  private void change(long jobId, Consumer<Waiting> change) {
    jobs.computeIfPresent(
        jobId,
        (_, w) -> {
          change.accept(w);
          return w.runs() ? w : null;
        });
  }

  /** The Prolog of that job has run there, well or not, or could not be ordered. */
  public void done(long jobId, String node) {
    change(jobId, w -> w.done(node));
  }

  /** Nobody waits for a node that is not there. */
  public void gone(String node) {
    jobs.keySet().forEach(job -> done(job, node));
  }

  /** The job ends. */
  public void over(long jobId) {
    jobs.remove(jobId);
  }

  /** Whether the job's client must wait. */
  public boolean run(long jobId) {
    return jobs.containsKey(jobId);
  }
}
