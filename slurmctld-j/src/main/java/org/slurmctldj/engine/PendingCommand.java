package org.slurmctldj.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.CommandCodec;
import org.slurmctldj.core.Result;
import org.slurmctldj.journal.Blob;
import org.slurmctldj.journal.PendingRecord;
import org.slurmctldj.journal.Refusal;

/** A command between its sender and its result. Encoded on the sender's thread, to spare the writer. */
final class PendingCommand extends PendingRecord {
  private static final int EAGAIN = 11;
  private static final int ESLURM_WRITING_TO_FILE = 2019;

  private final ClusterEngine engine;
  private final LongFunction<Command> maker;
  private final List<Blob> blobs;
  private final long proposedMillis;
  private final int size;
  private final CompletableFuture<Result> result = new CompletableFuture<>();
  private Command command;
  private byte[] encoded;

  PendingCommand(ClusterEngine engine, LongFunction<Command> maker, List<Blob> blobs, long nowMillis) {
    this.engine = engine;
    this.maker = maker;
    this.blobs = blobs;
    this.proposedMillis = nowMillis;
    this.command = maker.apply(nowMillis);
    this.encoded = CommandCodec.encode(command);
    this.size = 2 * encoded.length;
  }

  CompletableFuture<Result> result() {
    return result;
  }

  @Override
  protected long proposedMillis() {
    return proposedMillis;
  }

  /** What ends or shrinks work, or must be known before work can end. New work waits until space returns. */
  @Override
  public boolean mayUseReserve() {
    return switch (command) {
      case Command.KillJob c -> true;
      case Command.LaunchStarted c -> true;
      case Command.LaunchEnded c -> true;
      case Command.NodeReleased c -> true;
      case Command.RegisterNode c -> true;
      case Command.NodeLost c -> true;
      case Command.NodeFailed c -> true;
      case Command.UpdateNode c -> true;
      case Command.PowerIssued c -> true;
      case Command.LaunchAnswered c -> true;
      case Command.InstanceSeen c -> true;
      case Command.InstanceGone c -> true;
      case Command.PoolBlocked c -> true;
      case Command.LaunchOrdered c -> false;
      case Command.SuspendJob c -> true;
      case Command.UpdatePartition c -> false;
      case Command.DeletePartition c -> false;
      case Command.UpdateSuspendExclusions c -> false;
      case Command.TopJobs c -> false;
      case Command.ChangeReservation c -> false;
      case Command.DeleteReservation c -> false;
      case Command.Tick c -> true;
      case Command.EndAllocation c -> true;
      case Command.CompleteStep c -> true;
      case Command.SignalStep c -> true;
      case Command.CreateStep c -> false;
      case Command.UpdateStep c -> false;
      case Command.Reconfigure c -> false;
      case Command.SubmitJob c -> false;
      case Command.SubmitHetJob c -> false;
      case Command.UpdateJob c -> false;
      case Command.RequeueJob c -> false;
      case Command.StartJob c -> false;
      case Command.RaiseFeatureLevel c -> false;
    };
  }

  /**
   * A node's word that something has begun or is over: nobody does anything else only after it was answered, and it comes again
   * if it gets lost. The end of a job's only step comes right before its node's release: one group for both.
   */
  @Override
  public boolean mayWait() {
    return command instanceof Command.LaunchStarted
        || command instanceof Command.NodeReleased
        || command instanceof Command.CompleteStep;
  }

  @Override
  public List<Blob> blobs() {
    return blobs;
  }

  @Override
  protected int waitingBytes() {
    return 256 + size;
  }

  @Override
  protected byte[] payload(long sequence, long millis) {
    if (command.nowMillis() != millis) {
      command = maker.apply(millis);
      encoded = CommandCodec.encode(command);
    }
    return encoded;
  }

  @Override
  protected void durable() {
    encoded = null;
    result.complete(engine.apply(sequence(), command));
  }

  @Override
  protected void refused(Refusal why, String detail) {
    int number = switch (why) {
      case DISK_FULL, TOO_LARGE -> ESLURM_WRITING_TO_FILE;
      case OVERLOADED, CLOSED -> EAGAIN;
    };
    result.complete(Result.error(number, detail));
  }
}
