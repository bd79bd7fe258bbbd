package org.slurmctldj.proto.cred;

import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.auth.PrivateMunged;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.auth.SlurmToken;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.slurm.BatchJobLaunch;
import org.slurmctldj.proto.slurm.Identity;
import org.slurmctldj.proto.slurm.SbcastCred;
import org.slurmctldj.proto.slurm.SbcastCredArg;
import org.slurmctldj.proto.slurm.SlurmCred;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;

class CredSignerTest {
  private static final int EXPIRE = 120;

  @TempDir static Path dir;
  private static PrivateMunged munged;
  private static MungeClient munge;

  @BeforeAll
  static void startMunged() throws Exception {
    munged = PrivateMunged.start(dir);
    munge = new MungeClient(munged.socket);
  }

  @AfterAll
  static void stopMunged() {
    if (munged != null) {
      munged.close();
    }
  }

  /** Seen in REQUEST_TERMINATE_JOB of a real slurmctld 22.05.8: the credential is there, its signature is empty. */
  @Test
  void whatOnlyNamesAJobIsNotSignedIn2205() {
    CredSigner signer = CredSigner.munge(new MungeClient(dir.resolve("nobody-listens").toString()), 0, 0);
    SlurmCred cred = signer.mention(batchJob(38), 38);
    assertNull(cred.signature());
    Packer out = new Packer();
    cred.write(out, 38);
    assertArrayEquals(cred.packed(), java.util.Arrays.copyOf(out.toByteArray(), out.length() - 4));
    assertEquals(0, new Unpacker(out.toByteArray(), out.length() - 4, 4).u32());
    assertThrows(CredException.class, () -> signer.sign(batchJob(38), 38), "everything else asks munged");
  }

