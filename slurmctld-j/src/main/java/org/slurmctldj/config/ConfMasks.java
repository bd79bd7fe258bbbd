package org.slurmctldj.config;

import java.util.List;
import java.util.Locale;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.OptionList;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * Words of slurm.conf that are numbers on the wire: log levels, flag lists. Each number was read
 * from what 22.05.8, 24.11.5 and 26.05.5 answer for that word; a word they refuse is a {@link
 * ConfException} in their sentence. {@code version} is the protocol version of the reader.
 */
final class ConfMasks {
  private static final List<String> LEVELS =
      List.of("quiet", "fatal", "error", "info", "verbose", "debug", "debug2", "debug3", "debug4", "debug5");
  /** The level of a syslog that is not set. */
  static final int NO_SYSLOG = 10;

  private static final List<String> RLIMITS =
      List.of("CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS");

  private ConfMasks() {}

  /** 0 quiet to 9 debug5; 3 info if the key is not set. */
  static int debugLevel(SlurmConf conf, String key) {
    return level(conf, key, 3);
  }

  /** As debugLevel; {@link #NO_SYSLOG} if the key is not set. */
  static int syslogLevel(SlurmConf conf, String key) {
    return level(conf, key, NO_SYSLOG);
  }

  private static int level(SlurmConf conf, String key, int otherwise) {
    String text = conf.text(key, "").toLowerCase(Locale.ROOT);
    if (text.isEmpty()) {
      return otherwise;
    }
    int level = text.length() == 1 && Character.isDigit(text.charAt(0)) ? text.charAt(0) - '0' : LEVELS.indexOf(text);
    if (level < 0) {
      throw new ConfException("Invalid " + key + " " + conf.text(key, ""));
    }
    return level;
  }

  /** Checks the names; Slurm takes them in capitals only. */
  static void rlimits(SlurmConf conf, String key) {
    for (String name : conf.options(key).items()) {
      if (!RLIMITS.contains(name) && !name.equals("ALL") && !name.equals("NONE")) {
        throw new ConfException("Bad rlimit name: " + name + "\nBad " + key + ": " + conf.text(key, ""));
      }
    }
  }

  static int logFormat(SlurmConf conf, int version) {
    int format = 0;
    for (String word : conf.options("LogTimeFormat").items()) {
      format =
          switch (word.toLowerCase(Locale.ROOT)) {
            case "iso8601" -> 1;
            case "rfc5424_ms" -> 2;
            case "rfc5424" -> 3;
            case "clock" -> 4;
            case "short" -> 5;
            case "thread_id" -> 6;
            case "rfc3339" -> version >= 40 ? 7 : 0;
            // 26.05 writes its format to stderr anyway
            case "format_stderr" -> version >= 40 && version < 45 ? format | 1 << 15 : format;
            default -> format;
          };
    }
    return format;
  }

  static long taskPluginParam(SlurmConf conf) {
    long bits = 0;
    for (String word : conf.options("TaskPluginParam").items()) {
      bits |=
          switch (word.toLowerCase(Locale.ROOT)) {
            case "verbose" -> 1;
            case "threads" -> 2;
            case "cores" -> 4;
            case "sockets" -> 8;
            case "none" -> 32;
            case "autobind=cores" -> 1 << 16;
            case "autobind=threads" -> 1 << 15;
            case "autobind=sockets" -> 1 << 17;
            case "slurmdoffspec" -> 1 << 18;
            case "slurmdspecoverride" -> 1 << 20;
            case "oomkillstep" -> 1 << 19;
            default -> throw new ConfException("Bad TaskPluginParam: " + word);
          };
    }
    return bits;
  }

