package org.slurmctldj.daemon;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slurmctldj.config.ControllerConf;
import org.slurmctldj.proto.slurm.BuildInfoResponse;
import org.slurmctldj.proto.slurm.ConfigResponse;
import org.slurmctldj.rpc.handlers.Controller;

/** slurm.conf as it is in force; replaced as a whole by a reconfigure. Any thread. */
final class LiveSettings implements Controller.Settings {
  private static final Map<String, Integer> PRIVATE =
      Map.of("jobs", 1, "nodes", 2, "partitions", 4, "usage", 8, "users", 16, "accounts", 32, "reservations", 64, "events", 256);

  private final long bootSeconds;
  private volatile Loaded loaded;

  private record Loaded(ControllerConf conf, int privateData, long readAt) {}

  LiveSettings(ControllerConf conf, long bootSeconds) {
    this.bootSeconds = bootSeconds;
    replace(conf, bootSeconds);
  }

  void replace(ControllerConf conf, long nowSeconds) {
    int bits = 0;
    for (String word : conf.options("PrivateData").items()) {
      String w = word.toLowerCase(Locale.ROOT);
      bits |= w.equals("all") ? 0x1ff : PRIVATE.getOrDefault(w, 0);
    }
    loaded = new Loaded(conf, bits, nowSeconds);
  }

  ControllerConf conf() {
    return loaded.conf();
  }

  @Override
  public BuildInfoResponse buildInfo(int version, long nextJobId) {
    Loaded l = loaded;
    return new BuildInfoResponse()
        .lastUpdate(l.readAt())
        .bootTime(bootSeconds)
        .clusterName(l.conf().slurm().clusterName())
        .nextJobId(nextJobId);
  }

  @Override
  public Optional<ConfigResponse> configless(long flags) {
    return Optional.empty();
  }

  @Override
  public int privateData() {
    return loaded.privateData();
  }

  @Override
  public long slurmUserId() {
    return loaded.conf().slurmUser().uid();
  }

  @Override
  public String clusterName() {
    return loaded.conf().slurm().clusterName();
  }
}
