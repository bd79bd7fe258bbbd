package org.slurmctldj.rpc.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.proto.slurm.JobArrayError;
import org.slurmctldj.proto.slurm.JobArrayErrors;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.KillJobMsg;
import org.slurmctldj.proto.slurm.ResvDescMsg;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.slurm.UpdatePartMsg;
import org.slurmctldj.proto.slurm.UpdateNodeMsg;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.render.JobWire;

/** scontrol update: answers that differ between the real slurmctlds 22.05.8, 24.11.5 and 26.05.5, each as it gave them. */
class UpdatesByReleaseTest {
  private static final int V22_05 = 38;
  private static final int V24_11 = 42;
  private static final int V26_05 = 45;

  private final Cluster c = Cluster.of(2);
  private final ControllerOnHeap on = new ControllerOnHeap(c);

  private Reply ask(int type, int version, Actor actor, SlurmBody body) {
    Request r = new Request(type, version, body, actor, new InetSocketAddress("127.0.0.1", 40000), null);
    Reply reply = Rpcs.table(on.controller).find(type).orElseThrow().handler().handle(r);
    return reply instanceof Reply.Later later ? later.reply().toCompletableFuture().join() : reply;
  }

  private long update(int version, Actor actor, JobDescMsg change) {
    return error(ask(3001, version, actor, change));
  }

  private static long error(Reply reply) {
    return switch (reply) {
      case Reply.ReturnCodeMessage m -> m.code();
      case Reply.ReturnCode m -> m.code();
      default -> throw new AssertionError(reply);
    };
  }

  private static JobDescMsg of(long id) {
    return new JobDescMsg().jobIdStr(Long.toString(id));
  }

  /** 22.05.8 says nothing; 24.11.5 and 26.05.5 refuse it before they ask whose job it is. */
  @Test
  void theThrottleOfAJobThatIsNoArray() {
    long id = c.submit();
    assertEquals(0, update(V22_05, Cluster.ALICE, of(id).arrayInx("%2")));
    assertEquals(2010, update(V22_05, Cluster.BOB, of(id).arrayInx("%2")));
    for (int version : new int[] {V24_11, V26_05}) {
      assertEquals(
          new Reply.ReturnCodeMessage(2036, "Update of ArrayTaskThrottle is only allowed on ArrayJobId"),
          ask(3001, version, Cluster.BOB, of(id).arrayInx("%2")));
      assertEquals(2017, update(version, Cluster.ALICE, of(999).arrayInx("%2")));
    }
    long array = c.submit(Cluster.request(Cluster.ALICE).text(JobField.ARRAY_SPEC, "1-3"));
    assertEquals(0, update(V26_05, Cluster.ALICE, of(array).arrayInx("%2")));
  }

  /** 24.11.5 on: {@code scontrol update job=7_2 ArrayTaskThrottle=2} is refused with the reason; 22.05.8 says nothing. */
  @Test
  void theThrottleOfATask() {
    long array = c.submit(Cluster.request(Cluster.ALICE).text(JobField.ARRAY_SPEC, "1-3"));
    JobDescMsg change = new JobDescMsg().jobIdStr(array + "_2").arrayInx("%2");
    assertEquals(0, update(V22_05, Cluster.ALICE, change));
    Reply.Message m = (Reply.Message) ask(3001, V24_11, Cluster.ALICE, change);
    JobArrayError e = ((JobArrayErrors) m.body()).errors().get(0);
    assertEquals(2036, e.errorCode());
    assertEquals(array + "_2", e.jobArrayId());
    assertEquals("Update of ArrayTaskThrottle is only allowed on ArrayJobId", e.errMsg());
  }

