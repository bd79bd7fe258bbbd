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
  /** An idle wait: the method that parks, and what the thread then has: nothing to do. */
  private static final Map<String, String> IDLE =
      Map.ofEntries(
          Map.entry("org.slurmctldj.journal.IdleWait.whileTrue", "a consumer without work (each has a name of its own)"),
          Map.entry("org.slurmctldj.rpc.WorkerPool$Worker.awaitTask", "a worker without a request"),
          Map.entry("org.slurmctldj.sched.SchedulerThread.run", "the planner with nothing to plan"),
          Map.entry("org.slurmctldj.sched.SchedulerThread.pause", "the planner keeping to half a processor"),
          Map.entry("org.slurmctldj.sched.SchedulerThread.round", "the planner, for the results of its own proposals"),
          Map.entry("org.slurmctldj.sched.BackfillThread", "backfill between its passes"),
          Map.entry("org.slurmctldj.engine.Outbox.gather", "a listener that lets effects gather (log, mail)"),
          Map.entry("org.slurmctldj.daemon.LogWriter.run", "the log's writer, for more lines to write at once"),
          Map.entry("org.slurmctldj.daemon.Daemon.awaitEnd", "main, for the daemon's end"),
          Map.entry("org.slurmctldj.agents.SlurmdTimer", "the timer of silent nodes"),
          Map.entry("org.slurmctldj.daemon.Watchdog", "systemd's watchdog between two beats"),
          Map.entry("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue.take", "a timer of the JDK or of gRPC without a deadline due"),
          Map.entry("java.util.concurrent.ThreadPoolExecutor.getTask", "a pool's thread without a task"),
          Map.entry("io.netty.util.concurrent.SingleThreadEventExecutor.takeTask", "an executor of netty without a task"),
          Map.entry("io.netty.channel.local.LocalIoHandler.run", "the agents' event loop without an event"),
          Map.entry("java.util.concurrent.ForkJoinPool.awaitWork", "the common pool without a task"));

  /** What waits for another thread to let go of something. */
  private static final List<String> LOCKS =
      List.of("java.util.concurrent.locks.ReentrantLock", "java.util.concurrent.locks.ReentrantReadWriteLock", "java.util.concurrent.locks.StampedLock", "java.util.concurrent.Semaphore");

  public static void main(String[] arguments) throws Exception {
    Map<String, Integer> idle = new TreeMap<>();
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
          idle.merge(site, 1, Integer::sum);
        } else {
          String what = (park ? "parked for " : "waited for the monitor of ") + waitedFor + " on " + thread.replaceAll("[0-9]+", "N");
          bad.merge(what + "\n      " + String.join("\n      ", stack.subList(0, Math.min(16, stack.size()))), 1, Integer::sum);
        }
      }
    }
    System.out.println(events + " waits of threads recorded; at named idle-wait sites:");
    idle.forEach((site, n) -> System.out.printf("  %7d  %s: %s%n", n, site, IDLE.get(site)));
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
      for (String site : IDLE.keySet()) {
        if (frame.startsWith(site + ".") || frame.equals(site) || frame.startsWith(site + "$")) {
          return site;
        }
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
