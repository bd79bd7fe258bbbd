package org.slurmctldj.agent.step;

import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
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

  /** slurmstepd waits as long, for each level below it. */
  private static final long WAIT_MILLIS = 3000;

  /** Callers that are kept waiting; what is more is handed on alone. SlurmdPort takes several times as many. */
  private static final int MOST_HELD = 256;

  private static final int MOST_EARLY = 1024;

  private final StepReports reports;
  private final Supplier<NodeTrust> trust;
  private final Semaphore held = new Semaphore(MOST_HELD);
  private final Map<StepKey, StepGather> gathers = new HashMap<>();

  /** Ranks that were through before this node began with the step: nobody need wait for them. */
  private final Map<StepKey, BitSet> early =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<StepKey, BitSet> eldest) {
          return size() > MOST_EARLY;
        }
      };

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
    StepGather gather = of(part);
    if (gather == null || !held.tryAcquire()) {
      return false;
    }
    try {
      long timeout = trust.get().messageTimeout() * 1000L;
      // the caller waits for one message timeout, and the node above this one has to answer within it, too
      return gather.take(part, Math.min(WAIT_MILLIS, timeout * 2 / 5), timeout);
    } finally {
      held.release();
    }
  }

  private synchronized StepGather of(StepComplete part) {
    StepKey key = StepKey.of(part.stepId());
    StepGather gather = gathers.get(key);
    long last = Math.min(part.rangeLast(), part.rangeFirst() + 0xffff);
    if (gather == null && part.rangeFirst() <= last && last <= 0xffff) {
      early.computeIfAbsent(key, _ -> new BitSet()).set((int) part.rangeFirst(), (int) last + 1);
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
    gathers.put(facts.key(), gather);
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
      }
    }
  }
}
