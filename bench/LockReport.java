import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Judges a recording made by locks.sh: a thread of the controller that waited for a monitor, or that parked anywhere but at a
 * named idle-wait site, is printed with its stack and makes the exit status 1. Run as {@code java LockReport.java FILE}.
 */
class LockReport {
  /**
   * An idle wait: the method that parks, and what the thread then has: nothing to do, or only what nobody's request waits for. It
   * must be the first method of ours in the stack, or stand before it (the JDK's and netty's own): a site further down
   * says nothing of a lock that was taken on the way.
   */
  private static final Map<String, String> IDLE =
      Map.ofEntries(
          Map.entry("org.slurmctldj.journal.IdleWait.whileTrue", "a consumer whose queue is empty; each queue has a thread of its own"),
          Map.entry("org.slurmctldj.rpc.WorkerPool$Worker.awaitTask", "a worker without a request"),
          Map.entry("org.slurmctldj.sched.SchedulerThread.run", "the planner with nothing to plan"),
          Map.entry("org.slurmctldj.sched.SchedulerThread.pause", "the planner that keeps to half a processor, or to sched_min_interval"),
          Map.entry("org.slurmctldj.sched.SchedulerThread.carryOut", "the planner, until its own proposals are on disk and applied: the next plan would not see them before"),
          Map.entry("org.slurmctldj.sched.BackfillThread.run", "backfill with nothing to plan"),
          Map.entry("org.slurmctldj.sched.BackfillThread.pause", "backfill between two passes (bf_interval)"),
          Map.entry("org.slurmctldj.sched.BackfillThread.carryOut", "backfill, until its own proposals are on disk and applied"),
          Map.entry("org.slurmctldj.engine.Outbox.gather", "a listener that lets effects gather (mail, jobcomp, power)"),
          Map.entry("org.slurmctldj.engine.SnapshotThread.awaitClosedSegment", "the snapshot's thread, until the journal has ended the segment it will replay; the journal does not wait for it"),
          Map.entry("org.slurmctldj.journal.BlobCollector.awaitWriter", "the snapshot's thread, until the journal's writer has moved or dropped what no job names any more"),
          Map.entry("org.slurmctldj.daemon.LogWriter.run", "the log's writer, for more lines to write at once"),
          Map.entry("org.slurmctldj.daemon.Daemon.awaitEnd", "main, for the daemon's end"),
          Map.entry("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue.take", "a timer (silent nodes, systemd's watchdog, gRPC's) before the next time it has to do with"),
          Map.entry("java.util.concurrent.DelayScheduler.loop", "the JDK's timer of delayed futures before the next one"),
          Map.entry("java.util.concurrent.ThreadPoolExecutor.getTask", "a pool's thread without a task"),
          Map.entry("java.util.concurrent.ForkJoinPool.awaitWork", "the common pool without a task"),
          Map.entry("io.netty.util.concurrent.SingleThreadEventExecutor.takeTask", "an executor of netty without a task"),
          Map.entry("io.netty.channel.local.LocalIoHandler.run", "the agents' event loop without an event"));

  /** What waits for another thread to let go of something. */
  private static final List<String> LOCKS =
      List.of("java.util.concurrent.locks.ReentrantLock", "java.util.concurrent.locks.ReentrantReadWriteLock", "java.util.concurrent.locks.StampedLock", "java.util.concurrent.Semaphore");

  private static final String OURS = "org.slurmctldj.";

  public static void main(String[] arguments) throws Exception {
    Map<String, Map<String, Integer>> idle = new TreeMap<>();
    Map<String, Integer> bad = new TreeMap<>();
    int events = 0;
    int ends = 0;
    try (RecordingFile file = new RecordingFile(Path.of(arguments[0]))) {
      while (file.hasMoreEvents()) {
        RecordedEvent e = file.readEvent();
        String type = e.getEventType().getName();
        String thread = e.getThread() == null || e.getThread().getJavaName() == null ? "" : e.getThread().getJavaName();
        boolean park = type.equals("jdk.ThreadPark");
        if (!park && !type.equals("jdk.JavaMonitorEnter") || thread.startsWith("JFR ") || thread.startsWith("Attach")) {
          continue;
        }
        events++;
        List<String> stack = stack(e);
        String waitedFor = waitedFor(e, park ? "parkedClass" : "monitorClass");
        if (!park && stack.isEmpty() && waitedFor.equals("java.lang.Thread")) {
          ends++; // the JVM itself, when a thread ends
          continue;
        }
        String site = park && LOCKS.stream().noneMatch(waitedFor::startsWith) ? site(stack) : null;
        if (site != null) {
          idle.computeIfAbsent(site, _ -> new TreeMap<>()).merge(thread.replaceAll("[0-9]+", "N"), 1, Integer::sum);
        } else {
          String what = (park ? "parked for " : "waited for the monitor of ") + waitedFor + " on " + thread.replaceAll("[0-9]+", "N");
          bad.merge(what + "\n      " + String.join("\n      ", stack.subList(0, Math.min(16, stack.size()))), 1, Integer::sum);
        }
      }
    }
    System.out.println(events + " waits of threads recorded; at named idle-wait sites:");
    idle.forEach(
        (site, threads) -> {
          System.out.printf("  %7d  %s%n           %s%n", threads.values().stream().mapToInt(n -> n).sum(), site, IDLE.get(site));
          threads.forEach((thread, n) -> System.out.printf("           %7d  %s%n", n, thread));
        });
    System.out.println("  " + ends + " ends of threads left out: the JVM's own hand-over, no stack of ours");
    bad.forEach((what, n) -> System.out.printf("LOCK %dx %s%n", n, what));
    boolean ok = bad.isEmpty() && events > 1000;
    System.out.println(ok ? "no thread waited for a lock" : events <= 1000 ? "too few waits were recorded: was there a load?" : "threads waited for locks: " + bad.size() + " places");
    System.exit(ok ? 0 : 1);
  }

  private static String waitedFor(RecordedEvent e, String field) {
    return e.getClass(field) == null ? "?" : e.getClass(field).getName();
  }

  private static String site(List<String> stack) {
    for (String frame : stack) {
      if (IDLE.containsKey(frame)) {
        return frame;
      }
      if (frame.startsWith(OURS)) {
        return null;
      }
    }
    return null;
  }

  private static List<String> stack(RecordedEvent e) {
    List<String> frames = new ArrayList<>();
    if (e.getStackTrace() != null) {
      for (RecordedFrame f : e.getStackTrace().getFrames()) {
        frames.add(f.getMethod().getType().getName() + "." + f.getMethod().getName());
      }
    }
    return frames;
  }
}
