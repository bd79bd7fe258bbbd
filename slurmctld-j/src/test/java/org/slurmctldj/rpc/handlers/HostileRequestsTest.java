package org.slurmctldj.rpc.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.KillJobsRecord;
import org.slurmctldj.proto.slurm.KillJobsRequest;
import org.slurmctldj.proto.slurm.KillJobsResponse;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;

/** Requests that a user makes to cost others something. */
class HostileRequestsTest {
  private static final int NO_STATE = 12;
  private final ControllerOnHeap on = new ControllerOnHeap(Cluster.of(2));

  private Reply ask(int type, Actor actor, SlurmBody body) {
    Request r = new Request(type, 42, body, actor, new InetSocketAddress(0), null);
    Reply reply = Rpcs.table(on.controller).find(type).orElseThrow().handler().handle(r);
    return reply instanceof Reply.Later later ? later.reply().toCompletableFuture().join() : reply;
  }

  @Test
  void anUpdateIsHeldToTheSameLengthsAsASubmission() {
    long id = on.cluster.submit();
    JobDescMsg update = new JobDescMsg().jobIdStr(Long.toString(id)).comment("x".repeat(LongTexts.MOST_TEXT + 1));
    Reply.ReturnCodeMessage refused = assertInstanceOf(Reply.ReturnCodeMessage.class, ask(3001, Cluster.ALICE, update));
    assertEquals(LongTexts.PATHNAME_TOO_LONG, refused.code());
    assertEquals(0, ((Reply.ReturnCodeMessage) ask(3001, Cluster.ALICE, update.comment("x"))).code());
  }

  /** scancel --ctld: each unknown number used to cost a look at all jobs. */
  @Test
  void manyJobsThatDoNotExistAreAnsweredOneByOne() {
    long id = on.cluster.submit();
    String[] ids = new String[1000];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Integer.toString(100_000 + i);
    }
    ids[500] = Long.toString(id);
    KillJobsRequest q = new KillJobsRequest().jobsArray(ids).signal(9).flags(1 << 11).state(NO_STATE);
    Reply.Message answer = assertInstanceOf(Reply.Message.class, ask(5041, Cluster.ALICE, q));
    List<KillJobsRecord> jobs = ((KillJobsResponse) answer.body()).jobs();
    assertEquals(1000, jobs.size());
    assertEquals(1, jobs.stream().filter(j -> j.errorCode() == 0).count());
    assertEquals(JobPhase.DONE, on.cluster.job(id).phase);
  }

  @Test
  void ofNamedJobsThoseThatAreAskedForAreEnded() {
    long one = on.cluster.submit();
    long other = on.cluster.submit();
    on.cluster.update(Cluster.ALICE, other, new org.slurmctldj.core.JobFields().text(org.slurmctldj.core.JobField.NAME, "other"));
    KillJobsRequest q =
        new KillJobsRequest().jobsArray(new String[] {Long.toString(one), Long.toString(other)}).jobName("other").signal(9).state(NO_STATE);
    ask(5041, Cluster.ALICE, q);
    assertEquals(JobPhase.PENDING, on.cluster.job(one).phase);
    assertEquals(JobPhase.DONE, on.cluster.job(other).phase);
  }

  /** MailProg runs as SlurmUser. */
  @Test
  void whatMailProgWouldTakeForAnOptionIsNoAddress() {
    long id = on.cluster.submit();
    JobDescMsg update = new JobDescMsg().jobIdStr(Long.toString(id)).mailUser("-Ssendmail=/tmp/evil");
    assertEquals(2036, assertInstanceOf(Reply.ReturnCodeMessage.class, ask(3001, Cluster.ALICE, update)).code());
    assertEquals(0, ((Reply.ReturnCodeMessage) ask(3001, Cluster.ALICE, update.mailUser("alice@example.org"))).code());
  }
}
