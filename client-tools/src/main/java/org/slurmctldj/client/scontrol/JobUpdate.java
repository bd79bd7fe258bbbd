package org.slurmctldj.client.scontrol;

import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.text.MemorySize;
import org.slurmctldj.proto.text.TimeLimit;
import org.slurmctldj.proto.text.TimeSpec;
import org.slurmctldj.proto.text.TimeSpecException;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;

/** {@code scontrol update job}: KEY=VALUE words as a job description in which only what changes is set. */
final class JobUpdate {
  private static final long DEFAULT_ACCOUNT = 1 << 25;
  private static final long DEFAULT_PARTITION = 1 << 26;
  private static final long DEFAULT_QOS = 1 << 27;
  private static final long DEFAULT_WCKEY = 1 << 28;
  private static final long MEM_PER_CPU = 1L << 63;

  private final Client client;
  private final int release;
  private final JobDescMsg job;

  JobUpdate(Client client, int release) {
    this.client = client;
    this.release = release;
    this.job = blank(release);
  }

  /** A description that changes nothing. */
  static JobDescMsg blank(int release) {
    JobDescMsg job = new JobDescMsg();
    if (release < ProtocolVersion.V23_02) {
      job.userId(SlurmConstants.NO_VAL).groupId(SlurmConstants.NO_VAL);
    }
    return job.bitflags(DEFAULT_ACCOUNT | DEFAULT_PARTITION | DEFAULT_QOS | DEFAULT_WCKEY);
  }

  JobDescMsg job() {
    return job;
  }

