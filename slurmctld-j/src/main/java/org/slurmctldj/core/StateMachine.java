package org.slurmctldj.core;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The controller's brain: applies commands, in journal order, to a {@link StateStore}. One thread
 * calls it. The same commands in the same order give the same state, bit by bit, on any machine at
 * any time: nothing here reads a clock, a random number, a file or the order of a hash table.
 *
 * <p>{@link #apply} is total: a command that cannot be carried out changes nothing but the applied
 * sequence and gives an error; one that stumbles over a mistake of ours does the same and says so
 * loudly. A command's changes are collected aside and put into the store together.
 */
public final class StateMachine {
  /** The highest feature level that this release can apply. */
  public static final int FEATURE_LEVEL = 8;

  private final StateStore store;
  private final Indexes indexes;
  private final Sweep sweep;

  /** The store may hold a state already: what apply needs beside it is derived from it here. */
  public StateMachine(StateStore store) {
    this.store = store;
    this.indexes = new Indexes(store.nodeJobs());
    this.sweep = new Sweep(store, indexes);
    // The light copy has all that indexes ask for.
    store.forEachJob(j -> indexes.put(null, IndexedJob.of(j)));
    for (int i = 0; i < store.nodeCount(); i++) {
      NodeRecord n = store.node(i);
      indexes.node(i, n == null ? 0 : n.powerDeadlineMillis);
    }
  }

  public StateStore store() {
    return store;
  }

  /**
   * Applies one command.
   *
   * @param sequence the command's place in the journal; one that was applied already is ignored
   * @param effects takes what the world must be made to do, in order, after the state has changed
   */
  public Result apply(long sequence, Command command, Consumer<Effect> effects) {
    Globals globals = store.globals();
    if (sequence <= globals.lastSequence()) {
      return Result.error(SlurmNumbers.EINVAL, "journal sequence " + sequence + " is applied already");
    }
    if (command instanceof Command.Tick) {
      deadlines(sequence, command, effects);
      nodeDeadlines(sequence, command, effects);
    }
    Result result = whole(change(sequence, command), command.getClass().getSimpleName(), effects, c -> carryOut(c, command));
    if (sequence % Sweep.EVERY == 0) {
      try {
        sweep.step(sequence, effects);
      } catch (RuntimeException e) {
        // A state so broken that it cannot even be looked at: told, and what it serves goes on.
        effects.accept(new Effect.Log(true, "broken invariant at journal sequence " + sequence + ": " + e));
      }
    }
    return result;
  }

  private Change change(long sequence, Command command) {
    return new Change(store, indexes, store.globals(), sequence, command.nowMillis());
  }

  /** One change: everything of it or nothing, whatever happens. */
  private Result whole(Change change, String what, Consumer<Effect> effects, Function<Change, Result> work) {
    Result result;
    try {
      result = work.apply(change);
      if (!result.isOk() && !change.keepOnError) {
        change.discard();
      }
      Dependencies.settleAll(change);
      ReservedNodes.replace(change);
      change.verify();
    } catch (RuntimeException e) {
      change.discard();
      StackTraceElement[] trace = e.getStackTrace();
      change.error(
          "apply stumbled at journal sequence " + change.sequence + " over " + what + ": " + e
              + (trace.length > 0 ? " at " + trace[0] : "") + "; it is rejected and changed nothing");
      result = Result.error(SlurmNumbers.ESLURM_INTERNAL, "internal error: " + e);
    }
    change.commit();
    change.effects().forEach(effects);
    return result;
  }

  /** Each deadline is a change of its own: one that stumbles is put off and keeps no other waiting. */
  private void deadlines(long sequence, Command tick, Consumer<Effect> effects) {
    for (long id : indexes.due(Math.max(tick.nowMillis(), store.globals().lastMillis()), Deadlines.MOST_PER_TICK)) {
      Result r = whole(change(sequence, tick), "the deadline of job " + id, effects, c -> Deadlines.fire(c, id));
      if (!r.isOk()) {
        whole(change(sequence, tick), "putting off job " + id, effects, c -> Deadlines.putOff(c, id));
      }
    }
  }

  private void nodeDeadlines(long sequence, Command tick, Consumer<Effect> effects) {
    for (int node : indexes.nodesDue(Math.max(tick.nowMillis(), store.globals().lastMillis()), Deadlines.MOST_PER_TICK)) {
      whole(change(sequence, tick), "the deadline of node " + node, effects, c -> PowerSave.fire(c, node));
    }
  }

  /** When the next {@link Command.Tick} is due, or Long.MAX_VALUE. Call on the apply thread. */
  public long nextDeadlineMillis() {
    return indexes.nextDeadlineMillis();
  }

  private static Result carryOut(Change c, Command command) {
    return switch (command) {
      case Command.Reconfigure r -> Reconfiguration.apply(c, r);
      case Command.SubmitJob s -> Submission.apply(c, s);
      case Command.SubmitHetJob s -> HetJobs.submit(c, s);
      case Command.UpdateJob u -> JobUpdate.apply(c, u);
      case Command.KillJob k -> JobKill.apply(c, k);
      case Command.RequeueJob r -> JobRequeue.apply(c, r);
      case Command.StartJob s -> JobStart.apply(c, s);
      case Command.LaunchStarted l -> LaunchEvents.started(c, l);
      case Command.LaunchEnded l -> LaunchEvents.ended(c, l);
      case Command.NodeReleased l -> LaunchEvents.released(c, l);
      case Command.RegisterNode r -> NodeLife.register(c, r);
      case Command.NodeLost n -> NodeLife.lost(c, n);
      case Command.NodeFailed n -> NodeLife.failed(c, n);
      case Command.UpdateNode u -> NodeUpdate.apply(c, u);
      case Command.SuspendJob s -> JobSuspend.apply(c, s);
      case Command.ChangeReservation r -> Reservations.change(c, r);
      case Command.DeleteReservation r -> Reservations.delete(c, r);
      case Command.TopJobs t -> JobTop.apply(c, t);
      case Command.UpdatePartition u -> PartitionUpdate.apply(c, u);
      case Command.DeletePartition d -> PartitionUpdate.delete(c, d);
      case Command.UpdateSuspendExclusions u -> SuspendExclusions.apply(c, u);
      case Command.PowerIssued p -> PowerSave.issued(c, p);
      case Command.LaunchOrdered o -> PoolLife.ordered(c, o);
      case Command.LaunchAnswered a -> PoolLife.answered(c, a);
      case Command.InstanceSeen i -> PoolLife.seen(c, i);
      case Command.InstanceGone i -> PoolLife.gone(c, i);
      case Command.PoolBlocked b -> PoolFailures.blocked(c, b);
      case Command.Tick t -> Result.OK;
      case Command.EndAllocation e -> AllocationLife.end(c, e);
      case Command.CreateStep s -> StepLife.create(c, s);
      case Command.CompleteStep s -> StepLife.complete(c, s);
      case Command.SignalStep s -> StepLife.signal(c, s);
      case Command.UpdateStep s -> StepLife.update(c, s);
      case Command.RaiseFeatureLevel l -> raise(c, l.level());
    };
  }

  private static Result raise(Change c, int level) {
    if (level > FEATURE_LEVEL) {
      c.error("feature level " + level + " is beyond this release's " + FEATURE_LEVEL);
      return Result.error(SlurmNumbers.ESLURM_NOT_SUPPORTED, "feature level " + level);
    }
    if (level < c.featureLevel) {
      return Result.error(SlurmNumbers.EINVAL, "the feature level never goes back");
    }
    c.featureLevel = level;
    if (level >= 3 && c.birthMillis == 0 && c.submitted == 0) {
      // A state without a past. One that has jobs already keeps 0: their launches are named without it.
      c.birthMillis = c.nowMillis;
    }
    return Result.OK;
  }

  /** Ids of that array's records, ascending; on the apply thread only. */
  List<Long> membersOf(long arrayJobId) {
    return indexes.members(arrayJobId);
  }
}
