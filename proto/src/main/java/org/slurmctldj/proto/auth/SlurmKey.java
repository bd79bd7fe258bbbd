package org.slurmctldj.proto.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slurmctldj.proto.text.Json;

/**
 * The secret of auth/slurm: the raw bytes of slurm.key, or the keys of slurm.jwks. Signs and
 * verifies tokens (JWT, HS256). For daemons; clients ask the sack socket. Immutable, any thread.
 */
public final class SlurmKey {
  private static final String[] VARIABLES = {"SLURM_SACK_JWKS", "SLURM_SACK_KEY"};

  private static final int MIN_KEY = 16;
  private static final int MAX_TOKEN = 16 << 20;
  /** How far ahead another host's clock may be, seconds; munge allows the same. */
  private static final long MAX_SKEW = 300;

  private static final String PLAIN_HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  /** @param mac keyed and never used itself: looking one up and keying it costs more than a token's hash */
  private record Key(String id, Mac mac, long expires) {}

  private final List<Key> keys;
  private final Key signer;

  private SlurmKey(List<Key> keys, Key signer) {
    this.keys = keys;
    this.signer = signer;
  }

  /** The key that is these bytes. */
  public static SlurmKey of(byte[] raw) {
    Key key = new Key(null, keyed(raw, "slurm.key"), Long.MAX_VALUE);
    return new SlurmKey(List.of(key), key);
  }

  /**
   * The key of a host: what SLURM_SACK_JWKS or SLURM_SACK_KEY name, else slurm.jwks, else slurm.key, beside slurm.conf.
   *
   * @param directory where slurm.conf is
   * @throws TokenException if there is none, or it cannot be used
   */
  public static SlurmKey find(Path directory, Map<String, String> environment) {
    for (String variable : VARIABLES) {
      String named = environment.get(variable);
      if (named != null && !named.isEmpty()) {
        return read(Path.of(named), variable.endsWith("JWKS"));
      }
    }
    Path set = directory.resolve("slurm.jwks");
    return Files.exists(set) ? read(set, true) : read(directory.resolve("slurm.key"), false);
  }

  /** Whether {@link #find} would look at a file. */
  public static boolean isThere(Path directory, Map<String, String> environment) {
    for (String variable : VARIABLES) {
      if (!environment.getOrDefault(variable, "").isEmpty()) {
        return true;
      }
    }
    return Files.exists(directory.resolve("slurm.jwks")) || Files.exists(directory.resolve("slurm.key"));
  }

  /** Reads slurm.key or, if the name ends in .jwks, a key set. A file that others may read is refused as Slurm does. */
  public static SlurmKey read(Path file) {
    return read(file, file.toString().endsWith(".jwks"));
  }

  private static SlurmKey read(Path file, boolean keySet) {
    byte[] bytes;
    try {
      int mode = (int) Files.getAttribute(file, "unix:mode") & 07777;
      if ((mode & 07) != 0) {
        throw new TokenException("key file is insecure: '" + file + "' mode=0" + Integer.toOctalString(mode));
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new TokenException("Could not load key file (" + file + "): " + e);
    }
    return keySet ? ofKeySet(latin1(bytes)) : of(bytes);
  }

  /** The keys of a JSON Web Key Set: each with alg HS256, kty oct, a unique kid, k, and perhaps exp and use=default. */
  public static SlurmKey ofKeySet(String json) {
    List<Key> keys = new ArrayList<>();
    Key signer = null;
    Set<String> ids = new java.util.HashSet<>();
    try {
      if (!(Json.parseObject(json).get("keys") instanceof List<?> list) || list.isEmpty()) {
        throw new TokenException("slurm.jwks: no \"keys\"");
      }
      for (Object element : list) {
        if (!(element instanceof Map<?, ?> jwk)) {
          throw new TokenException("slurm.jwks: a key is no object");
        }
        if (!"HS256".equals(jwk.get("alg"))) {
          throw new TokenException("slurm.jwks: alg field must be HS256");
        }
        if (!(jwk.get("kid") instanceof String id) || !ids.add(id)) {
          throw new TokenException("slurm.jwks: kid fields must be present and unique");
        }
        if (!(jwk.get("k") instanceof String k)) {
          throw new TokenException("slurm.jwks: key " + id + " has no k");
        }
        Object exp = jwk.get("exp");
        if (exp != null && !(exp instanceof Long)) {
          throw new TokenException("slurm.jwks: invalid value for exp of key " + id);
        }
        Key key = new Key(id, keyed(base64(k), "slurm.jwks: key " + id), exp == null ? Long.MAX_VALUE : (Long) exp);
        keys.add(key);
        if ("default".equals(jwk.get("use"))) {
          if (signer != null) {
            throw new TokenException("slurm.jwks: multiple default keys defined");
          }
          signer = key;
        }
      }
    } catch (Json.JsonException e) {
      throw new TokenException("slurm.jwks: " + e.getMessage());
    }
    return new SlurmKey(List.copyOf(keys), signer == null ? keys.get(0) : signer);
  }

  private static Mac keyed(byte[] raw, String what) {
    if (raw.length < MIN_KEY) {
      throw new TokenException(what + ": key lacks sufficient entropy, " + MIN_KEY + " bytes are the least");
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(raw, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
    }
  }

  /** The compact JWT of these claims. */
  public String sign(SlurmToken token) {
    Map<String, Object> claims = new TreeMap<>(token.more());
    claims.put("iat", token.issued());
    claims.put("exp", token.expires());
    claims.put("ver", token.version());
    claims.put("ruid", token.restrictedUid());
    claims.put("context", token.context());
    claims.put("cluster", token.cluster());
    claims.put("uid", token.uid());
    claims.put("gid", token.gid());
    if (token.host() != null) {
      claims.put("host", token.host());
    }
    if (token.payload().length > 0) {
      claims.put("payload", Base64.getEncoder().encodeToString(token.payload()));
    }
    if (token.identity().isPresent()) {
      claims.put("id", token.identity().get().toClaim());
    }
    String header = signer.id == null ? PLAIN_HEADER : Json.write(new TreeMap<>(Map.of("alg", "HS256", "kid", signer.id, "typ", "JWT")));
    String signed = url(header.getBytes(StandardCharsets.ISO_8859_1)) + "." + url(Json.write(claims).getBytes(StandardCharsets.ISO_8859_1));
    return signed + "." + url(mac(signer, signed));
  }

  /**
   * The claims of a token that is genuine, of this cluster, meant for {@code uid}, and valid at {@code now};
   * {@link TokenException} otherwise. The context is the caller's to check.
   *
   * @param now seconds since the epoch
   * @param uid this process's, compared with the restricted uid
   */
  public SlurmToken verify(String token, String cluster, long now, long uid) {
    SlurmToken claims = verifyOfAnyCluster(token, now, uid);
    if (!cluster.equals(claims.cluster())) {
      throw new TokenException("token of cluster " + claims.cluster());
    }
    return claims;
  }

  /** As {@link #verify}; the cluster is the caller's to check, too. */
  SlurmToken verifyOfAnyCluster(String token, long now, long uid) {
    if (token.length() > MAX_TOKEN) {
      throw new TokenException("token of " + token.length() + " bytes");
    }
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
      throw new TokenException("no compact JWT");
    }
    try {
      Map<String, Object> header = Json.parseObject(latin1(base64(token.substring(0, first))));
      if (!"HS256".equals(header.get("alg"))) {
        throw new TokenException("alg is not HS256");
      }
      Key key = key(header.get("kid"), now);
      byte[] expected = mac(key, token.substring(0, second));
      if (!BodyHash.sameBytes(expected, base64(token.substring(second + 1)))) {
        throw new TokenException("signature does not match" + (key.id == null ? "" : " key kid=" + key.id));
      }
      SlurmToken claims = claims(Json.parseObject(latin1(base64(token.substring(first + 1, second)))));
      check(claims, now, uid);
      return claims;
    } catch (Json.JsonException e) {
      throw new TokenException("token: " + e.getMessage());
    }
  }

  /** Claims of a token whose signature somebody trusted has confirmed; checked as in {@link #verifyOfAnyCluster}. */
  static SlurmToken confirmed(String token, long now, long uid) {
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first < 0 || second < 0) {
      throw new TokenException("no compact JWT");
    }
    try {
      SlurmToken claims = claims(Json.parseObject(latin1(base64(token.substring(first + 1, second)))));
      check(claims, now, uid);
      return claims;
    } catch (Json.JsonException e) {
      throw new TokenException("token: " + e.getMessage());
    }
  }

