package org.slurmctldj.agent.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.job.UserEnvironment;
import org.slurmctldj.agent.node.Leftovers;
import org.slurmctldj.proto.agent.Failure;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.os.UserDatabase;

/** The blocking half of a launch: look-ups, spool, shepherd. Each call is on a virtual thread of its own. */
public final class LaunchStart {
  private static final Logger log = LoggerFactory.getLogger(LaunchStart.class);

  /** Exit codes of shepherd.h. */
  private static final int READY = 0;
  private static final int ALREADY_RUNS = 66;
  private static final int WAS_STARTED = 67;

  private static final int SIGKILL = 9;
  /** Starting a process from a JVM costs milliseconds of one core. */
  private static final int STARTS_AT_ONCE = 8;
  private static final long PAUSE_MILLIS = 20;

  private volatile LaunchNode node;
  private final Path shepherd;
  private final Semaphore starts = new Semaphore(STARTS_AT_ONCE);

  /** @param shepherd the native program */
  public LaunchStart(LaunchNode node, Path shepherd) {
    this.node = node;
    this.shepherd = shepherd;
  }

  /** For launches from now on. */
  public void use(LaunchNode next) {
    node = next;
  }

  /** Why a launch cannot be accepted. */
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    private final Failure failure;

    Refusal(Failure failure, String text) {
      super(text);
      this.failure = failure;
    }

