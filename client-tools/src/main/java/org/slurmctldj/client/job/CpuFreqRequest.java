package org.slurmctldj.client.job;

import java.util.Locale;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.proto.wire.SlurmConstants;

/** {@code --cpu-freq=p1[-p2[:p3]]}: frequencies in kHz or by name, and a governor; NO_VAL for what was not given. */
public record CpuFreqRequest(long min, long max, long governor) {
  private static final String[] GOVERNORS = {"Conservative", "OnDemand", "Performance", "PowerSave", "UserSpace", "SchedUtil"};
  private static final long[] GOVERNOR_CODES = {0x88000000L, 0x84000000L, 0x82000000L, 0x81000000L, 0x80800000L, 0x80400000L};
  private static final String[] SPEEDS = {"Low", "Medium", "High", "Highm1"};
  private static final long FIRST_SPEED = 0x80000001L;
  private static final long USER_SPACE = 0x80800000L;

  /** Null after a complaint. */
  public static CpuFreqRequest parse(Client client, String text, boolean old) {
    long min = SlurmConstants.NO_VAL;
    long max = SlurmConstants.NO_VAL;
    long governor = SlurmConstants.NO_VAL;
    int colon = text.indexOf(':');
    String range = colon < 0 ? text : text.substring(0, colon);
    int dash = range.indexOf('-');
    if (colon >= 0) {
      governor = governor(text.substring(colon + 1));
      if (governor == 0) {
        return wrong(client, text.substring(colon + 1));
      }
    }
    String first = dash < 0 ? range : range.substring(0, dash);
    if (dash < 0 && colon < 0 && governor(first) != 0) {
      return new CpuFreqRequest(min, max, governor(first));
    }
    long speed = speed(first);
    if (speed == 0) {
      return wrong(client, first);
    }
    if (dash < 0) {
      max = speed;
      if (!old && colon < 0) {
        governor = USER_SPACE;
      }
    } else {
      min = speed;
      max = speed(range.substring(dash + 1));
      if (max == 0) {
        return wrong(client, range.substring(dash + 1));
      }
      if (!old && colon < 0) {
        client.error(
            "You must explicitly choose a governor when defining a range. Please specify only one value for the desired frequency"
                + " (p1) or choose a specific governor (p3).");
        return null;
      }
      if (!old && governor == USER_SPACE) {
        client.error(
            "UserSpace governor does not support a range. Please specify only one value for the desired frequency (p1) or choose a"
                + " different governor.");
        return null;
      }
      if (max < min) {
        client.error("min cpu-frec (" + first + ") must be < max cpu-freq (" + range.substring(dash + 1) + ")");
        return null;
      }
    }
    return new CpuFreqRequest(min, max, governor);
  }

  private static CpuFreqRequest wrong(Client client, String word) {
    client.error("unrecognized --cpu-freq argument \"" + word + "\"");
    return null;
  }

  /** As SLURM_CPU_FREQ_REQ has it. */
  public String text() {
    if (max == SlurmConstants.NO_VAL) {
      return name(governor);
    }
    String range = min == SlurmConstants.NO_VAL ? name(max) : name(min) + "-" + name(max);
    return governor == SlurmConstants.NO_VAL ? range : range + ":" + name(governor);
  }

  private static String name(long code) {
    for (int i = 0; i < GOVERNOR_CODES.length; i++) {
      if (GOVERNOR_CODES[i] == code) {
        return GOVERNORS[i];
      }
    }
    return code >= FIRST_SPEED ? SPEEDS[(int) (code - FIRST_SPEED)] : Long.toString(code);
  }

  private static long governor(String word) {
    for (int i = 0; i < GOVERNORS.length; i++) {
      // an abbreviation of three letters is enough
      if (word.length() >= 3 && GOVERNORS[i].toLowerCase(Locale.ROOT).startsWith(word.toLowerCase(Locale.ROOT))) {
        return GOVERNOR_CODES[i];
      }
    }
    return 0;
  }

  private static long speed(String word) {
    for (int i = SPEEDS.length - 1; i >= 0; i--) {
      if (word.equalsIgnoreCase(SPEEDS[i])) {
        return FIRST_SPEED + i;
      }
    }
    if (word.isEmpty() || word.length() > 9) {
      return 0;
    }
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) < '0' || word.charAt(i) > '9') {
        return 0;
      }
    }
    return Long.parseLong(word);
  }
}
