package org.slurmctldj.proto.auth;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The claims of an auth/slurm token. {@link SlurmKey} signs and verifies them.
 *
 * @param context what the token is for, one of the constants below
 * @param issued iat, seconds since the epoch
 * @param expires exp, seconds since the epoch
 * @param version protocol version of who made it
 * @param restrictedUid the only uid whose process may accept it; {@link #ANY}
 * @param cluster ClusterName
 * @param uid whom the token speaks for
 * @param host short name of the host where it was made; may be null
 * @param payload the body hash (auth, sack) or the packed credential (launch); empty if none
 * @param identity who uid is, for hosts that do not know; launch tokens carry it
 * @param more further claims as JSON values: net, netcred, sbcast
 */
public record SlurmToken(
    String context,
    long issued,
    long expires,
    int version,
    long restrictedUid,
    String cluster,
    long uid,
    long gid,
    String host,
    byte[] payload,
    Optional<Identity> identity,
    Map<String, Object> more) {
  /** Made by a daemon for a message of its own. */
  public static final String AUTH = "auth";

  /** Made for a client by whoever serves the sack socket. */
  public static final String SACK = "sack";

  /** A step's credential. */
  public static final String LAUNCH = "launch";

  /** Addresses of nodes. */
  public static final String NET = "net";

  /** The right to receive a broadcast file. */
  public static final String SBCAST = "sbcast";

  public static final long ANY = 0xffffffffL;

  /** Seconds a token lives unless AuthInfo=ttl= says otherwise. */
  public static final int DEFAULT_TTL = 60;

  /**
   * A user as getpwuid knows it.
   *
   * @param groups names to gids; empty if only {@code gids} are known
   */
  public record Identity(String name, String gecos, String dir, String shell, List<Long> gids, Map<String, Long> groups) {
    public Identity {
      gids = List.copyOf(gids);
    }

    Map<String, Object> toClaim() {
      Map<String, Object> claim = new TreeMap<>();
      claim.put("name", name);
      claim.put("gecos", gecos);
      claim.put("dir", dir);
      claim.put("shell", shell);
      if (groups.isEmpty()) {
        claim.put("gids", gids);
      } else {
        claim.put("groups", groups);
      }
      return claim;
    }

    static Identity ofClaim(Object claim) {
      if (!(claim instanceof Map<?, ?> map)) {
        throw new TokenException("claim id is no object");
      }
      Map<String, Long> groups = new LinkedHashMap<>();
      if (map.get("groups") instanceof Map<?, ?> named) {
        for (Map.Entry<?, ?> e : named.entrySet()) {
          groups.put((String) e.getKey(), id(e.getValue(), "id.groups"));
        }
      }
      List<Long> gids = new java.util.ArrayList<>(groups.values());
      if (map.get("gids") instanceof List<?> list) {
        gids.clear();
        for (Object gid : list) {
          gids.add(id(gid, "id.gids"));
        }
      }
      return new Identity(text(map, "name"), text(map, "gecos"), text(map, "dir"), text(map, "shell"), gids, groups);
    }

    private static String text(Map<?, ?> map, String key) {
      return map.get(key) instanceof String s ? s : "";
    }
  }

  /** A token for one message. */
  public static SlurmToken forMessage(
      String context, long now, int ttl, int version, long restrictedUid, String cluster, long uid, long gid, String host, byte[] payload) {
    return new SlurmToken(
        context, now, now + ttl, version, restrictedUid, cluster, uid, gid, host, payload, Optional.empty(), Map.of());
  }

  public SlurmToken withIdentity(Identity newIdentity) {
    return new SlurmToken(
        context, issued, expires, version, restrictedUid, cluster, uid, gid, host, payload, Optional.of(newIdentity), more);
  }

  /** A u32 claim. */
  static long id(Object value, String name) {
    if (value instanceof Long id && id >= 0 && id <= 0xffffffffL) {
      return id;
    }
    throw new TokenException("claim " + name + " is missing or no 32-bit number");
  }
}
