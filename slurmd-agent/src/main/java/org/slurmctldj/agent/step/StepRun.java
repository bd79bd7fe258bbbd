package org.slurmctldj.agent.step;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.launch.ExitRecord;
import org.slurmctldj.agent.launch.LaunchLock;
import org.slurmctldj.agent.launch.ShepherdLink;
import org.slurmctldj.agent.launch.ShepherdSpec;
import org.slurmctldj.agent.node.Leftovers;
import org.slurmctldj.proto.agent.Failure;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.slurm.StepComplete;

/**
 * One step on this node from its process's start to its completion told to the controller. {@link #follow} runs on a
 * virtual thread of its own; orders come from any thread. Whatever was told is noted in the spool, so that an agent started
 * later tells the rest.
 */
final class StepRun {
  private static final Logger log = LoggerFactory.getLogger(StepRun.class);
  private static final long PAUSE_MILLIS = 20;
  private static final long GATHER_MILLIS = 100;
  private static final long SIGKILL = 9;
  /** Slurm's "signal" of a step that ran out of memory. */
  private static final long OUT_OF_MEMORY = 253;
  private static final String LAUNCHED = "launched";
  private static final String COMPLETED = "completed";

  private final StepFacts facts;
  private final StepSpool spool;
  private final StepReports reports;
  private final StepCompletions completions;
  private final boolean adopted;
  private final StepNode node;
  private final Path directory;
  private final Set<String> told = new HashSet<>();
  private final Map<Integer, InetSocketAddress> attached = Collections.synchronizedMap(new LinkedHashMap<>());
  private volatile Optional<ShepherdLink> link = Optional.empty();
  private volatile boolean processGone;
  private final Semaphore changed = new Semaphore(0);
  private final Set<InetSocketAddress> deaf = new HashSet<>();
  private int attachments;

  /** {@code adopted}: an earlier agent has launched it. */
  StepRun(StepFacts facts, StepSpool spool, StepReports reports, StepCompletions completions, StepNode node, boolean adopted) {
    this.facts = facts;
    this.spool = spool;
    this.reports = reports;
    this.completions = completions;
    this.adopted = adopted;
    this.node = node;
    this.directory = spool.directory(facts.key());
  }

  Path directory() {
    return directory;
  }

  StepFacts facts() {
    return facts;
  }

  /** Nothing of it is left on the node; only words may still be under way. */
  boolean processGone() {
    return processGone;
  }

  /**
   * Returns when all is told, which may take long when nobody listens. {@code gone}: called once, as soon as no process is
   * left, by a thread of its own.
   */
  void follow(Runnable gone) throws InterruptedException, IOException {
    told.addAll(spool.told(facts.key()));
    if (!ExternSteps.is(facts.key())) {
      completions.begin(facts);
    }
    Thread watch =
        Thread.ofVirtual()
            .name("watch-" + facts.key())
            .start(
                () -> {
                  try {
                    if (ended().isEmpty()) {
                      listen();
                    }
                    if (ended().isEmpty()) {
                      processDied();
                    }
                    processGone = true;
                    gone.run();
                  } catch (InterruptedException e) {
                    // the agent stops: its successor finds the rest in the spool
                  } catch (IOException e) {
                    log.error("step {}: {}", facts.key(), e.getMessage(), e);
                    processGone = true;
                    gone.run();
                  } finally {
                    changed.release();
                  }
                });
    try {
      while (watch.isAlive() && !processGone) {
        changed.acquire();
        changed.drainPermits();
        tellTasks();
      }
    } catch (InterruptedException e) {
      watch.interrupt();
      throw e;
    }
    ExitRecord exit = ended().orElseThrow(() -> new IOException("its process has left no word"));
    tellTasks();
    tellLost();
    if (!told.contains(LAUNCHED) && facts.respond().isPresent()) {
      long code = code(exit);
      List<StepReports.Task> never =
          ShepherdSpec.values(directory.resolve("spec"), "task").stream()
              .map(id -> new StepReports.Task(Long.parseLong(id), 0))
              .toList();
      reports.launched(facts, facts.respond().get(), code, never);
      note(LAUNCHED);
    }
    if (!told.contains(COMPLETED) && !ExternSteps.is(facts.key())) {
      // whoever below had told the agent that is no more has turned to the controller since
      completions.end(facts, completion(exit), adopted);
      note(COMPLETED);
    }
    log.info("step {}: over, {}", facts.key(), describe(exit));
  }

