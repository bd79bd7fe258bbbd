package org.slurmctldj.core;

import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;

/** Where every room sends what it wants changed: the only way to change the state. */
public interface CommandSink {

  /**
   * Any thread, never waits.
   *
   * @param maker makes the command for the time given (milliseconds) and does nothing else; may be
   *     called more than once
   * @return completes once the command is durable and applied, on the apply thread (hand longer work
   *     to a thread of your own); a command that was not taken at all completes with Slurm's number
   */
  CompletableFuture<Result> submit(LongFunction<Command> maker);
}
