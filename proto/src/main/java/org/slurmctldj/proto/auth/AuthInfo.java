package org.slurmctldj.proto.auth;

/**
 * The values of AuthInfo in slurm.conf: {@code key=value} or {@code key}, separated by commas.
 *
 * @param socket munged's socket; the default one if not set
 * @param ttl seconds a credential lives; 0 = the mechanism's default
 * @param credExpire seconds a step credential lives; 120 if not set
 * @param useClientIds trust the user names and groups in auth/slurm tokens
 */
public record AuthInfo(String socket, int ttl, int credExpire, boolean useClientIds) {
  private static final int DEFAULT_CRED_EXPIRE = 120;

  /**
   * Parses the value of AuthInfo.
   *
   * @param text null if AuthInfo is not set
   * @throws IllegalArgumentException for a number that is none
   */
  public static AuthInfo parse(String text) {
    String socket = MungeClient.DEFAULT_SOCKET;
    int ttl = 0;
    int credExpire = DEFAULT_CRED_EXPIRE;
    boolean useClientIds = false;
    int at = 0;
    while (text != null && at < text.length()) {
      int comma = text.indexOf(',', at);
      String part = text.substring(at, comma < 0 ? text.length() : comma).strip();
      at = comma < 0 ? text.length() : comma + 1;
      if (startsWith(part, "socket=")) {
        socket = part.substring(7);
      } else if (startsWith(part, "ttl=")) {
        ttl = number(part, 4);
      } else if (startsWith(part, "cred_expire=")) {
        credExpire = number(part, 12);
      } else if (part.equalsIgnoreCase("use_client_ids")) {
        useClientIds = true;
      } else if (part.startsWith("/")) {
        socket = part; // how AccountingStoragePass names a socket
      }
    }
    return new AuthInfo(socket, ttl, credExpire, useClientIds);
  }

  private static boolean startsWith(String part, String key) {
    return part.regionMatches(true, 0, key, 0, key.length());
  }

  private static int number(String part, int from) {
    try {
      int value = Integer.parseInt(part.substring(from));
      if (value > 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException("AuthInfo: \"" + part + "\" is not a positive number");
  }
}