  private Optional<ExitRecord> ended() throws IOException {
    return ExitRecord.read(directory).filter(ExitRecord::clean);
  }

  private static String describe(ExitRecord exit) {
    String text = exit.text("text");
    return "status " + exit.number("wait_status") + (text.isEmpty() ? "" : ": " + text);
  }

  /** Of a step that never ran. */
  private static long code(ExitRecord exit) {
    return switch (exit.text("failure")) {
      case "STDIO" -> SlurmError.ESLURMD_IO_ERROR.number();
      case "NONE" -> 0;
      default -> SlurmError.ESLURMD_SETUP_ENVIRONMENT_ERROR.number();
    };
  }

  private StepComplete completion(ExitRecord exit) {
    long status = exit.number("oom_kills") > 0 ? OUT_OF_MEMORY : exit.number("wait_status");
    return new StepComplete()
        .stepId(facts.key().toStepId(facts.sluid()))
        .rangeFirst(facts.node())
        .rangeLast(facts.node())
        .stepRc(status)
        .jobacct(StepUsage.of(exit));
  }

  // ---------------------------------------------------------------- the process

  /** Returns when no process is there (any more). */
  private void listen() throws InterruptedException, IOException {
    while (true) {
      try (ShepherdLink open = ShepherdLink.connect(directory)) {
        link = Optional.of(open);
        changed.release();
        open.listen(
            new ShepherdLink.Events() {
              @Override
              public void tasksChanged() {
                changed.release();
              }

              @Override
              public void ended() {
                // its file is read when the process has gone
              }
            });
      } catch (IOException e) {
        log.debug("step {}: {}", facts.key(), e.getMessage());
      } finally {
        link = Optional.empty();
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      // the socket closes a moment before the process is gone; as long as it lives its word is not final
      if (ended().isPresent() || !LaunchLock.isHeld(directory.resolve("lock"))) {
        return;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private void processDied() throws InterruptedException, IOException {
    Path spec = directory.resolve("spec");
    List<String> cgroups = Files.exists(spec) ? ShepherdSpec.values(spec, "cgroup") : List.of();
    int killed =
        Leftovers.kill(
            new Leftovers.Job(cgroups, 0, facts.key().jobId(), owner(), node.launch().nodeName(), node.launch().slurmConf()));
    String text = "the process that watched over the step died on node " + node.launch().nodeName();
    log.error("step {}: {}; {} processes were killed", facts.key(), text, killed);
    ExitRecord.withoutShepherd(Failure.SHEPHERD_DIED, (int) SIGKILL, text, facts.bootId(), System.currentTimeMillis())
        .write(directory);
  }

  /** Whose processes its own are. */
  private long owner() {
    return ExternSteps.is(facts.key()) ? ProcessFacts.effectiveUid() : facts.uid();
  }

  // ---------------------------------------------------------------- what is told

  /** srun waits for each task, also for those whose process died before it could write their ends down. */
  private void tellLost() throws InterruptedException, IOException {
    Set<Long> exited = new HashSet<>();
    exits().values().forEach(exited::addAll);
    long[] lost =
        taskIds().stream()
            .mapToLong(StepReports.Task::gtid)
            .filter(id -> !exited.contains(id) && !told.contains("exit " + id))
            .toArray();
    if (lost.length > 0) {
      tellExit(lost, SIGKILL);
    }
  }

  /** One thread at a time: the follower's. */
  private void tellTasks() throws InterruptedException, IOException {
    List<StepReports.Task> tasks = taskIds();
    if (tasks.isEmpty()) {
      return;
    }
    if (!told.contains(LAUNCHED)) {
      if (facts.respond().isPresent()) {
        reports.launched(facts, facts.respond().get(), 0, tasks);
      }
      note(LAUNCHED);
    }
    gather(tasks.size());
    for (Map.Entry<Long, List<Long>> same : exits().entrySet()) {
      long[] untold = same.getValue().stream().filter(id -> !told.contains("exit " + id)).mapToLong(Long::longValue).toArray();
      if (untold.length > 0) {
        tellExit(untold, same.getKey());
      }
    }
  }

  /**
   * Tasks that end at about the same time are told of in one message, as slurmstepd does it: when one has ended and others run,
   * those of the next 100 ms are told of with it (22.05.8, four tasks 30 ms apart: 1 message; 45, 60 and 90 ms: 2; 110 ms
   * and more: 4, three runs each). Unlike slurmstepd, a step whose last task has ended waits no longer.
   */
  private void gather(int tasks) throws InterruptedException, IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GATHER_MILLIS);
    while (!processGone && someButNotAllEnded(tasks)) {
      if (!changed.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return;
      }
    }
  }

  private boolean someButNotAllEnded(int tasks) throws IOException {
    List<Long> ended = exits().values().stream().flatMap(List::stream).toList();
    return ended.size() < tasks && ended.stream().anyMatch(id -> !told.contains("exit " + id));
  }

  private void tellExit(long[] tasks, long status) throws InterruptedException, IOException {
    List<InetSocketAddress> all = new ArrayList<>(facts.respond().stream().toList());
    all.addAll(attached.values());
    for (InetSocketAddress to : all) {
      // one that could not be reached is gone: its port is not opened again
      if (!deaf.contains(to) && !reports.exited(facts, to, tasks, status)) {
        deaf.add(to);
      }
    }
    for (long task : tasks) {
      note("exit " + task);
    }
  }

  private void note(String word) throws IOException {
    told.add(word);
    spool.tell(facts.key(), word);
  }

  /** Empty: not started (yet). */
  List<StepReports.Task> taskIds() throws IOException {
    List<StepReports.Task> tasks = new ArrayList<>();
    for (long[] pair : pairs("tasks")) {
      tasks.add(new StepReports.Task(pair[0], pair[1]));
    }
    return tasks;
  }

  /** The ended tasks by wait status. */
  private Map<Long, List<Long>> exits() throws IOException {
    Map<Long, List<Long>> byStatus = new TreeMap<>();
    for (long[] pair : pairs("exits")) {
      byStatus.computeIfAbsent(pair[1], _ -> new ArrayList<>()).add(pair[0]);
    }
    return byStatus;
  }

  private List<long[]> pairs(String file) throws IOException {
    List<long[]> pairs = new ArrayList<>();
    try {
      String text = Files.readString(directory.resolve(file), StandardCharsets.ISO_8859_1);
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
        String[] word = line.split(" ");
        if (word.length == 2) {
          pairs.add(new long[] {Long.parseLong(word[0]), Long.parseLong(word[1])});
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (NumberFormatException e) {
      throw new IOException(file + " of step " + facts.key() + ": " + e.getMessage(), e);
    }
    return pairs;
  }

  // ---------------------------------------------------------------- orders

  /** @return false: its process is not there (yet, or any more) */
  boolean signal(int number, String message) {
    return order(to -> to.signal(number, false, message));
  }

  /** A line on its standard error, if it is the first of its kind. */
  boolean say(String message) {
    return message.isEmpty() || order(to -> to.say(message));
  }

  boolean terminate(long killWaitMillis, boolean atOnce, String message) {
    return order(to -> to.terminate(killWaitMillis, atOnce, message));
  }

  /** One more client for its streams. */
  boolean attach(byte[] record, Optional<InetSocketAddress> respond) {
    int number;
    synchronized (this) {
      number = ++attachments;
    }
    return order(
        to -> {
          Files.write(directory.resolve("attach." + number), record);
          to.attach(number);
          respond.ifPresent(address -> attached.put(number, address));
        });
  }

  private interface Order {
    void give(ShepherdLink to) throws IOException;
  }

  private boolean order(Order order) {
    Optional<ShepherdLink> to = link;
    if (to.isEmpty()) {
      return false;
    }
    try {
      order.give(to.get());
      return true;
    } catch (IOException e) {
      log.debug("step {}: {}", facts.key(), e.getMessage());
      return false;
    }
  }

  /** While it starts there is nobody to obey yet. */
  boolean starting() {
    return !processGone && link.isEmpty();
  }
}