  /** An admin's comment on somebody else's job: 22.05.8 asks first who may write one, 24.11.5 whose job it is. */
  @Test
  void anAdminsCommentByAStranger() {
    long id = c.submit();
    long array = c.submit(Cluster.request(Cluster.ALICE).text(JobField.ARRAY_SPEC, "1-3"));
    assertEquals(2002, update(V22_05, Cluster.BOB, of(id).adminComment("x")));
    assertEquals(2010, update(V24_11, Cluster.BOB, of(id).adminComment("x")));
    assertEquals(2010, update(V24_11, Cluster.BOB, of(id).adminComment("x").comment("y")));
    assertEquals(2002, update(V24_11, Cluster.ALICE, of(id).adminComment("x")));
    Reply.Message m = (Reply.Message) ask(3001, V24_11, Cluster.BOB, of(array).adminComment("x"));
    assertEquals(2010, ((JobArrayErrors) m.body()).errors().get(0).errorCode());
    assertEquals(0, update(V24_11, Cluster.ROOT, of(id).adminComment("x")));
    assertEquals("x", c.job(id).request.text(JobField.ADMIN_COMMENT));
  }

  /** power_up, power_down and its variants where no program of slurm.conf and no pool switches the node. */
  @Test
  void thePowerOfANodeThatNobodySwitches() {
    for (long state : new long[] {1 << 23, 1 << 24, 1 << 23 | 1 << 25, 1 << 23 | 1 << 12}) {
      UpdateNodeMsg change = new UpdateNodeMsg().nodeNames("n1").nodeState(state).weight(SlurmConstants.NO_VAL);
      assertEquals(2028, error(ask(3002, V22_05, Cluster.ROOT, change)));
      assertEquals(2028, error(ask(3002, V24_11, Cluster.ROOT, change)));
      assertEquals(2187, error(ask(3002, V26_05, Cluster.ROOT, change)));
    }
    assertFalse(c.node(0).powerDown || c.node(0).powerUp || c.node(0).drain);
  }

  private static ResvDescMsg reservation(long flags) {
    return new ResvDescMsg().name("r1").startTime(Cluster.START / 1000 + 7200).duration(30).nodeList("n1").users("root").flags(flags);
  }

  /** DAILY and WEEKLY together: 22.05.8 takes both, 24.11.5 one. */
  @Test
  void howOftenAReservationRecurs() {
    assertEquals(3007, ((Reply.Message) ask(3006, V22_05, Cluster.ROOT, reservation(1 << 2 | 1 << 4))).type());
    assertEquals(
        new Reply.ReturnCodeMessage(
            2036, "Cannot update reservation to have multiple reoccurring flags. Please specify only one reoccurring flag"),
        ask(3009, V24_11, Cluster.ROOT, new ResvDescMsg().name("r1").flags(1L << 21)));
    assertEquals(0, error(ask(3009, V24_11, Cluster.ROOT, new ResvDescMsg().name("r1").flags(1 << 3 | 1 << 5))));
    assertEquals(0, error(ask(3009, V24_11, Cluster.ROOT, new ResvDescMsg().name("r1").flags(1L << 21))));
    assertEquals(
        new Reply.ReturnCodeMessage(2036, "Reservation has multiple reoccurring flags. Please specify only one reoccurring flag"),
        ask(3006, V24_11, Cluster.ROOT, reservation(1 << 2 | 1 << 4).name("r2")));
  }

  /** A finished job of somebody else's: "Job has already finished" in 22.05.8, "Invalid user id" from 24.11.5 on. */
  @Test
  void aStrangersFinishedJob() {
    long id = c.submit();
    c.kill(Cluster.ALICE, id);
    assertEquals(2084, update(V22_05, Cluster.BOB, of(id).comment("x")));
    assertEquals(2010, update(V24_11, Cluster.BOB, of(id).comment("x")));
    assertEquals(2010, update(V26_05, Cluster.BOB, of(id).comment("x")));
    assertEquals(2084, update(V26_05, Cluster.ALICE, of(id).comment("x")));
  }

