package org.slurmctldj.rpc.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.RandomValues;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.Rpc;
import org.slurmctldj.rpc.RpcTable;

/** Every line of the table, in every version that knows it, with bodies that no client would send. */
class EveryRpcTest {
  private static final InetSocketAddress PEER = new InetSocketAddress("127.0.0.1", 40000);
  private static final int ROUNDS = 60;

  /** Each refusal is logged with its reason: thousands of lines here. */
  @BeforeAll
  static void quiet() {
    ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger("org.slurmctldj.rpc")).setLevel(ch.qos.logback.classic.Level.OFF);
  }

  @ParameterizedTest
  @ValueSource(ints = {38, 39, 40, 41, 42, 43, 44, 45})
  void answersWithWhatTheVersionCanCarry(int version) {
    long seed = System.nanoTime();
    ControllerOnHeap on = new ControllerOnHeap(Cluster.of(3));
    RpcTable table = Rpcs.table(on.controller);
    Random random = new Random(seed);
    for (Rpc rpc : table.all()) {
      MessageType type = MessageType.of(rpc.type()).orElseThrow();
      if (!type.knownTo(version)) {
        continue;
      }
      for (int i = 0; i < ROUNDS; i++) {
        SlurmBody body = type.random(new RandomValues(random.nextLong()), version);
        Actor actor = i % 2 == 0 ? Cluster.ROOT : Cluster.ALICE;
        if (rpc.role() == Rpc.Role.PRIVILEGED && !actor.privileged()) {
          continue;
        }
        try {
          check(rpc.handler().handle(new Request(rpc.type(), version, body, actor, PEER, null)), version);
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError(rpc.name() + " version " + version + " seed " + seed + " body " + body, e);
        }
      }
    }
  }

  private static void check(Reply reply, int version) {
    switch (reply) {
      case Reply.ReturnCode rc -> assertTrue(rc.code() >= 0 && rc.code() < 20000, rc.toString());
      case Reply.ReturnCodeMessage rc -> assertTrue(rc.code() > 0 || rc.message() == null, rc.toString());
      case Reply.Later later -> check(later.reply().toCompletableFuture().join(), version);
      case Reply.Nothing nothing -> {}
      case Reply.Message m -> {
        Packer out = new Packer();
        m.body().write(out, version);
        Unpacker in = new Unpacker(out.toByteArray());
        MessageType.of(m.type()).orElseThrow().read(in, version);
        assertEquals(0, in.remaining());
      }
    }
  }
}
