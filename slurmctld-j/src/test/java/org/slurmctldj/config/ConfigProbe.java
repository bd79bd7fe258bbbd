package org.slurmctldj.config;

import org.slurmctldj.core.ClusterConfig;

/** What the daemon would journal of a configuration. */
public final class ConfigProbe {
  private ConfigProbe() {}

  public static ClusterConfig core(ControllerConf conf) {
    return CoreConfig.of(conf, 1, groups -> new long[0]);
  }
}
