package org.slurmctldj.proto.wire;

/**
 * Slurm's protocol versions as they stand in message headers: release number N shifted left by 8.
 * We speak 22.05 (38) to 26.05 (45), always that of the request.
 */
public final class ProtocolVersion {
  public static final int V22_05 = 38 << 8;
  public static final int V23_02 = 39 << 8;
  public static final int V23_11 = 40 << 8;
  public static final int V24_05 = 41 << 8;
  public static final int V24_11 = 42 << 8;
  public static final int V25_05 = 43 << 8;
  public static final int V25_11 = 44 << 8;
  public static final int V26_05 = 45 << 8;

  public static final int OLDEST = V22_05;
  public static final int NEWEST = V26_05;

  public static boolean isSupported(int version) {
    return version >= OLDEST && version <= NEWEST && (version & 0xff) == 0;
  }

  /** The version itself, or {@link WireException} 1005 (Incompatible versions of client and server code). */
  public static int check(int version) {
    if (!isSupported(version)) {
      throw new WireException(
          SlurmConstants.SLURM_PROTOCOL_VERSION_ERROR,
          "protocol version " + version + " is not between " + OLDEST + " (22.05) and " + NEWEST + " (26.05)");
    }
    return version;
  }

  /** "22.05" for 9728; the number itself for a version we do not speak. */
  public static String release(int version) {
    return switch (version) {
      case V22_05 -> "22.05";
      case V23_02 -> "23.02";
      case V23_11 -> "23.11";
      case V24_05 -> "24.05";
      case V24_11 -> "24.11";
      case V25_05 -> "25.05";
      case V25_11 -> "25.11";
      case V26_05 -> "26.05";
      default -> Integer.toString(version);
    };
  }

  private ProtocolVersion() {}
}
