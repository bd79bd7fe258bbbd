package org.slurmctldj.client.job;

import java.time.ZoneId;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.proto.text.MemorySize;
import org.slurmctldj.proto.text.TimeLimit;
import org.slurmctldj.proto.text.TimeSpec;
import org.slurmctldj.proto.text.TimeSpecException;
import org.slurmctldj.proto.wire.SlurmConstants;

/** An option's text as a count, a time or a size, or the end of the command with what Slurm says about it. */
record OptionValues(Client client, boolean old) {
  Exit invalid(String option) {
    client.error("Invalid --" + option + " specification");
    return new Exit(255);
  }

  /** A count above zero. */
  int number(String option, String text) {
    return number("--" + option, text, 1);
  }

  private int number(String name, String text, int least) {
    Strtol n = Strtol.parse(text);
    // no number at all is 0
    if (n.end() != text.length() || n.value() < least) {
      client.error("Invalid numeric value \"" + text + "\" for " + name + ".");
      throw new Exit(1);
    }
    if (n.value() > Integer.MAX_VALUE) {
      client.error("Numeric argument (" + n.value() + (old ? ") to big for " : ") too large for ") + name + ".");
      throw new Exit(1);
    }
    return (int) n.value();
  }

  /** Seconds to wait for resources; an empty text or a number of 0 is none. */
  int immediate(String text) {
    return number("immediate", text, 0);
  }

  /** A count, of which 0 is one. */
  int count(String option, String text) {
    return number("--" + option, text, 0);
  }

  long jobId(String text) {
    if (old) {
      return number("jobid", text);
    }
    Strtol n = Strtol.parse(text);
    if (n.end() == 0 || n.end() != text.length() || n.value() <= 0) {
      throw invalid("jobid");
    }
    return n.value();
  }

  int oneOrZero(String option, String text) {
    if (text.equals("0") || text.equals("1")) {
      return text.charAt(0) - '0';
    }
    throw invalid(option);
  }

  long time(String option, String text) {
    try {
      long t = TimeSpec.parse(text, System.currentTimeMillis() / 1000, ZoneId.systemDefault(), false);
      if (t != 0) {
        return t;
      }
    } catch (TimeSpecException e) {
      client.console().complain(e.getMessage());
    }
    throw invalid(option);
  }

  /** Minutes. */
  long limit(String option, String text) {
    long minutes = TimeLimit.minutes(text);
    if (minutes == SlurmConstants.NO_VAL) {
      throw invalid(option);
    }
    return minutes == 0 ? SlurmConstants.INFINITE : minutes;
  }

  long seconds(String option, String text) {
    long seconds = TimeLimit.seconds(text);
    if (seconds == SlurmConstants.NO_VAL) {
      throw invalid(option);
    }
    return seconds;
  }

  long memory(String option, String text) {
    long mebibytes = MemorySize.parseMebibytes(text);
    if (mebibytes == SlurmConstants.NO_VAL64) {
      throw invalid(option);
    }
    return mebibytes;
  }
}
