package org.slurmctldj.client.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.ProtocolVersion;

class VersionSearchTest {
  private static final int NEW = ProtocolVersion.V24_11;
  private static final int OLD = ProtocolVersion.V22_05;
  private final List<String> sent = new ArrayList<>();

  /** A controller that knows these versions and hangs up on others; "lost" loses the answer to its first request. */
  private IntFunction<Frame> controller(String what, boolean lost, Integer... known) {
    return version -> {
      sent.add(what + " " + version);
      if (!List.of(known).contains(version) || lost && sent.size() == 1) {
        throw new RpcException(RpcException.SLURM_PROTOCOL_SOCKET_ZERO_BYTES_SENT, "closed");
      }
      return answer(version);
    };
  }

  private static Frame answer(int version) {
    return answer(version, 0);
  }

  private static Frame answer(int version, int code) {
    Packer out = new Packer(64);
    byte[] rc = {0, 0, (byte) (code >> 8), (byte) code};
    Credential nothing = new Credential.Munge("MUNGE:x:");
    Frame.write(out, Header.request(version, 8001), nothing, rc, 0, rc.length);
    byte[] bytes = java.util.Arrays.copyOfRange(out.array(), 4, out.length());
    return Frame.parse(bytes);
  }

  @Test
  void anOldControllerHangsUpAndIsAskedInItsOwnVersion() {
    VersionSearch.Found f = VersionSearch.find(NEW, controller("job", false, OLD), controller("ping", false, OLD));
    assertEquals(OLD, f.version());
    assertEquals(List.of("job " + NEW, "ping " + NEW, "ping " + OLD, "job " + OLD), sent);
  }

  /** Seen at load 15: one lost answer, and for an hour all commands looked like those of 22.05. The job may be there, too. */
  @Test
  void oneLostAnswerIsNoOlderControllerAndNothingIsSentTwice() {
    RpcException e = assertThrows(RpcException.class,
        () -> VersionSearch.find(NEW, controller("job", true, NEW, OLD), controller("ping", false, NEW, OLD)));
    assertEquals(RpcException.SLURM_PROTOCOL_SOCKET_ZERO_BYTES_SENT, e.slurmError());
    assertEquals(List.of("job " + NEW, "ping " + NEW), sent);
  }

  @Test
  void theFirstAnswerIsEnough() {
    assertEquals(NEW, VersionSearch.find(NEW, controller("job", false, NEW), controller("ping", false, NEW)).version());
    assertEquals(List.of("job " + NEW), sent);
  }

  /** Slurmd 22.05 behind our controller: a step's credential came in 22.05's form, and all looked like 22.05 from then on. */
  @Test
  void anAnswerForOlderNodesIsAnAnswer() {
    assertEquals(NEW, VersionSearch.find(NEW, v -> answer(OLD), v -> answer(v)).version());
  }

  @Test
  void anErrorInAnOlderVersionComesFromAnOlderController() {
    assertEquals(OLD, VersionSearch.find(NEW, v -> answer(OLD, v == OLD ? 0 : 1005), v -> answer(OLD)).version());
  }
}
