package org.slurmctldj.proto.cred;

import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.slurm.NodeAliasAddrsRequest;
import org.slurmctldj.proto.slurm.SlurmAddrArray;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.SlurmAddress;

/** Where cloud nodes are, as slurmctld 24.11.5 told its clients (nodes c1 and c2 of a cluster on one host), and as we do. */
class NetCredTest {
  private static final long SEEN_AT = 1795953020;

  private static Map<String, String> seen() {
    Map<String, String> all = new HashMap<>();
    try (InputStream in = NetCredTest.class.getResourceAsStream("/cred/net-24.11.txt")) {
      new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().map(l -> l.split(" ")).forEach(w -> all.put(w[0], w[1]));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return all;
  }

  private static SlurmKey key() {
    return SlurmKey.of(Base64.getDecoder().decode(seen().get("key")));
  }

  private static InetSocketAddress at(String ip, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(ip), port);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static final Map<String, InetSocketAddress> C1_C2 = Map.of("c1", at("127.0.0.1", 25301), "c2", at("127.0.0.1", 25302));

  private static NodeAliasAddrsRequest request(Map<String, InetSocketAddress> of, String nodes, String... order) {
    List<SlurmAddress> list = java.util.Arrays.stream(order).map(n -> SlurmAddress.of(of.get(n))).toList();
    return new NodeAliasAddrsRequest().nodeAddrs(new SlurmAddrArray().addrs(list)).nodeCnt(list.size()).nodeList(nodes);
  }

  @Test
  void theTokenOfARealSlurmctldIsUnderstood() {
    CredVerifier node = CredVerifier.key(key(), "peer", 0, 120, () -> SEEN_AT);
    assertEquals(C1_C2, node.addresses(seen().get("net"), 42));
    assertEquals(C1_C2, NetCred.ofTokenUnverified(seen().get("net")));
  }

  @Test
  void ourTokenSaysTheSameInTheSameClaims() {
    String real = new String(Base64.getUrlDecoder().decode(seen().get("net").split("\\.")[1]), StandardCharsets.US_ASCII);
    String ours =
        CredSigner.key(key(), "peer", "vm", 0, 60, () -> 1795953015L).addresses(request(C1_C2, "c[1-2]", "c1", "c2"), 42);
    String text = new String(Base64.getUrlDecoder().decode(ours.split("\\.")[1]), StandardCharsets.US_ASCII);
    long me = org.slurmctldj.proto.os.ProcessFacts.effectiveUid();
    long group = org.slurmctldj.proto.os.ProcessFacts.effectiveGid();
    assertEquals(real.replace("\"gid\":0", "\"gid\":" + group).replace("\"uid\":0", "\"uid\":" + me), text);
  }

  @Test
  void whatARealSlurmctldHandsToMungeIsUnderstoodAndOursIsTheSame() {
    byte[] payload = HexFormat.of().parseHex(seen().get("munge-payload"));
    assertEquals(C1_C2, NetCred.ofPayload(payload, 42));
    Packer out = new Packer();
    request(C1_C2, "c[1-2]", "c1", "c2").write(out, 42);
    assertArrayEquals(payload, out.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 41, 42, 43, 44, 45})
  void addressesOfBothFamiliesArriveInEveryVersion(int version) {
    Map<String, InetSocketAddress> nodes = Map.of("a-1", at("10.3.140.69", 6818), "a-2", at("fd00:ec2::23", 6818));
    String token = CredSigner.key(key(), "peer", "vm", 0, 60, () -> SEEN_AT).addresses(request(nodes, "a-[1-2]", "a-1", "a-2"), version);
    assertEquals(nodes, CredVerifier.key(key(), "peer", 0, 120, () -> SEEN_AT).addresses(token, version));
  }

  @Test
  void aTokenThatIsForgedOldOrMeantForSomethingElseTellsANodeNothing() {
    CredVerifier node = CredVerifier.key(key(), "peer", 0, 120, () -> SEEN_AT);
    String net = seen().get("net");
    CredVerifier other = CredVerifier.key(SlurmKey.of(new byte[32]), "peer", 0, 120, () -> SEEN_AT);
    assertThrows(CredException.class, () -> other.addresses(net, 42), "another key");
    assertThrows(CredException.class, () -> CredVerifier.key(key(), "peer", 0, 120, () -> SEEN_AT + 3600).addresses(net, 42), "too old");
    assertThrows(CredException.class, () -> node.addresses("no token", 42));
    assertThrows(CredException.class, () -> NetCred.ofTokenUnverified("a.b"));
    assertThrows(CredException.class, () -> NetCred.ofPayload(new byte[] {0, 0, 0, 9}, 42), "cut off");
  }
}
