package org.slurmctldj.jobcomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.CommandCodec;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobSelector;

/** Lines of finished jobs; the texts are what real 22.05.8 and 24.11.5 wrote for such jobs (times and ids apart). */
class JobCompletionsTest {
  @TempDir Path folder;
  private final Cluster c = Cluster.of(2);
  private int told;
  private JobCompletions completions;

  @BeforeEach
  void wanted() throws IOException {
    lines(true);
    completions = controller();
    completions.configure(Optional.of(log()));
    completions.resync();
  }

  private Path log() {
    return folder.resolve("jobcomp.log");
  }

  private JobCompletions controller() {
    return new JobCompletions(c.store, folder, uid -> "alice", gid -> "users", () -> c.now);
  }

  private void lines(boolean wanted) {
    ClusterConfig k = c.store.config();
    ClusterConfig.Limits l = k.limits();
    ClusterConfig.Limits changed = new ClusterConfig.Limits(
        l.maxJobCount(), l.firstJobId(), l.maxJobId(), l.maxArraySize(), l.minJobAgeSeconds(), l.killWaitSeconds(),
        l.selectTypeParameters(), l.defMemory(), l.maxMemory(), l.jobRequeue(), l.enforcePartLimits(), l.completeWaitSeconds(),
        l.batchStartTimeoutSeconds(), l.returnToService(), l.overTimeLimitMinutes(), l.slurmUserId(), l.licenses(),
        l.maxStepCount(), l.maxTasksPerNode(), l.epilogSeconds(), l.registeredMemoryPercent(), l.requeueDelaySeconds(),
        l.requeueOnResumeFailure(), l.expeditedRequeue(), l.cloudRegAddrs(), wanted);
    Command r = new Command.Reconfigure(c.now, new ClusterConfig(k.epoch() + 1, "test", k.nodes(), k.partitions(), changed));
    assertEquals(changed, ((Command.Reconfigure) CommandCodec.decode(CommandCodec.encode(r))).config().limits());
    c.apply(r);
  }

  /** What the listener's thread does. */
  private void listen() {
    for (; told < c.effects.size(); told++) {
      Effect e = c.effects.get(told);
      if (completions.wants(e)) {
        completions.effect(e);
      }
    }
  }

  private List<String> written() throws IOException {
    listen();
    return Files.readAllLines(log(), StandardCharsets.ISO_8859_1);
  }

  private long ran(int exitCode) {
    long id = c.submit(Cluster.request(Cluster.ALICE).text(JobField.WORK_DIR, "/tmp").text(JobField.PARTITION, "debug"));
    c.start(id, 0);
    c.started(id);
    c.ended(id, exitCode);
    return id;
  }

  private static String field(String line, String name) {
    int at = line.indexOf(" " + name + "=") + name.length() + 2;
    return line.substring(at, line.indexOf(' ', at));
  }

  @Test
  void aJobThatFailedHasTheLineOfRealSlurm() throws IOException {
    long id = ran(3 << 8);
    String line = new CompletionLine(ZoneOffset.UTC, uid -> "alice", gid -> "users").of(c.job(id), c.store.config());
    assertEquals(
        "JobId=" + id + " UserId=alice(1001) GroupId=users(1001) Name=job JobState=FAILED Partition=debug TimeLimit=UNLIMITED"
            + " StartTime=2023-11-14T22:13:20 EndTime=2023-11-14T22:13:20 NodeList=n1 NodeCnt=1 ProcCnt=" + c.job(id).allocation.totalCpus()
            + " WorkDir=/tmp ReservationName= Tres=cpu=1,mem=100M,node=1,billing=1 Account= QOS= WcKey= Cluster=unknown"
            + " SubmitTime=2023-11-14T22:13:20 EligibleTime=2023-11-14T22:13:20 DerivedExitCode=0:0 ExitCode=3:0 \n",
        line);
    assertEquals(1, written().size());
  }

  @Test
  void itIsWrittenWhenTheRunEndsNotWhenItsNodesAreClean() throws IOException {
    long id = ran(0);
    assertEquals(1, written().size());
    c.released(id);
    assertEquals(1, written().size());
    assertEquals("COMPLETED", field(written().get(0), "JobState"));
  }

