package org.slurmctldj.proto.auth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlurmKeyTest {
  private static final long NOW = 1_795_357_900;
  private static final SlurmKey KEY = SlurmKey.of("0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1));

  private static SlurmToken token() {
    return SlurmToken.forMessage(SlurmToken.SACK, NOW, 60, 10752, 0, "peer", 2001, 2002, "vm", new byte[] {2, -1, 3});
  }

  private static String refusal(SlurmKey key, String token, String cluster, long now, long uid) {
    return assertThrows(TokenException.class, () -> key.verify(token, cluster, now, uid)).getMessage();
  }

  private static String signed(String header, String claims) throws Exception {
    Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
    String text = url.encodeToString(header.getBytes(StandardCharsets.ISO_8859_1)) + "."
        + url.encodeToString(claims.getBytes(StandardCharsets.ISO_8859_1));
    javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
    mac.init(new javax.crypto.spec.SecretKeySpec("0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1), "HmacSHA256"));
    return text + "." + url.encodeToString(mac.doFinal(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void theClaimsStandAsRealSlurm2411WritesThem() {
    String[] parts = KEY.sign(token()).split("\\.");
    assertEquals("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.ISO_8859_1));
    assertEquals(
        "{\"cluster\":\"peer\",\"context\":\"sack\",\"exp\":1795357960,\"gid\":2002,\"host\":\"vm\",\"iat\":1795357900,"
            + "\"payload\":\"Av8D\",\"ruid\":0,\"uid\":2001,\"ver\":10752}",
        new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.ISO_8859_1));
    SlurmToken back = KEY.verify(KEY.sign(token()), "peer", NOW, 0);
    assertEquals(2001, back.uid());
    assertArrayEquals(new byte[] {2, -1, 3}, back.payload());
  }

  @Test
  void aLaunchTokenCarriesTheUser() {
    SlurmToken.Identity id = new SlurmToken.Identity("J\u00c3\u00b6rg \"x\"", "", "/tmp", "/bin/bash", List.of(2001L, 7L), Map.of());
    SlurmToken back = KEY.verify(KEY.sign(token().withIdentity(id)), "peer", NOW, 0);
    assertEquals(id, back.identity().orElseThrow());
  }

  @Test
  void eachClaimIsEnforced() {
    String good = KEY.sign(token());
    assertEquals("token expired at 1795357960", refusal(KEY, good, "peer", NOW + 60, 0));
    assertEquals("token of cluster peer", refusal(KEY, good, "other", NOW, 0));
    assertEquals("token restricted to uid 0", refusal(KEY, good, "peer", NOW, 1000));
    assertEquals("token issued in the future, at 1795357900", refusal(KEY, good, "peer", NOW - 301, 0));
    KEY.verify(good, "peer", NOW + 59, 0);
    KEY.verify(good, "peer", NOW - 300, 0);
    SlurmKey other = SlurmKey.of("0123456789abcdeg".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals("signature does not match", refusal(other, good, "peer", NOW, 0));
  }

  @Test
  void otherAlgorithmsAndMissingClaimsAreRefused() throws Exception {
    String claims = "{\"cluster\":\"peer\",\"context\":\"sack\",\"exp\":1795357960,\"gid\":0,\"iat\":1795357900,\"ruid\":0,\"uid\":0,\"ver\":1}";
    KEY.verify(signed("{\"alg\":\"HS256\"}", claims), "peer", NOW, 0);
    for (String alg : new String[] {"none", "HS512", "hs256", "RS256"}) {
      assertEquals("alg is not HS256", refusal(KEY, signed("{\"alg\":\"" + alg + "\"}", claims), "peer", NOW, 0));
    }
    String unsigned = signed("{\"alg\":\"none\"}", claims);
    assertEquals("alg is not HS256", refusal(KEY, unsigned.substring(0, unsigned.lastIndexOf('.') + 1), "peer", NOW, 0));
    for (String name : new String[] {"cluster", "context", "exp", "gid", "iat", "ruid", "uid"}) {
      String without = claims.replace("\"" + name + "\"", "\"x" + name + "\"");
      assertTrue(refusal(KEY, signed("{\"alg\":\"HS256\"}", without), "peer", NOW, 0).startsWith("claim " + name), name);
    }
    String negative = claims.replace("\"uid\":0", "\"uid\":-1");
    assertTrue(refusal(KEY, signed("{\"alg\":\"HS256\"}", negative), "peer", NOW, 0).startsWith("claim uid"));
    String huge = claims.replace("\"uid\":0", "\"uid\":4294967296");
    assertTrue(refusal(KEY, signed("{\"alg\":\"HS256\"}", huge), "peer", NOW, 0).startsWith("claim uid"));
  }

  @Test
  void aKeySetSignsWithItsDefaultAndVerifiesWithAny() {
    String a = "{\"alg\":\"HS256\",\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"MDEyMzQ1Njc4OWFiY2RlZg\"";
    String b = "{\"alg\":\"HS256\",\"kty\":\"oct\",\"kid\":\"b\",\"k\":\"MTEyMzQ1Njc4OWFiY2RlZg==\"";
    SlurmKey both = SlurmKey.ofKeySet("{\"keys\":[" + a + "}," + b + ",\"use\":\"default\"}]}");
    SlurmKey onlyA = SlurmKey.ofKeySet("{\"keys\":[" + a + "}]}");
    SlurmKey oldB = SlurmKey.ofKeySet("{\"keys\":[" + a + "}," + b + ",\"exp\":" + NOW + "}]}");
    String signed = both.sign(token());
    assertTrue(new String(Base64.getUrlDecoder().decode(signed.split("\\.")[0]), StandardCharsets.ISO_8859_1).contains("\"kid\":\"b\""));
    both.verify(signed, "peer", NOW, 0);
    both.verify(onlyA.sign(token()), "peer", NOW, 0);
    assertEquals("could not find kid=b", refusal(onlyA, signed, "peer", NOW, 0));
    assertEquals("token received for expired key kid=b", refusal(oldB, signed, "peer", NOW, 0));
    for (String bad : new String[] {"", "{}", "{\"keys\":[]}", "{\"keys\":[" + a + "}," + a + "}]}", "{\"keys\":[{\"alg\":\"HS512\"}]}",
      "{\"keys\":[{\"alg\":\"HS256\",\"kid\":\"a\",\"k\":\"c2hvcnQ\"}]}",
      "{\"keys\":[" + a + ",\"use\":\"default\"}," + b + ",\"use\":\"default\"}]}"}) {
      assertThrows(TokenException.class, () -> SlurmKey.ofKeySet(bad), bad);
    }
  }

  @Test
  void aKeyFileThatOthersMayReadIsRefused(@TempDir Path dir) throws IOException {
    Path file = Files.write(dir.resolve("slurm.key"), new byte[64]);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertEquals("key file is insecure: '" + file + "' mode=0644", assertThrows(TokenException.class, () -> SlurmKey.read(file)).getMessage());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    SlurmKey.read(file).sign(token());
    Files.write(file, new byte[15]);
    assertThrows(TokenException.class, () -> SlurmKey.read(file));
  }

  @Test
  void aKeySetBesideTheKeyWinsAsWithRealSlurm2411(@TempDir Path dir) throws IOException {
    assertThrows(TokenException.class, () -> SlurmKey.find(dir, Map.of()));
    Path plain = Files.write(dir.resolve("slurm.key"), "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1));
    Files.setPosixFilePermissions(plain, PosixFilePermissions.fromString("rw-r-----"));
    SlurmKey.find(dir, Map.of()).verify(KEY.sign(token()), "peer", NOW, 0);
    Path set = Files.writeString(dir.resolve("slurm.jwks"),
        "{\"keys\":[{\"alg\":\"HS256\",\"kty\":\"oct\",\"kid\":\"b\",\"k\":\"MTEyMzQ1Njc4OWFiY2RlZg\"}]}");
    Files.setPosixFilePermissions(set, PosixFilePermissions.fromString("rw-------"));
    assertEquals("signature does not match key kid=b", refusal(SlurmKey.find(dir, Map.of()), KEY.sign(token()), "peer", NOW, 0));
    SlurmKey.find(dir, Map.of("SLURM_SACK_KEY", plain.toString())).verify(KEY.sign(token()), "peer", NOW, 0);
  }

  @Test
  void noGarbageBreaksTheVerifier() {
    long seed = System.nanoTime();
    System.out.println("SlurmKeyTest seed " + seed);
    Random random = new Random(seed);
    String good = KEY.sign(token());
    for (int i = 0; i < 20_000; i++) {
      StringBuilder bad = new StringBuilder(good);
      int at = random.nextInt(good.length() - 1);
      char c = (char) random.nextInt(256);
      if (bad.charAt(at) == c) {
        continue;
      }
      bad.setCharAt(at, c);
      if (random.nextBoolean()) {
        bad.setLength(random.nextInt(bad.length()));
      }
      // '+' for '-' and '/' for '_' in the signature mean the same bytes; everything else must fail
      if (at > good.lastIndexOf('.') && "+-/_".indexOf(c) >= 0) {
        continue;
      }
      assertThrows(TokenException.class, () -> KEY.verify(bad.toString(), "peer", NOW, 0), bad.toString());
    }
  }
}