  private Key key(Object kid, long now) {
    if (kid == null) {
      return signer;
    }
    for (Key key : keys) {
      if (kid.equals(key.id)) {
        if (key.expires <= now) {
          throw new TokenException("token received for expired key kid=" + kid);
        }
        return key;
      }
    }
    // As Slurm: without a key set there is one key, whatever the token calls it.
    if (signer.id == null) {
      return signer;
    }
    throw new TokenException("could not find kid=" + kid);
  }

  private static void check(SlurmToken claims, long now, long uid) {
    if (claims.expires() <= now) {
      throw new TokenException("token expired at " + claims.expires());
    }
    if (claims.issued() > now + MAX_SKEW) {
      throw new TokenException("token issued in the future, at " + claims.issued());
    }
    if (claims.restrictedUid() != SlurmToken.ANY && claims.restrictedUid() != uid) {
      throw new TokenException("token restricted to uid " + claims.restrictedUid());
    }
  }

  private static SlurmToken claims(Map<String, Object> claims) {
    Map<String, Object> more = new HashMap<>();
    for (String name : new String[] {"net", "netcred", "sbcast"}) {
      if (claims.get(name) != null) {
        more.put(name, claims.get(name));
      }
    }
    return new SlurmToken(
        text(claims, "context"),
        number(claims, "iat"),
        number(claims, "exp"),
        (int) number(claims, "ver"),
        SlurmToken.id(claims.get("ruid"), "ruid"),
        text(claims, "cluster"),
        SlurmToken.id(claims.get("uid"), "uid"),
        SlurmToken.id(claims.get("gid"), "gid"),
        claims.get("host") instanceof String host ? host : null,
        claims.get("payload") instanceof String payload ? base64(payload) : new byte[0],
        claims.get("id") == null ? Optional.empty() : Optional.of(SlurmToken.Identity.ofClaim(claims.get("id"))),
        more);
  }

  private static String text(Map<String, Object> claims, String name) {
    if (claims.get(name) instanceof String s) {
      return s;
    }
    throw new TokenException("claim " + name + " is missing");
  }

  private static long number(Map<String, Object> claims, String name) {
    if (claims.get(name) instanceof Long n) {
      return n;
    }
    throw new TokenException("claim " + name + " is missing");
  }

  private static byte[] mac(Key key, String text) {
    try {
      return ((Mac) key.mac.clone()).doFinal(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's HmacSHA256 can be copied", e);
    }
  }

  private static String url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Either alphabet, padded or not. */
  private static byte[] base64(String text) {
    try {
      return Base64.getUrlDecoder().decode(text.replace('+', '-').replace('/', '_'));
    } catch (IllegalArgumentException e) {
      throw new TokenException("base64: " + e.getMessage());
    }
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
