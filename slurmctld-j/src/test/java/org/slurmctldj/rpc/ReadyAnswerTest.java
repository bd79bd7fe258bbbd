package org.slurmctldj.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.proto.auth.Authenticator;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.slurm.CompleteJobAllocation;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.rpc.handlers.ControllerOnHeap;
import org.slurmctldj.rpc.net.Exchange;
import org.slurmctldj.rpc.net.Pieces;

/** Answers that are made while the journal writes what they acknowledge: never sent before, and only if they are true. */
class ReadyAnswerTest {
  private static final int TYPE = 5017;
  private static final int VERSION = 42;

  private final SlurmKey key = SlurmKey.of("a key of thirty-two bytes, or so".getBytes(StandardCharsets.US_ASCII));
  private final WorkerPool workers = new WorkerPool("test-worker", 2, 100);
  private final RpcStatistics statistics = new RpcStatistics();
  private final List<CompletableFuture<Reply>> journal = new ArrayList<>();
  private final FrontDoor door =
      new FrontDoor(
          new RpcTable.Builder().user(TYPE, "REQUEST_COMPLETE_JOB_ALLOCATION", this::later).build(),
          Authenticator.key(key, "test", ProcessFacts.effectiveUid(), Authenticator.Policy.DEFAULT),
          Optional.empty(),
          uid -> uid == 0,
          workers,
          statistics,
          new ControllerOnHeap(Cluster.of(1)).controller.sluids());

  @AfterEach
  void close() {
    workers.close();
  }

  /** The client's end: what it was told, and by whom. */
  private static final class Client implements Exchange {
    final CompletableFuture<byte[]> answer = new CompletableFuture<>();
    volatile Thread by;

    @Override
    public InetSocketAddress peer() {
      return new InetSocketAddress("127.0.0.1", 4711);
    }

    @Override
    public void reply(byte[] bytes, int offset, int length) {
      by = Thread.currentThread();
      answer.complete(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    @Override
    public void reply(byte[] head, int length, Pieces rest) {
      throw new AssertionError("no list was asked for");
    }

    @Override
    public void drop() {
      answer.completeExceptionally(new AssertionError("dropped"));
    }

    long code() throws Exception {
      byte[] bytes = answer.get(20, TimeUnit.SECONDS);
      return Frame.parse(Arrays.copyOfRange(bytes, 4, bytes.length)).body().u32();
    }
  }

  private Reply later(Request r) {
    CompletableFuture<Reply> written = new CompletableFuture<>();
    journal.add(written);
    return new Reply.Later(written, Reply.OK);
  }

  private Client ask() {
    Packer packer = new Packer(64);
    new CompleteJobAllocation().stepId(new StepId().jobId(1)).jobRc(0).write(packer, VERSION);
    byte[] body = packer.toByteArray();
    long uid = ProcessFacts.effectiveUid();
    byte[] request =
        Frame.toBytes(
            Header.request(VERSION << 8, TYPE),
            CredentialFactory.key(key, "test", "host", uid, uid, 60).create(VERSION << 8, TYPE, BodyHash.K12, body, CredentialFactory.ANYONE),
            body);
    Client client = new Client();
    door.serve(Arrays.copyOfRange(request, 4, request.length), client);
    return client;
  }

  @Test
  void anAnswerIsNotSentBeforeWhatItAcknowledgesIsWritten() throws Exception {
    Client client = ask();
    assertFalse(client.answer.isDone(), "answered while the journal was still writing");
    assertEquals(0, statistics.types().size());
    journal.getFirst().complete(Reply.OK);
    assertEquals(0, client.code());
    assertEquals(Thread.currentThread(), client.by, "a worker was woken for an answer that was ready");
    assertEquals(1, statistics.types().getFirst().count());
  }

  @Test
  void whatWasMadeReadyIsThrownAwayIfItIsNotTrue() throws Exception {
    Client client = ask();
    journal.getFirst().complete(Reply.rc(2021));
    assertEquals(2021, client.code());
    assertNotEquals(Thread.currentThread(), client.by, "a new answer was made on the thread that applies");
  }

  @Test
  void aJournalThatRefusesIsSaidToBeTriedAgain() throws Exception {
    Client client = ask();
    journal.getFirst().completeExceptionally(new IllegalStateException("disk full"));
    assertEquals(11, client.code());
    assertNotEquals(Thread.currentThread(), client.by);
  }

  @Test
  void aCrowdIsAnsweredByWorkers() throws Exception {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      clients.add(ask());
    }
    journal.forEach(j -> j.complete(Reply.OK));
    int byWorkers = 0;
    for (Client c : clients) {
      assertEquals(0, c.code());
      byWorkers += c.by == Thread.currentThread() ? 0 : 1;
    }
    assertTrue(byWorkers >= 30, byWorkers + " of 40 by workers");
    // and who comes alone afterwards is answered at once again
    Client last = ask();
    journal.getLast().complete(Reply.OK);
    assertEquals(0, last.code());
    assertEquals(Thread.currentThread(), last.by);
  }
}