  /** The credential of a batch job that a real slurmctld of that version launched. */
  private static SlurmCredArg batchJob(int version) {
    try (InputStream in = CredSignerTest.class.getResourceAsStream("/vectors/v" + version + ".txt")) {
      String line = new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().filter(l -> l.startsWith("4005 ")).findFirst().orElseThrow();
      return BatchJobLaunch.read(new Unpacker(HexFormat.of().parseHex(line.split(" ")[2])), version).cred().arg();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Map<String, String> tokens() {
    Map<String, String> all = new HashMap<>();
    try (InputStream in = CredSignerTest.class.getResourceAsStream("/cred/tokens-24.11.txt")) {
      new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().map(l -> l.split(" ")).forEach(w -> all.put(w[0], w[1]));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return all;
  }

  private static long me() {
    return ProcessFacts.effectiveUid();
  }

  @ParameterizedTest
  @ValueSource(ints = {38, 42, 45})
  void aMungeCredentialHoldsWhatSlurmctldSigned(int version) {
    SlurmCredArg arg = batchJob(version);
    SlurmCred cred = CredSigner.munge(munge, me(), 0).sign(arg, version);
    Packer out = new Packer();
    SlurmCred.write(out, cred, version);
    SlurmCred read = SlurmCred.read(new Unpacker(out.toByteArray()), version);
    assertArrayEquals(munge.decode(read.signature()).payload(), read.packed());
    assertEquals(arg, read.arg());
  }

  @ParameterizedTest
  @ValueSource(ints = {38, 39, 40, 41, 42, 43, 44, 45})
  void whatTheSignerMadeTheNodeBelievesInEveryVersion(int version) {
    SlurmCredArg arg = batchJob(42);
    CredVerifier node = CredVerifier.munge(munge, me(), EXPIRE, () -> arg.ctime() + EXPIRE);
    SlurmCredArg seen = node.verify(CredSigner.munge(munge, me(), 0).sign(arg, version));
    assertEquals(arg.stepId().stepId(), seen.stepId().stepId());
    assertEquals(arg.id().pwName(), seen.id().pwName());
    assertEquals(arg.jobHostlist(), seen.jobHostlist());
    assertEquals(arg.jobCoreBitmap(), seen.jobCoreBitmap());
    SbcastCredArg bcast = bcast(arg);
    SbcastCredArg got = node.verify(CredSigner.munge(munge, me(), 0).sign(bcast, version));
    assertEquals(bcast.nodes(), got.nodes());
    assertEquals(bcast.stepId().jobId(), got.stepId().jobId());
  }

  private static SbcastCredArg bcast(SlurmCredArg of) {
    return new SbcastCredArg()
        .stepId(new StepId().jobId(7).stepId(0))
        .id(of.id())
        .ctime(of.ctime())
        .expiration(of.ctime() + 1000)
        .nodes("n[1-2]");
  }

  @Test
  void anOldOrAlteredCredentialIsRefusedWithSlurmsNumber() {
    SlurmCredArg arg = batchJob(42);
    SlurmCred cred = CredSigner.munge(munge, me(), 0).sign(arg, 42);
    CredVerifier late = CredVerifier.munge(munge, me(), EXPIRE, () -> arg.ctime() + EXPIRE + 1);
    assertEquals(SlurmError.ESLURMD_CREDENTIAL_EXPIRED.number(), refused(late, cred));
    byte[] other = cred.packed();
    other[11] ^= 1;
    CredVerifier node = CredVerifier.munge(munge, me(), EXPIRE, arg::ctime);
    assertEquals(SlurmError.ESLURMD_INVALID_JOB_CREDENTIAL.number(), refused(node, SlurmCred.of(other, 42, cred.signature())));
    assertEquals(SlurmError.ESLURMD_INVALID_JOB_CREDENTIAL.number(), refused(node, SlurmCred.of(other, 42, "MUNGE:forged:")));
    assertEquals(SlurmError.ESLURMD_INVALID_JOB_CREDENTIAL.number(), refused(node, SlurmCred.token("eyJ.e30.x")));
  }

  private static int refused(CredVerifier node, SlurmCred cred) {
    return assertThrows(CredException.class, () -> node.verify(cred)).slurmError();
  }

  /** Taken from a real slurmctld 24.11.5 with cred/slurm, with the key it had. */
  @Test
  void ourTokensAreThoseOfSlurmctld() {
    SlurmKey key = SlurmKey.of(Base64.getDecoder().decode(tokens().get("key")));
    for (String context : new String[] {"launch", "sbcast"}) {
      String theirs = tokens().get(context);
      String[] parts = theirs.split("\\.");
      String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.ISO_8859_1);
      long iat = Long.parseLong(claims.replaceAll(".*\"iat\":([0-9]+).*", "$1"));
      CredVerifier node = CredVerifier.key(key, "peer", 0, EXPIRE, () -> iat);
      CredSigner controller = CredSigner.key(key, "peer", "vm", 0, 0, () -> iat);
      String ours =
          context.equals("launch")
              ? controller.sign(node.verify(SlurmCred.token(theirs)), 42).signature()
              : controller.sign(node.verify(SbcastCred.token(theirs)), 42).signature();
      SlurmToken a = key.verify(theirs, "peer", iat, 0);
      SlurmToken b = key.verify(ours, "peer", iat, 0);
      assertArrayEquals(a.payload(), b.payload());
      assertEquals(a.identity(), b.identity());
      assertEquals(a.more(), b.more());
      assertEquals(a.restrictedUid(), b.restrictedUid());
      assertEquals(a.uid() + "." + a.gid() + "." + a.version(), b.uid() + "." + b.gid() + "." + b.version());
      assertEquals(a.issued() + "-" + a.expires() + "@" + a.host(), b.issued() + "-" + b.expires() + "@" + b.host());
    }
  }

  @Test
  void aTokenForSomethingElseStartsNothing() {
    SlurmKey key = SlurmKey.of(Base64.getDecoder().decode(tokens().get("key")));
    SlurmCredArg arg = batchJob(42);
    CredSigner controller = CredSigner.key(key, "peer", "vm", 0, 0, arg::ctime);
    CredVerifier node = CredVerifier.key(key, "peer", 0, EXPIRE, arg::ctime);
    String bcast = controller.sign(bcast(arg), 42).signature();
    assertEquals(SlurmError.ESLURMD_INVALID_JOB_CREDENTIAL.number(), refused(node, SlurmCred.token(bcast)));
    CredVerifier elsewhere = CredVerifier.key(key, "other", 0, EXPIRE, arg::ctime);
    assertEquals(SlurmError.ESLURMD_INVALID_JOB_CREDENTIAL.number(), refused(elsewhere, controller.sign(arg, 42)));
    assertThrows(CredException.class, () -> controller.sign(arg, 39), "22.05 and 23.02 have no tokens");
  }

  @Test
  void groupsWithNamesGoIntoTheTokenByName() {
    SlurmKey key = SlurmKey.of(Base64.getDecoder().decode(tokens().get("key")));
    SlurmCredArg arg = batchJob(42).id(new Identity().uid(5).gid(6).pwName("a").gids(new long[] {6, 7}).grNames(new String[] {"g", "h"}));
    String token = CredSigner.key(key, "peer", "vm", 0, 0, arg::ctime).sign(arg, 42).signature();
    assertEquals(Map.of("g", 6L, "h", 7L), key.verify(token, "peer", arg.ctime(), 0).identity().orElseThrow().groups());
  }
}
