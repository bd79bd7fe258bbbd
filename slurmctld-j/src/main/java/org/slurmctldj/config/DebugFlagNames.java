package org.slurmctldj.config;

import java.util.Locale;
import java.util.OptionalLong;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.OptionList;
import org.slurmctldj.proto.conf.SlurmConf;

/** DebugFlags= by the names of slurm.conf; the numbers are those of {@code debug_flags.table}. */
final class DebugFlagNames {
  /** Clients do not compare their slurm.conf with the controller's. */
  static final long NO_CONF_HASH = 1 << 5;

  private DebugFlagNames() {}

  static long of(SlurmConf conf) {
    long bits = 0;
    for (String name : new OptionList(conf.text("DebugFlags", "")).items()) {
      OptionalLong bit = bit(name);
      if (bit.isEmpty()) {
        throw new ConfException("Invalid DebugFlag: " + name + "\nDebugFlags invalid: " + conf.text("DebugFlags", ""));
      }
      bits |= bit.getAsLong();
    }
    return bits;
  }

  static OptionalLong bit(String name) {
    int bit =
        switch (name.toLowerCase(Locale.ROOT)) {
          case "selecttype" -> 0;
          case "steps" -> 1;
          case "triggers" -> 2;
          case "cpu_bind" -> 3;
          case "networkraw" -> 4;
          case "no_conf_hash" -> 5;
          case "gres" -> 6;
          case "mpi" -> 7;
          case "data" -> 8;
          case "workqueue", "conmgr" -> 9;
          case "network" -> 10;
          case "priority" -> 11;
          case "backfill" -> 12;
          case "gang" -> 13;
          case "reservation" -> 14;
          case "frontend", "audittls" -> 15;
          case "sack" -> 16;
          case "switch" -> 17;
          case "energy" -> 18;
          case "extsensors", "tls" -> 19;
          case "license" -> 20;
          case "profile" -> 21;
          case "interconnect" -> 22;
          case "glob_silence" -> 23;
          case "jobcontainer", "namespace" -> 24;
          case "auditrpcs" -> 25;
          case "protocol" -> 26;
          case "backfillmap" -> 27;
          case "tracejobs" -> 28;
          case "route" -> 29;
          case "db_assoc" -> 30;
          case "db_event" -> 31;
          case "db_job" -> 32;
          case "db_qos" -> 33;
          case "db_query" -> 34;
          case "db_reservation" -> 35;
          case "db_resource" -> 36;
          case "db_step" -> 37;
          case "db_usage" -> 38;
          case "db_wckey" -> 39;
          case "burstbuffer" -> 40;
          case "cpufrequency" -> 41;
          case "power" -> 42;
          case "timecray", "thread" -> 43;
          case "db_archive" -> 44;
          case "db_tres" -> 45;
          case "elasticsearch", "jobcomp" -> 46;
          case "nodefeatures" -> 47;
          case "federation" -> 48;
          case "hetjob" -> 49;
          case "accrue" -> 50;
          case "dbd_agent" -> 51;
          case "agent" -> 52;
          case "dependency" -> 53;
          case "jobaccountgather" -> 54;
          case "cgroup" -> 55;
          case "script" -> 56;
          case "metrics" -> 57;
          default -> -1;
        };
    return bit < 0 ? OptionalLong.empty() : OptionalLong.of(1L << bit);
  }
}