  /** False after a complaint. */
  boolean take(List<String> words) {
    boolean any = false;
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        return unsupported(word);
      }
      String key = word.substring(0, equals).toLowerCase(Locale.ROOT);
      if (!set(key, word.substring(equals + 1), word)) {
        return false;
      }
      any = true;
    }
    if (!any) {
      client.console().complain("No changes specified");
    }
    return any;
  }

  private boolean unsupported(String word) {
    client.console().complain("Update of this parameter is not supported: " + word);
    client.console().complain("Request aborted");
    return false;
  }

  private boolean set(String key, String value, String word) {
    switch (key) {
      case "account" -> {
        job.account(value);
        job.bitflags(job.bitflags() & ~DEFAULT_ACCOUNT);
      }
      case "admincomment" -> job.adminComment(value);
      case "arraytaskthrottle" -> job.arrayInx(value);
      case "comment" -> job.comment(value);
      case "contiguous" -> {
        return yes(value, key, b -> job.contiguous(b ? 1 : 0));
      }
      case "deadline" -> {
        return time(value, t -> job.deadline(t));
      }
      case "dependency" -> job.dependency(value);
      case "eligibletime", "starttime" -> {
        return time(value, t -> job.beginTime(t));
      }
      case "endtime" -> {
        return time(value, t -> job.endTime(t));
      }
      case "excnodelist" -> job.excNodes(value);
      case "extra" -> job.extra(value);
      case "features" -> job.features(value);
      case "gres" -> job.tresPerNode(gres(value));
      case "jobname", "name" -> job.name(value);
      case "licenses" -> job.licenses(value);
      case "mailtype" -> {
        throw client.unsupported("update of MailType");
      }
      case "mailuser" -> job.mailUser(value);
      case "mincpusnode" -> {
        return number(value, key, n -> job.pnMinCpus((int) n));
      }
      case "minmemorycpu" -> {
        return memory(value, key, MEM_PER_CPU);
      }
      case "minmemorynode" -> {
        return memory(value, key, 0);
      }
      case "mintmpdisknode" -> {
        return number(value, key, n -> job.pnMinTmpDisk(n));
      }
      case "network" -> job.network(value);
      case "nice" -> {
        return signed(value, key);
      }
      case "nodelist", "reqnodelist" -> job.reqNodes(value);
      case "numcpus", "reqcpus" -> {
        return range(value, key, (a, b) -> job.minCpus(a).maxCpus(b));
      }
      case "numnodes", "reqnodes" -> {
        return range(value, key, (a, b) -> job.minNodes(a).maxNodes(b));
      }
      case "numtasks", "reqprocs" -> {
        return number(value, key, n -> job.numTasks(n));
      }
      case "cpuspertask" -> {
        return number(value, key, n -> job.cpusPerTask((int) n));
      }
      case "oversubscribe", "shared" -> {
        return yes(value, key, b -> job.shared(b ? 1 : 0));
      }
      case "partition" -> {
        job.partition(value);
        job.bitflags(job.bitflags() & ~DEFAULT_PARTITION);
      }
      case "prefer" -> job.prefer(value);
      case "priority" -> {
        return number(value, key, n -> job.priority(n));
      }
      case "qos" -> {
        job.qos(value);
        job.bitflags(job.bitflags() & ~DEFAULT_QOS);
      }
      case "requeue" -> {
        return number(value, key, n -> job.requeue((int) n));
      }
      case "reservation", "reservationname" -> job.reservation(value);
      case "stdout" -> job.stdOut(value);
      case "stdin" -> job.stdIn(value);
      case "stderr" -> job.stdErr(value);
      case "timelimit" -> {
        if (value.startsWith("+") || value.startsWith("-")) {
          throw client.unsupported("a relative TimeLimit");
        }
        return minutes(value, n -> job.timeLimit(n));
      }
      case "timemin" -> {
        return minutes(value, n -> job.timeMin(n));
      }
      case "wckey" -> {
        job.wckey(value);
        job.bitflags(job.bitflags() & ~DEFAULT_WCKEY);
      }
      case "workdir" -> job.workDir(value);
      default -> {
        return unsupported(word);
      }
    }
    return true;
  }

  private interface Numbers {
    void take(long n);
  }

  private interface Pairs {
    void take(long a, long b);
  }

  private interface Truth {
    void take(boolean b);
  }

  private boolean invalid(String key, String value) {
    client.error("Invalid " + key + " value: " + value);
    return false;
  }

  private boolean number(String value, String key, Numbers to) {
    if (value.isEmpty() || value.length() > 10 || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return invalid(key, value);
    }
    to.take(Long.parseLong(value));
    return true;
  }

  private boolean range(String value, String key, Pairs to) {
    int dash = value.indexOf('-');
    if (dash < 0) {
      return number(value, key, n -> to.take(n, SlurmConstants.NO_VAL));
    }
    return number(value.substring(0, dash), key, a -> number(value.substring(dash + 1), key, b -> to.take(a, b)));
  }

  private boolean signed(String value, String key) {
    boolean minus = value.startsWith("-");
    return number(minus ? value.substring(1) : value, key, n -> job.nice(SlurmConstants.NICE_OFFSET + (minus ? -n : n)));
  }

  private boolean yes(String value, String key, Truth to) {
    switch (value.toLowerCase(Locale.ROOT)) {
      case "yes", "1" -> to.take(true);
      case "no", "0" -> to.take(false);
      default -> {
        return invalid(key, value);
      }
    }
    return true;
  }

  private boolean memory(String value, String key, long flag) {
    long mebibytes = MemorySize.parseMebibytes(value);
    if (mebibytes == SlurmConstants.NO_VAL64) {
      return invalid(key, value);
    }
    job.pnMinMemory(mebibytes | flag);
    return true;
  }

  private boolean minutes(String value, Numbers to) {
    long minutes = TimeLimit.minutes(value);
    if (minutes == SlurmConstants.NO_VAL) {
      client.error("Invalid TimeLimit value");
      return false;
    }
    to.take(minutes);
    return true;
  }

  private boolean time(String value, Numbers to) {
    try {
      to.take(TimeSpec.parse(value, System.currentTimeMillis() / 1000, ZoneId.systemDefault(), false));
      return true;
    } catch (TimeSpecException e) {
      client.console().complain(e.getMessage());
      return false;
    }
  }

  private String gres(String value) {
    String prefix = release < ProtocolVersion.V23_02 ? "gres:" : "gres/";
    StringBuilder b = new StringBuilder();
    for (String one : value.split(",")) {
      b.append(b.isEmpty() ? "" : ",").append(one.startsWith("gres") ? "" : prefix).append(one);
    }
    return b.toString();
  }
}
