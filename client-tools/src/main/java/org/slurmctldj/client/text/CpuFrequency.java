package org.slurmctldj.client.text;

import org.slurmctldj.proto.wire.SlurmConstants;

/** A CPU frequency in kHz, or one of the names that stand in its place. Taken from libslurm 22.05.8 call by call. */
public final class CpuFrequency {
  public static String text(long value) {
    if (value == 0) {
      return "0";
    }
    if (value >= SlurmConstants.NO_VAL || (value & 0x80000000L) != 0) {
      return switch ((int) value) {
        case 0x80000001 -> "Low";
        case 0x80000002 -> "Medium";
        case 0x80000003 -> "High";
        case 0x80000004 -> "Highm1";
        case 0x88000000 -> "Conservative";
        case 0x84000000 -> "OnDemand";
        case 0x82000000 -> "Performance";
        case 0x81000000 -> "PowerSave";
        case 0x80800000 -> "UserSpace";
        case 0x80400000 -> "SchedUtil";
        default -> "Unknown";
      };
    }
    double n = value;
    int unit = 0;
    while (n >= 1000 && unit < 2) {
      n /= 1000;
      unit++;
    }
    String number = n == Math.rint(n) ? Long.toString((long) n) : Units.twoDecimals(n);
    return number + "KMG".charAt(unit);
  }

  private CpuFrequency() {}
}
