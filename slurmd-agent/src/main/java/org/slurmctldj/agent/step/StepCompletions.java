package org.slurmctldj.agent.step;

import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.door.NodeAnswer;
import org.slurmctldj.agent.door.NodeRequest;
import org.slurmctldj.agent.door.NodeTrust;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.slurm.StepComplete;

/**
 * Ends of steps on nodes below this one in the steps' trees. While this node has a part in the step they are told upward
 * together with it; otherwise each is handed to the controller at once. Either way the answer comes when it has been taken.
 * Requests' threads and those that follow a step; the tables are guarded by this object's lock.
 */
final class StepCompletions {
  private static final Logger log = LoggerFactory.getLogger(StepCompletions.class);

  /**
   * For each level below. slurmstepd waits half a minute (observed on 22.05.8), which the next step of a job feels when a node
   * has failed to launch; here a node that is late is handed on alone and nothing is lost.
   */
  private static final long WAIT_MILLIS = 1000;

  private static final long HOLD_MILLIS = 3000;

  /** Callers that are kept waiting; what is more is handed on alone. SlurmdPort takes several times as many. */
  private static final int MOST_HELD = 256;

  /** A node below may be through before this one has begun: nodes are launched one after the other. */
  private static final long EARLY_MILLIS = 500;

  private static final int MOST_REMEMBERED = 1024;
  private static final int MOST_NODES = 0xffff;

  private final StepReports reports;
  private final Supplier<NodeTrust> trust;
  private final Semaphore held = new Semaphore(MOST_HELD);
  private final Map<StepKey, StepGather> gathers = new HashMap<>();

  /** Ranks that were through before this node began with the step: nobody need wait for them. */
  private final Map<StepKey, BitSet> early = new Recent<>();

  /** Steps that were over here a short while ago: who is late need not wait for anything. */
  private final Map<StepKey, Boolean> over = new Recent<>();

  private static final class Recent<V> extends LinkedHashMap<StepKey, V> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<StepKey, V> eldest) {
      return size() > MOST_REMEMBERED;
    }
  }

  StepCompletions(StepReports reports, Supplier<NodeTrust> trust) {
    this.reports = reports;
    this.trust = trust;
  }

  NodeAnswer serve(NodeRequest request) {
    if (!trust.get().isOperator(request.uid())) {
      log.error("step completion from uid {} at {} refused", request.uid(), request.origin());
      return NodeAnswer.error(SlurmError.ESLURM_USER_ID_MISSING);
    }
    StepComplete part = (StepComplete) request.body();
    try {
      if (gathered(part)) {
        return NodeAnswer.ok();
      }
      return NodeAnswer.code(reports.handOn(request.version(), part));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return NodeAnswer.error(SlurmError.ESLURMD_JOB_NOTRUNNING);
    }
  }

  private boolean gathered(StepComplete part) throws InterruptedException {
    if (!held.tryAcquire()) {
      return false;
    }
    try {
      StepGather gather = gather(part);
      if (gather == null) {
        return false;
      }
      long timeout = trust.get().messageTimeout() * 1000L;
      // the caller waits for one message timeout, and the node above this one has to answer within it, too
      return gather.take(part, Math.min(HOLD_MILLIS, timeout * 2 / 5), timeout);
    } finally {
      held.release();
    }
  }

  /** @return null: the step is not here, not yet or no more */
  private synchronized StepGather gather(StepComplete part) throws InterruptedException {
    StepKey key = StepKey.of(part.stepId());
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(EARLY_MILLIS);
    long left;
    while (!gathers.containsKey(key) && !over.containsKey(key) && (left = end - System.nanoTime()) > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    StepGather gather = gathers.get(key);
    if (gather == null && !over.containsKey(key) && part.rangeFirst() <= part.rangeLast() && part.rangeLast() <= MOST_NODES) {
      early.computeIfAbsent(key, _ -> new BitSet()).set((int) part.rangeFirst(), (int) part.rangeLast() + 1);
    }
    return gather;
  }

  /** This node begins with the step. */
  synchronized void begin(StepFacts facts) {
    StepGather gather = new StepGather((int) facts.node(), facts.tree().below());
    BitSet ranks = early.remove(facts.key());
    if (ranks != null) {
      gather.elsewhere(ranks);
    }
    over.remove(facts.key());
    gathers.put(facts.key(), gather);
    notifyAll();
  }

  /**
   * Returns when this node's end, and those of the nodes below that came in time, have been taken.
   *
   * @param alone nobody below will come any more
   */
  void end(StepFacts facts, StepComplete own, boolean alone) throws InterruptedException {
    StepGather gather;
    synchronized (this) {
      gather = gathers.get(facts.key());
    }
    try {
      List<StepComplete> parts = gather.close(own, alone ? 0 : WAIT_MILLIS * facts.tree().height());
      reports.completed(facts, parts);
      gather.told();
    } finally {
      synchronized (this) {
        gathers.remove(facts.key(), gather);
        over.put(facts.key(), true);
      }
    }
  }
}
