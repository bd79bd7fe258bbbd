package org.slurmctldj.agents;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Which allocations' Prologs still run somewhere: with PrologFlags=Alloc salloc and srun wait until all nodes are done
 * (REQUEST_JOB_READY lacks its third bit until then). Soft state: a controller that starts anew makes nobody wait, as the
 * step that needs a node waits for that node's Prolog anyway; neither does a node whose link is gone. Any thread.
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

  /** An allocation without a script has its nodes. On the apply thread: before its client hears of it. */
  public void allocated(long jobId) {
    if (clientsWait.getAsBoolean()) {
      jobs.put(jobId, new Waiting());
    }
  }

  /** These nodes are about to be told to run the job's Prolog: all that this teller has of it, or none. */
  public void told(Teller by, long jobId, Collection<String> nodes) {
    Waiting w = jobs.get(jobId);
    if (w != null) {
      w.told(by, nodes);
    }
  }

  /** The Prolog of that job has run there, well or not, or could not be ordered. */
  public void done(long jobId, String node) {
    Waiting w = jobs.get(jobId);
    if (w != null) {
      w.done(node);
    }
  }

  /** Nobody waits for a node that is not there. */
  public void gone(String node) {
    jobs.values().forEach(w -> w.done(node));
  }

  /** The job ends. */
  public void over(long jobId) {
    jobs.remove(jobId);
  }

  /** Whether the job's client must wait. */
  public boolean run(long jobId) {
    Waiting w = jobs.get(jobId);
    return w != null && w.runs();
  }
}
