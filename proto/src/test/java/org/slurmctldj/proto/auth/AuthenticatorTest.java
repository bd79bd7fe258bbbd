package org.slurmctldj.proto.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Optional;
import java.util.Map;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.ProtocolVersion;

class AuthenticatorTest {
  private static final byte[] BODY = {1, 2, 3, 4};
  private static final int TYPE = 4003;
  private final SlurmKey key = SlurmKey.of(new byte[32]);
  private final CredentialFactory client = CredentialFactory.key(key, "peer", "vm", 1000, 1001, 0);

  private static Frame frame(int version, Credential credential, byte[] body) {
    return frame(version, TYPE, credential, body);
  }

  private static Frame frame(int version, int type, Credential credential, byte[] body) {
    byte[] bytes = Frame.toBytes(Header.request(version, type), credential, body);
    return Frame.parse(Arrays.copyOfRange(bytes, 4, bytes.length));
  }

  private static long now() {
    return System.currentTimeMillis() / 1000;
  }

  private static String refusal(Authenticator authenticator, Frame frame) {
    AuthException e = assertThrows(AuthException.class, () -> authenticator.authenticate(frame, now()));
    assertEquals(1007, e.slurmError());
    return e.getMessage();
  }

  @Test
  void aTokenProvesItsUserForThisBodyOnly() {
    Authenticator server = Authenticator.key(key, "peer", 0, Authenticator.Policy.DEFAULT);
    Credential credential = client.create(ProtocolVersion.V24_11, TYPE, BodyHash.K12, BODY, 0);
    Identity who = server.authenticate(frame(ProtocolVersion.V24_11, credential, BODY), now());
    assertEquals(new Identity(1000, 1001, "auth/slurm", BodyHash.K12, Optional.empty(), "vm"), who);
    assertEquals("the credential is not for this message body", refusal(server, frame(ProtocolVersion.V24_11, credential, new byte[4])));
    assertEquals("token restricted to uid 0",
        refusal(Authenticator.key(key, "peer", 5, Authenticator.Policy.DEFAULT), frame(ProtocolVersion.V24_11, credential, BODY)));
    assertEquals("auth/slurm token in a message of 23.02", refusal(server, frame(ProtocolVersion.V23_02, credential, BODY)));
  }

  @Test
  void aLaunchCredentialIsNoMessageCredential() {
    Authenticator server = Authenticator.key(key, "peer", 0, Authenticator.Policy.DEFAULT);
    byte[] hash = BodyHash.payload(BodyHash.K12, TYPE, BODY);
    SlurmToken launch = new SlurmToken(SlurmToken.LAUNCH, now(), now() + 60, 10752, 0, "peer", 0, 0, "vm", hash, Optional.empty(), Map.of());
    assertEquals("token with context launch used as a message's credential",
        refusal(server, frame(ProtocolVersion.V24_11, new Credential.SlurmToken(key.sign(launch)), BODY)));
  }

  @Test
  void aNodeThatDoesNotKnowItsClusterYetMayAskForItsConfigurationOnly() {
    Authenticator server = Authenticator.key(key, "peer", 0, Authenticator.Policy.DEFAULT);
    CredentialFactory node = CredentialFactory.key(key, "configless", "vm", 0, 0, 0);
    int version = ProtocolVersion.V24_11;
    assertEquals(0, server.authenticate(frame(version, 2015, node.create(version, 2015, BodyHash.K12, BODY, 0), BODY), now()).uid());
    assertEquals("token of cluster configless", refusal(server, frame(version, node.create(version, TYPE, BodyHash.K12, BODY, 0), BODY)));
    CredentialFactory other = CredentialFactory.key(key, "other", "vm", 0, 0, 0);
    assertEquals("token of cluster other",
        refusal(server, frame(version, 2015, other.create(version, 2015, BodyHash.K12, BODY, 0), BODY)));
  }

