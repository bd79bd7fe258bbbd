package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;

/**
 * The live steps of a job, ascending by number, and the number that the next one gets.
 *
 * @param next counts on over a requeue: never given twice
 */
public record StepList(List<StepRecord> live, long next) {
  public static final StepList NONE = new StepList(List.of(), 0);

  public StepList {
    live = List.copyOf(live);
  }

  public boolean isEmpty() {
    return live.isEmpty();
  }

  /** Null: there is no such component of that step, or no such step. */
  public StepRecord find(long stepId, long component) {
    for (StepRecord s : live) {
      if (s.stepId() == stepId && s.component() == component) {
        return s;
      }
    }
    return null;
  }

  /** All components of that step; one record, or none, for most. */
  public List<StepRecord> all(long stepId) {
    return live.stream().filter(s -> s.stepId() == stepId).toList();
  }

  /** Null: there is no such step; of a heterogeneous one the first component. */
  public StepRecord find(long stepId) {
    for (StepRecord s : live) {
      if (s.stepId() == stepId) {
        return s;
      }
    }
    return null;
  }

  StepList plus(StepRecord step) {
    List<StepRecord> all = new ArrayList<>(live);
    int at = 0;
    while (at < all.size() && all.get(at).stepId() <= step.stepId()) {
      at++;
    }
    all.add(at, step);
    boolean numbered = step.stepId() != StepRecord.INTERACTIVE_STEP;
    return new StepList(all, numbered ? Math.max(next, step.stepId() + 1) : next);
  }

  StepList replace(StepRecord step) {
    return new StepList(live.stream().map(s -> s.isSameAs(step) ? step : s).toList(), next);
  }

  StepList minus(StepRecord step) {
    return new StepList(live.stream().filter(s -> !s.isSameAs(step)).toList(), next);
  }

  StepList ended() {
    return new StepList(List.of(), next);
  }
}
