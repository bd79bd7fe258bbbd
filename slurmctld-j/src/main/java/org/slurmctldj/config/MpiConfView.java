package org.slurmctldj.config;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.proto.slurm.ConfigKeyPair;

/**
 * mpi.conf as {@code scontrol show config} prints it: only a 24.11 controller with its PMIx plugin
 * was seen to answer it (22.05.8 could not load the plugin, 26.05.5 lists nothing), always with the
 * plugin's defaults.
 */
final class MpiConfView {
  private static final int V24_11 = 42;
  private static final String[] DEFAULTS = {
    "PMIxCliTmpDirBase", "(null)",
    "PMIxCollFence", "(null)",
    "PMIxDebug", "0",
    "PMIxDirectConn", "yes",
    "PMIxDirectConnEarly", "no",
    "PMIxDirectConnUCX", "no",
    "PMIxDirectSameArch", "no",
    "PMIxEnv", "(null)",
    "PMIxFenceBarrier", "no",
    "PMIxNetDevicesUCX", "(null)",
    "PMIxTimeout", "300",
    "PMIxTlsUCX", "(null)",
  };

  private MpiConfView() {}

  /** Null: nothing to print. */
  static List<ConfigKeyPair> of(int version) {
    if (version != V24_11) {
      return null;
    }
    List<ConfigKeyPair> pairs = new ArrayList<>();
    for (int i = 0; i < DEFAULTS.length; i += 2) {
      pairs.add(new ConfigKeyPair().name(DEFAULTS[i]).value(DEFAULTS[i + 1]));
    }
    return pairs;
  }
}