  private static long governor(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "conservative" -> 0x88000000L;
      case "ondemand" -> 0x84000000L;
      case "performance" -> 0x82000000L;
      case "powersave" -> 0x81000000L;
      case "userspace" -> 0x80800000L;
      case "schedutil" -> 0x80400000L;
      default -> 0;
    };
  }

  static long cpuFreqDef(SlurmConf conf) {
    long bits = governor(conf.text("CpuFreqDef", ""));
    return bits == 0 || bits == 0x80800000L ? SlurmConstants.NO_VAL : bits;
  }

  static long cpuFreqGovernors(SlurmConf conf) {
    long bits = 0;
    for (String word : conf.text("CpuFreqGovernors", "OnDemand,Performance,UserSpace").split(",")) {
      bits |= governor(word);
    }
    return bits;
  }

  static int healthCheckNodeState(SlurmConf conf, int version) {
    int any = version >= 44 ? 0xff : 0x0f;
    int bits = 0;
    for (String word : conf.options("HealthCheckNodeState").items()) {
      bits |=
          switch (word.toUpperCase(Locale.ROOT)) {
            case "IDLE" -> 1;
            case "ALLOC" -> 1 << 1;
            case "MIXED" -> 1 << 2;
            case "NONDRAINED_IDLE" -> version >= 40 ? 1 << 3 : any;
            case "CYCLE" -> version >= 44 ? 1 << 8 : 1 << 15;
            case "START_ONLY" -> 1 << 9;
            case "REBOOT_ONLY" -> 1 << 10;
            default -> any;
          };
    }
    return bits == 0 ? any : bits;
  }

  static int privateData(SlurmConf conf, int version) {
    int bits = 0;
    for (String word : conf.options("PrivateData").items()) {
      bits |=
          switch (word.toLowerCase(Locale.ROOT)) {
            case "job", "jobs" -> 1;
            case "node", "nodes" -> 1 << 1;
            case "partition", "partitions" -> 1 << 2;
            case "usage" -> 1 << 3;
            case "user", "users" -> 1 << 4;
            case "account", "accounts" -> 1 << 5;
            case "reservation", "reservations" -> 1 << 6;
            case "cloud" -> version <= 38 ? 1 << 7 : 0;
            case "event", "events" -> 1 << 8;
            case "all" -> 0xffff;
            default -> 0;
          };
    }
    return bits;
  }

  static int prologFlags(SlurmConf conf, int version) {
    int bits = 0;
    for (String word : conf.options("PrologFlags").items()) {
      bits |=
          switch (word.toLowerCase(Locale.ROOT)) {
            case "alloc" -> 1;
            case "contain" -> 5;
            case "deferbatch" -> version >= 43 ? 33 : 32;
            case "forcerequeueonfail" -> 65;
            case "nohold" -> 3;
            case "runinjob" -> 133;
            case "serial" -> 8;
            case "x11" -> 21;
            default -> throw new ConfException("Invalid PrologFlag: " + word + "\nPrologFlags invalid: " + word);
          };
    }
    return bits;
  }

  static int accountingEnforce(SlurmConf conf) {
    int bits = 0;
    for (String word : conf.options("AccountingStorageEnforce").items()) {
      bits |=
          switch (word.toLowerCase(Locale.ROOT)) {
            case "associations", "1" -> 1;
            case "limits", "2" -> 3;
            case "wckeys" -> 5;
            case "qos" -> 9;
            case "safe" -> 0x13;
            case "nojobs" -> 0x60;
            case "nosteps" -> 0x40;
            case "all" -> 0x1f;
            default ->
                throw new ConfException(
                    "Invalid parameter for AccountingStorageEnforce: " + word
                        + "\nAccountingStorageEnforce invalid: " + conf.text("AccountingStorageEnforce", ""));
          };
    }
    return bits;
  }

  static int reconfigFlags(SlurmConf conf, int version) {
    int bits = 0;
    for (String word : conf.options("ReconfigFlags").items()) {
      bits |=
          switch (word.toLowerCase(Locale.ROOT)) {
            case "keeppartinfo" -> 1;
            case "keeppartstate" -> 2;
            case "keeppowersavesettings" -> version >= 39 ? 4 : SlurmConstants.NO_VAL16;
            default -> SlurmConstants.NO_VAL16;
          };
    }
    return bits;
  }

  static int preemptMode(SlurmConf conf) {
    int bits = 0;
    for (String word : conf.options("PreemptMode").items()) {
      bits |=
          switch (word.toUpperCase(Locale.ROOT)) {
            case "OFF" -> 0;
            case "SUSPEND", "ON" -> 1;
            case "REQUEUE" -> 1 << 1;
            case "CANCEL" -> 1 << 3;
            case "WITHIN" -> 1 << 14;
            case "PRIORITY" -> 1 << 13;
            case "GANG" -> 1 << 15;
            default -> throw new ConfException("PreemptMode=" + conf.text("PreemptMode", "") + " invalid");
          };
    }
    return bits;
  }
}