  /** {@code scontrol update Clusters=}: "Unspecified error" without a federation (22.05.8), and nobody else's to ask. */
  @Test
  void theClustersOfAFederation() {
    long id = c.submit();
    assertEquals(0xffffffffL, update(V22_05, Cluster.ALICE, of(id).clusters("c")));
    assertEquals(2010, update(V22_05, Cluster.BOB, of(id).clusters("c")));
  }

  /** Without accounting 22.05.8 does nothing about it; 24.11.5 and 26.05.5 say "Resource temporarily unavailable". */
  @Test
  void anAccount() {
    long id = c.submit();
    assertEquals(0, update(V22_05, Cluster.ALICE, of(id).account("a")));
    assertEquals(11, update(V24_11, Cluster.ALICE, of(id).account("a")));
    assertEquals(11, update(V26_05, Cluster.ALICE, of(id).account("a")));
    assertEquals(2010, update(V26_05, Cluster.BOB, of(id).account("a")));
  }

  /** "7_1-3: Invalid user id" in 22.05.8, "7_[1-3]" in 26.05.5. */
  @Test
  void tasksAreNamed() {
    long array = c.submit(Cluster.request(Cluster.ALICE).text(JobField.ARRAY_SPEC, "1-3"));
    assertEquals(array + "_1-3", named(V22_05, array));
    assertEquals(array + "_[1-3]", named(V26_05, array));
  }

  private String named(int version, long array) {
    Reply.Message m = (Reply.Message) ask(3001, version, Cluster.BOB, of(array).comment("x"));
    return ((JobArrayErrors) m.body()).errors().get(0).jobArrayId();
  }

  /** 26.05.5: "Invalid qos specification"; 22.05.8 takes the name. */
  @Test
  void aPartitionsQosThatNobodyKnows() {
    assertEquals(0, error(ask(3005, V22_05, Cluster.ROOT, new UpdatePartMsg().name("debug").allowQos("normal"))));
    assertEquals(2066, error(ask(3005, V26_05, Cluster.ROOT, new UpdatePartMsg().name("debug").allowQos("high"))));
    assertEquals(0, error(ask(3005, V26_05, Cluster.ROOT, new UpdatePartMsg().name("debug").allowQos("ALL"))));
  }

  /** 26.05.5 takes afterany: and after: of a job that is not there, and refuses what depends on how it ended. */
  @Test
  void aJobThatIsNotThere() {
    for (String text : new String[] {"afterany:999", "after:999", "afterany:999_2"}) {
      assertEquals(0, ReleaseChecks.check(c.store, V26_05, Cluster.request(Cluster.ALICE).text(JobField.DEPENDENCY, text)), text);
    }
    for (String text : new String[] {"afterok:999", "afternotok:999", "afterany:999,afterok:999"}) {
      assertEquals(2038, ReleaseChecks.check(c.store, V26_05, Cluster.request(Cluster.ALICE).text(JobField.DEPENDENCY, text)), text);
    }
  }

  /** scancel tells the journal what a planner says of the job, so that it stays to be seen. */
  @Test
  void aCancelledJobKeepsItsReason() {
    long id = c.submit();
    on.planned = Map.of(id, new JobWire.Waiting(4, null, 0));
    assertEquals(0, error(ask(5032, V22_05, Cluster.ALICE, new KillJobMsg().stepId(new StepId().jobId(id)).sjobId(Long.toString(id)).signal(9))));
    assertEquals(4, c.job(id).reason);
  }

  /** 24.11.5 refuses more nodes than the cluster has; not of a job that is held. */
  @Test
  void aHeldJobMayBeTooLarge() {
    JobFields large = Cluster.request(Cluster.ALICE).number(JobField.MIN_NODES, 5);
    assertEquals(2014, ReleaseChecks.check(c.store, V24_11, large));
    assertEquals(0, ReleaseChecks.check(c.store, V26_05, large));
    assertEquals(0, ReleaseChecks.check(c.store, V24_11, large.copy().number(JobField.PRIORITY, 0)));
  }
}