    Failure failure() {
      return failure;
    }
  }

  interface Progress {
    void connected(ShepherdLink link);

    void running(int pid, long startMillis);

    void scriptEnded(ExitRecord record);
  }

  /**
   * What comes before the first process of a launch.
   *
   * @param prolog the job's Prolog: false if it failed
   * @param cancelled asked after it: the job is to be ended
   */
  record Before(Callable<Boolean> prolog, Callable<Boolean> cancelled) {}

  /** Everything about it is on disk when this returns. */
  void prepare(Launch submitted, LaunchSpool spool) throws Refusal, IOException {
    Launch launch = submitted;
    if (launch.getUserName().isEmpty()) {
      UserDatabase.User user =
          UserDatabase.userById(Integer.toUnsignedLong(launch.getUid()))
              .orElseThrow(
                  () ->
                      new Refusal(
                          Failure.UNKNOWN_USER,
                          "uid " + Integer.toUnsignedString(submitted.getUid()) + " is not known on this node"));
      launch = launch.toBuilder().setUserName(latin1(user.name())).build();
    }
    String userName = LaunchPlan.text(launch.getUserName());
    long gid = Integer.toUnsignedLong(launch.getGid());
    List<Long> groups =
        launch.getGidsCount() > 0
            ? launch.getGidsList().stream().map(Integer::toUnsignedLong).toList()
            : Arrays.stream(UserDatabase.groupList(userName, gid)).boxed().toList();
    List<String> userEnvironment = List.of();
    if (launch.getGetUserEnv() || LaunchPlan.asksForUserEnvironment(launch)) {
      Optional<List<String>> found = UserEnvironment.of(userName, node.privileged());
      if (found.isEmpty()) {
        log.error(
            "job {} launch {}: Unable to get user's local environment, running only with passed environment",
            launch.getJobId(),
            launch.getLaunchId());
      }
      userEnvironment = found.orElse(List.of());
    }
    byte[] spec;
    try {
      spec =
          LaunchPlan.spec(
              launch, node, groups, userEnvironment, spool.script(Integer.toUnsignedLong(launch.getJobId())));
    } catch (IllegalArgumentException e) {
      throw new Refusal(Failure.BAD_LAUNCH, e.getMessage());
    }
    spool.accept(launch, spec);
  }

  /**
   * Starts the shepherd, or finds the one that runs, or what it left. Returns the launch's last word, with nothing of the
   * job left on the node.
   *
   * @param before asked if it was never started
   */
  ExitRecord shepherd(Launch launch, LaunchSpool spool, Before before, Progress progress) throws Exception {
    String id = launch.getLaunchId();
    Path directory = spool.directory(id);
    long jobId = Integer.toUnsignedLong(launch.getJobId());
    boolean sameBoot = spool.bootIdOf(id).equals(spool.bootId());
    Optional<ExitRecord> earlier = ExitRecord.read(directory);
    if (earlier.map(ExitRecord::clean).orElse(false)) {
      spool.deleteScript(jobId);
      return earlier.get();
    }
    if (!sameBoot) {
      ExitRecord end =
          earlier
              .map(ExitRecord::cleaned)
              .orElseGet(
                  () -> own(Failure.NODE_REBOOTED, "the node was started again while the job was on it", spool));
      return finish(launch, spool, end);
    }
    if (earlier.isEmpty() && spool.shepherdPid(id).isEmpty()) {
      boolean prepared = before.cancelled().call() || before.prolog().call();
      if (before.cancelled().call()) {
        return finish(launch, spool, own(Failure.CANCELLED_BEFORE_START, "", spool));
      }
      if (!prepared) {
        return finish(launch, spool, own(Failure.PROLOG, "Job prolog failed", spool));
      }
      Optional<ExitRecord> failed = startShepherd(launch, spool);
      if (failed.isPresent()) {
        return finish(launch, spool, failed.get());
      }
    }
    listen(directory, launch, progress);
    Optional<ExitRecord> last = ExitRecord.read(directory);
    if (last.map(ExitRecord::clean).orElse(false)) {
      spool.deleteScript(jobId);
      return last.get();
    }
    return shepherdDied(launch, spool, last);
  }

  private Optional<ExitRecord> startShepherd(Launch launch, LaunchSpool spool)
      throws IOException, InterruptedException {
    Path directory = spool.directory(launch.getLaunchId());
    starts.acquire();
    int code;
    try {
      Process process =
          new ProcessBuilder(shepherd.toString(), directory.toString())
              .directory(directory.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
              .start();
      code = process.waitFor();
    } catch (IOException e) {
      return Optional.of(own(Failure.SETUP, "the shepherd cannot be started: " + e.getMessage(), spool));
    } finally {
      starts.release();
    }
    return switch (code) {
      case READY, ALREADY_RUNS, WAS_STARTED -> Optional.empty();
      default ->
          Optional.of(
              own(
                  Failure.SETUP,
                  "the shepherd ended with code " + code + ": " + tail(directory.resolve("log")),
                  spool));
    };
  }

  /** Returns when no shepherd is there (any more). */
  private void listen(Path directory, Launch launch, Progress progress) throws InterruptedException {
    ShepherdLink link;
    while (true) {
      try {
        link = ShepherdLink.connect(directory);
        break;
      } catch (IOException e) {
        if (!alive(directory)) {
          return;
        }
        // its socket is made before it is ready: only a shepherd about to end comes here
        Thread.sleep(PAUSE_MILLIS);
      }
    }
    try (ShepherdLink open = link) {
      progress.connected(open);
      open.listen(
          new ShepherdLink.Events() {
            @Override
            public void running(int pid, long startMillis) {
              progress.running(pid, startMillis);
            }

            @Override
            public void ended() {
              try {
                ExitRecord.read(directory).filter(record -> !record.clean()).ifPresent(progress::scriptEnded);
              } catch (IOException e) {
                log.error("launch {}: {}", launch.getLaunchId(), e.getMessage());
              }
            }
          });
    }
    // the socket closes a moment before the process is gone; as long as it lives its word is not final
    while (!ended(directory) && alive(directory)) {
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private static boolean ended(Path directory) {
    try {
      return ExitRecord.read(directory).map(ExitRecord::clean).orElse(false);
    } catch (IOException e) {
      return false;
    }
  }

  /** The shepherd holds an fcntl lock for its life. */
  private static boolean alive(Path directory) {
    return LaunchLock.isHeld(directory.resolve("lock"));
  }

  private ExitRecord shepherdDied(Launch launch, LaunchSpool spool, Optional<ExitRecord> last)
      throws IOException, InterruptedException {
    String id = launch.getLaunchId();
    Path directory = spool.directory(id);
    long jobId = Integer.toUnsignedLong(launch.getJobId());
    List<String> cgroups =
        Files.exists(directory.resolve("spec")) ? ShepherdSpec.values(directory.resolve("spec"), "cgroup") : List.of();
    int killed =
        Leftovers.kill(
            new Leftovers.Job(
                cgroups,
                spool.shepherdPid(id).orElse(0L),
                jobId,
                Integer.toUnsignedLong(launch.getUid()),
                node.nodeName(),
                node.slurmConf()));
    log.error("job {} launch {}: its shepherd died; {} processes of the job were killed", jobId, id, killed);
    // it may have written the status and died while it killed what was left
    return finish(
        launch,
        spool,
        last.map(ExitRecord::cleaned)
            .orElseGet(
                () ->
                    own(
                        Failure.SHEPHERD_DIED,
                        "the process that watched over the job died on node " + node.nodeName(),
                        spool)));
  }

  private static ExitRecord own(Failure failure, String text, LaunchSpool spool) {
    return ExitRecord.withoutShepherd(failure, SIGKILL, text, spool.bootId(), System.currentTimeMillis());
  }

  /** Durable before it is told, so that it stays the same after a restart; again and again if the disk is full. */
  private static ExitRecord finish(Launch launch, LaunchSpool spool, ExitRecord end) throws InterruptedException {
    for (int tries = 0; ; tries++) {
      try {
        end.write(spool.directory(launch.getLaunchId()));
        break;
      } catch (IOException e) {
        if (tries == 0) {
          log.error("launch {}: its end cannot be written, trying on: {}", launch.getLaunchId(), e.toString());
        }
        Thread.sleep(Math.min(5000, 100L * (tries + 1)));
      }
    }
    spool.deleteScript(Integer.toUnsignedLong(launch.getJobId()));
    return end;
  }

  private static String tail(Path file) {
    try {
      String text = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1).strip();
      return text.substring(Math.max(0, text.length() - 400)).replace('\n', ' ');
    } catch (IOException e) {
      return "no word from it";
    }
  }

  private static com.google.protobuf.ByteString latin1(String text) {
    return com.google.protobuf.ByteString.copyFrom(text, java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
