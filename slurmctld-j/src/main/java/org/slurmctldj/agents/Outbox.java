package org.slurmctldj.agents;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slurmctldj.proto.agent.ControllerMessage;

/**
 * Messages on their way to one agent. Any thread may post; gRPC's observer is used on its own thread alone (it guards with a
 * monitor what that thread and others change) and only while the transport takes more. A slow agent fills this queue up to its limit and then loses its stream: everything in it can be
 * derived from the state again.
 */
final class Outbox {
  private static final int LIMIT = 20_000;

  private final ServerCallStreamObserver<ControllerMessage> stream;
  private final Executor streamThread;
  private final ConcurrentLinkedQueue<ControllerMessage.Builder> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicInteger signals = new AtomicInteger();
  private long sequence;
  private volatile boolean ending;
  private boolean ended;

  /** @param streamThread runs what it is given on the stream's thread, in order */
  Outbox(ServerCallStreamObserver<ControllerMessage> stream, Executor streamThread) {
    this.stream = stream;
    this.streamThread = streamThread;
    stream.setOnReadyHandler(this::drain);
  }

  /** False: the agent is too far behind or gone. */
  boolean post(ControllerMessage.Builder message) {
    if (ending || stream.isCancelled() || size.incrementAndGet() > LIMIT) {
      return false;
    }
    queue.offer(message);
    drain();
    return true;
  }

  /** Sends what is queued as far as the transport takes it at once, then ends the stream. */
  void end() {
    ending = true;
    drain();
  }

  private void drain() {
    if (signals.getAndIncrement() > 0) {
      return;
    }
    try {
      streamThread.execute(this::send);
    } catch (RejectedExecutionException e) {
      // the server is closed, and this stream with it
    }
  }

  private void send() {
    int seen;
    do {
      seen = signals.get();
      flush();
    } while (signals.addAndGet(-seen) > 0);
  }

  private void flush() {
    try {
      while (!ended && !stream.isCancelled() && (ending || stream.isReady())) {
        ControllerMessage.Builder next = queue.poll();
        if (next == null) {
          if (ending) {
            ended = true;
            stream.onCompleted();
          }
          return;
        }
        size.decrementAndGet();
        stream.onNext(next.setSeq(++sequence).build());
      }
    } catch (RuntimeException e) {
      // Cancelled between the check and the call; the session's end is reported through its observer.
      ended = true;
    }
  }
}
