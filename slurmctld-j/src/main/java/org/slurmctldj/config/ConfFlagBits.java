package org.slurmctldj.config;

import org.slurmctldj.proto.conf.OptionList;
import org.slurmctldj.proto.conf.SlurmConf;

/** conf_flags: yes/no keys and options as bits, as each release answers them ({@code conf_flags.table}). */
final class ConfFlagBits {
  private ConfFlagBits() {}

  static long of(ReleaseValues c) {
    SlurmConf conf = c.conf();
    int version = c.version();
    OptionList slurmd = conf.slurmdParameters();
    OptionList store = conf.options("AccountingStoreFlags");
    OptionList comm = conf.communicationParameters();
    long bits = 0;
    bits |= bit(0, slurmd.has("config_overrides"));
    bits |= bit(1, store.has("job_comment") || conf.flag("AccountingStoreJobComment", false));
    bits |= bit(2, conf.flag("DisableRootJobs", false));
    bits |= bit(3, conf.flag("AllowSpecResourcesUsage", false));
    bits |= bit(4, conf.flag("UsePAM", false));
    bits |= bit(5, conf.flag("TrackWCKey", false));
    bits |= bit(6, !comm.has("DisableIPv4"));
    bits |= bit(7, comm.has("EnableIPv6"));
    bits |= bit(8, store.has("job_extra") && version >= 39);
    bits |= bit(9, store.has("job_script"));
    bits |= bit(10, store.has("job_env"));
    bits |= bit(11, slurmd.has("l3cache_as_socket") && version >= 41);
    bits |= bit(12, slurmd.has("numa_node_as_socket") && version >= 41);
    bits |= bit(13, slurmd.has("allow_ecores") && version >= 41);
    bits |= bit(14, slurmd.has("shutdown_on_reboot") && version >= 41);
    bits |= bit(15, slurmd.has("contain_spank") && version >= 41);
    bits |= bit(16, store.has("no_stdio") && version >= 41);
    bits |= bit(17, comm.has("disable_http") && version >= 44);
    return bits;
  }

  private static long bit(int number, boolean set) {
    return set ? 1L << number : 0;
  }
}