  @Test
  void cancelledWhilePendingItHasNoNodes() throws IOException {
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.PRIORITY, 0));
    c.apply(new Command.KillJob(c.now, Cluster.ALICE, new JobSelector(id, null), 9, 0));
    String line = written().get(0);
    assertEquals("CANCELLED", field(line, "JobState"));
    assertEquals("(null)", field(line, "NodeList"));
    assertEquals("0", field(line, "ProcCnt"));
    assertEquals("unknown", field(line, "EligibleTime"));
  }

  @Test
  void aRequeuedRunIsPendingInItsLineAndTheNextHasItsOwn() throws IOException {
    long id = c.submit();
    c.start(id, 0);
    c.started(id);
    c.apply(new Command.RequeueJob(c.now, Cluster.ROOT, new JobSelector(id, null), false, false));
    c.released(id);
    assertEquals("PENDING", field(written().get(0), "JobState"));
    assertEquals("n1", field(written().get(0), "NodeList"));
    c.apply(new Command.KillJob(c.now, Cluster.ALICE, new JobSelector(id, null), 9, 0));
    assertEquals("CANCELLED", field(written().get(1), "JobState"));
  }

  @Test
  void aNewControllerWritesWhatTheOldOneDidNotAndNothingTwice() throws IOException {
    ran(0);
    assertEquals(1, written().size());
    long second = ran(0);
    told = c.effects.size(); // killed before it could tell
    completions = controller();
    completions.configure(Optional.of(log()));
    completions.resync();
    List<String> lines = written();
    assertEquals(2, lines.size());
    assertTrue(lines.get(1).startsWith("JobId=" + second + " "));
  }

  @Test
  void whoEndedBeforeAnybodyWantedLinesGetsNone() throws IOException {
    completions.configure(Optional.empty());
    lines(false);
    ran(0);
    listen();
    assertTrue(c.effects.stream().noneMatch(e -> e instanceof Effect.JobOver));
    lines(true);
    completions.configure(Optional.of(log()));
    completions.resync();
    assertEquals(List.of(), written());
    ran(0);
    assertEquals(1, written().size());
  }

  @Test
  void afterLogrotateItGoesOnInANewFile() throws IOException {
    ran(0);
    written();
    Files.move(log(), folder.resolve("jobcomp.log.1"));
    completions.reopen();
    ran(0);
    assertEquals(1, written().size());
    assertEquals(1, Files.readAllLines(folder.resolve("jobcomp.log.1")).size());
  }

  @Test
  void aFileThatCannotBeOpenedIsAnErrorInSlurmsWordsAndTheOldOneStays() throws IOException {
    Path wrong = folder.resolve("none").resolve("x");
    assertEquals(
        "open " + wrong + ": No such file or directory",
        assertThrows(IOException.class, () -> completions.configure(Optional.of(wrong))).getMessage());
    assertThrows(IOException.class, () -> JobCompletions.tryOut(Optional.of(wrong)));
    ran(0);
    assertEquals(1, written().size());
  }

  @Test
  void aDiskThatWasFullGetsItsLinesAfterwards() throws IOException {
    completions.configure(Optional.of(Path.of("/dev/full")));
    long id = ran(0);
    listen();
    completions.configure(Optional.of(log()));
    assertEquals(List.of(), written());
    c.now += 10_000;
    ran(0);
    assertEquals(2, written().size());
    assertTrue(written().get(0).startsWith("JobId=" + id + " "));
  }

  /** A name with a line's end would forge the line that follows. */
  @Test
  void aLineIsOneLine() throws IOException {
    long id = c.submit(Cluster.request(Cluster.ALICE).text(JobField.NAME, "a\nJobId=99 b\tc"));
    c.apply(new Command.KillJob(c.now, Cluster.ALICE, new JobSelector(id, null), 9, 0));
    assertEquals(1, written().size());
    assertTrue(written().get(0).contains(" Name=a?JobId=99 b\tc JobState="));
  }

  /** As 22.05.8 wrote them. */
  @Test
  void memoryIsInHalvesOfTheLargestUnit() {
    assertEquals("62.50G", CompletionLine.rounded(64_000));
    assertEquals("125G", CompletionLine.rounded(128_000));
    assertEquals("63G", CompletionLine.rounded(63 * 1024));
    assertEquals("1500M", CompletionLine.rounded(1500));
    assertEquals("3000000M", CompletionLine.rounded(3_000_000));
    assertEquals("100M", CompletionLine.rounded(100));
    assertFalse(CompletionLine.rounded(512).contains("G"));
  }
}
