package org.slurmctldj.agent.launch;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread ("launches") that owns the table of launches and decides, and the way back to it for whatever takes long. */
final class LaunchThread implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LaunchThread.class);

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("launches").factory());

  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** Any thread: later, on this one, in order. */
  void run(Runnable task) {
    try {
      thread.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException e) {
              log.error("an event of a launch could not be handled", e);
            }
          });
    } catch (RejectedExecutionException e) {
      // the agent stops: its successor finds everything in the spool
      log.debug("not handled any more: {}", e.getMessage());
    }
  }

  /** The same with an answer; waits for it. Not from this thread. */
  <T> T call(Callable<T> task) {
    Future<T> answer = thread.submit(task);
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** On a virtual thread; a failure comes back to the launches thread. */
  void aside(Work work, Consumer<Exception> failed) {
    aside(Thread::startVirtualThread, work, failed);
  }

  void aside(Executor executor, Work work, Consumer<Exception> failed) {
    executor.execute(
        () -> {
          try {
            work.run();
          } catch (Exception e) {
            run(() -> failed.accept(e));
          }
        });
  }

  static String message(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** What was asked for before is still done. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