  @Test
  void weakHashesCountUnlessBlocked() {
    Credential none = client.create(ProtocolVersion.V24_11, TYPE, BodyHash.NONE, BODY, 0);
    Frame typeOnly = frame(ProtocolVersion.V24_11, none, BODY);
    SlurmToken empty = SlurmToken.forMessage(SlurmToken.AUTH, now(), 60, 10752, 0, "peer", 1, 1, "vm", new byte[0]);
    Frame noHash = frame(ProtocolVersion.V24_11, new Credential.SlurmToken(key.sign(empty)), BODY);
    Authenticator open = Authenticator.key(key, "peer", 0, Authenticator.Policy.of("EnableIPv6"));
    assertEquals(BodyHash.NONE, open.authenticate(typeOnly, now()).hashPlugin());
    assertEquals(0, open.authenticate(noHash, now()).hashPlugin());
    Authenticator strict = Authenticator.key(key, "peer", 0, Authenticator.Policy.of("EnableIPv6, block_null_hash,block_zero_hash"));
    assertEquals("credential without a hash of the body (block_zero_hash)", refusal(strict, typeOnly));
    assertEquals("credential with an empty hash (block_null_hash)", refusal(strict, noHash));
  }

  @Test
  void otherMechanismsAreRefusedByName() {
    Authenticator server = Authenticator.key(key, "peer", 0, Authenticator.Policy.DEFAULT);
    assertEquals("auth/jwt is not supported", refusal(server, frame(ProtocolVersion.V24_11, new Credential.Jwt("x", "root"), BODY)));
    assertEquals("auth/none is not supported", refusal(server, frame(ProtocolVersion.V24_11, new Credential.None(0, 0, "h"), BODY)));
    assertEquals("auth/munge credential where auth/munge is not configured",
        refusal(server, frame(ProtocolVersion.V24_11, new Credential.Munge("MUNGE:x:"), BODY)));
    byte[] bytes = Frame.toBytes(Header.request(ProtocolVersion.V24_11, TYPE).withFlags(Header.NO_AUTH_CRED), Credential.ABSENT, BODY);
    assertEquals("message without credential", refusal(server, Frame.parse(Arrays.copyOfRange(bytes, 4, bytes.length))));
  }

  @Test
  void mungeProvesOnceAndForTheReceiverOnly(@TempDir Path dir) throws Exception {
    try (PrivateMunged munged = PrivateMunged.start(dir)) {
      MungeClient munge = new MungeClient(munged.socket);
      CredentialFactory sender = CredentialFactory.munge(munge, 0);
      Authenticator server = Authenticator.munge(munge, Authenticator.Policy.DEFAULT);
      long us = ProcessFacts.effectiveUid();
      Frame good = frame(ProtocolVersion.V22_05, sender.create(ProtocolVersion.V22_05, TYPE, BodyHash.K12, BODY, us), BODY);
      assertEquals(us, server.authenticate(good, now()).uid());
      assertEquals("Munge decode failed: Replayed credential", refusal(server, good));
      Authenticator lenient = Authenticator.munge(munge, new Authenticator.Policy(false, false, true));
      assertEquals(us, lenient.authenticate(good, now()).uid());

      Frame forged = frame(ProtocolVersion.V22_05, sender.create(ProtocolVersion.V22_05, TYPE, BodyHash.K12, new byte[4], us), BODY);
      assertEquals("the credential is not for this message body", refusal(server, forged));
      Frame forOther = frame(ProtocolVersion.V22_05, sender.create(ProtocolVersion.V22_05, TYPE, BodyHash.K12, BODY, us + 17), BODY);
      assertEquals(true, refusal(server, forOther).startsWith("Munge decode failed: Unauthorized credential"));
      Authenticator both = Authenticator.key(key, "peer", 0, Authenticator.Policy.DEFAULT).or(server);
      Credential token = client.create(ProtocolVersion.V24_11, TYPE, BodyHash.SHA3, BODY, 0);
      assertEquals(BodyHash.SHA3, both.authenticate(frame(ProtocolVersion.V24_11, token, BODY), now()).hashPlugin());
    }
  }

  @Test
  void authInfoNamesSocketAndLifetimes() {
    assertEquals(new AuthInfo("/run/munge/munge.socket.2", 0, 120, false), AuthInfo.parse(null));
    assertEquals(new AuthInfo("/x/m.socket", 30, 60, true), AuthInfo.parse("cred_expire=60,socket=/x/m.socket,use_client_ids, ttl=30"));
    assertThrows(IllegalArgumentException.class, () -> AuthInfo.parse("ttl=x"));
  }
}
