package org.slurmctldj.daemon;

import java.util.Optional;
import org.slurmctldj.config.BuildInfo;
import org.slurmctldj.proto.conf.ConfHash;
import org.slurmctldj.config.ConfiglessFiles;
import org.slurmctldj.config.ControllerConf;
import org.slurmctldj.config.PrologFlags;
import org.slurmctldj.proto.slurm.BuildInfoResponse;
import org.slurmctldj.proto.slurm.ConfigResponse;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.rpc.handlers.Controller;
import org.slurmctldj.sched.SchedulingParameters;

/** slurm.conf as it is in force; replaced as a whole by a reconfigure. Any thread. */
final class LiveSettings implements Controller.Settings {
  private final long bootSeconds;
  private volatile Loaded loaded;
  private volatile DebugFlags debugFlags = new DebugFlags(0, 0);

  /** What scontrol setdebugflags changed since slurm.conf was read. */
  private record DebugFlags(long plus, long minus) {}

  private record Loaded(
      ControllerConf conf, int privateData, long confHash, long readAt, SchedulingParameters scheduling) {}

  LiveSettings(ControllerConf conf, long bootSeconds) {
    this.bootSeconds = bootSeconds;
    replace(conf, bootSeconds);
  }

  void replace(ControllerConf conf, long nowSeconds) {
    debugFlags = new DebugFlags(0, 0);
    loaded =
        new Loaded(
            conf,
            conf.privateData(),
            ConfHash.of(conf.slurm()),
            nowSeconds,
            SchedulingParameters.of(
                conf.slurm().text("SchedulerType", "sched/backfill"), conf.slurm().text("SchedulerParameters", "")));
  }

  @Override
  public String mailDomain() {
    return loaded.conf().slurm().text("MailDomain").orElse(null);
  }

  SchedulingParameters scheduling() {
    return loaded.scheduling();
  }

  synchronized void debugFlags(long plus, long minus) {
    DebugFlags d = debugFlags;
    debugFlags = new DebugFlags(d.plus() & ~minus | plus, d.minus() & ~plus | minus);
  }

  ControllerConf conf() {
    return loaded.conf();
  }

  @Override
  public BuildInfoResponse buildInfo(int version, long nextJobId) {
    Loaded l = loaded;
    String release = ProtocolVersion.release(version << 8) + ".0";
    BuildInfoResponse r =
        BuildInfo.of(l.conf(), new BuildInfo.Facts(l.readAt(), bootSeconds, nextJobId, l.confHash(), release), version);
    DebugFlags d = debugFlags;
    return r.debugFlags(r.debugFlags() & ~d.minus() | d.plus());
  }

  /** What an instance that joins gets, whether or not others may fetch it. */
  ConfigResponse nodeFiles() {
    ControllerConf conf = loaded.conf();
    return ConfiglessFiles.of(conf.slurm(), conf.pools().gresLines(), ConfiglessFiles.FLAG_SLURMD, ProtocolVersion.V24_11 >> 8);
  }

  @Override
  public Optional<ConfigResponse> configless(long flags, int version) {
    ControllerConf conf = loaded.conf();
    return conf.configless() ? Optional.of(ConfiglessFiles.of(conf.slurm(), conf.pools().gresLines(), flags, version)) : Optional.empty();
  }

  @Override
  public int privateData() {
    return loaded.privateData();
  }

  @Override
  public boolean externSteps() {
    return PrologFlags.externSteps(loaded.conf().options("PrologFlags"));
  }

  @Override
  public String priorityType() {
    return loaded.conf().slurm().text("PriorityType").orElse(null);
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
