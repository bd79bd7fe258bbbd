package org.slurmctldj.daemon;

import java.net.URI;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.cloud.GroupSettings;
import org.slurmctldj.cloud.InstanceProvider;
import org.slurmctldj.cloud.Provisioner;
import org.slurmctldj.cloud.ProvisioningThread;
import org.slurmctldj.cloud.ec2.Ec2Provider;
import org.slurmctldj.cloud.ec2.Ec2Settings;
import org.slurmctldj.config.ControllerConf;
import org.slurmctldj.config.pools.PoolsFile;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Effect;

/** The cloud's place in the daemon: there while pools.yaml names one, made anew when a reconfigure names another. */
final class CloudRoom implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CloudRoom.class);

  private final ClusterView view;
  private final Provisioner.Commands commands;
  private final LongSupplier clock;
  private final UnaryOperator<String> joinToken;
  private final SecureRandom random = new SecureRandom();
  private volatile Map<String, GroupSettings> groups = Map.of();
  private volatile ProvisioningThread thread;
  private PoolsFile.Cloud cloud;
  private volatile InstanceProvider provider;

  CloudRoom(ClusterView view, Provisioner.Commands commands, LongSupplier clock, UnaryOperator<String> joinToken) {
    this.view = view;
    this.commands = commands;
    this.clock = clock;
    this.joinToken = joinToken;
  }

  /** At start, and after each reconfigure that was taken. */
  synchronized void configure(ControllerConf conf) {
    groups = conf.pools().settings();
    PoolsFile.Cloud wanted = conf.pools().cloud();
    if (!Objects.equals(wanted, cloud)) {
      close();
      if (wanted != null) {
        open(conf, wanted);
      }
      cloud = wanted;
    }
    wake();
  }

  private void open(ControllerConf conf, PoolsFile.Cloud wanted) {
    // On its thread: the SDK's classes take a second or two.
    ProvisioningThread t =
        new ProvisioningThread(
            wake -> {
              InstanceProvider p = Ec2Provider.open(settings(conf, wanted, joinToken));
              provider = p;
              LOG.info("nodes of pools are instances of {} in {}", wanted.provider(), wanted.region());
              return new Provisioner(view, commands, p, () -> groups, random::nextLong, wanted.shortageSeconds() * 1000, wake);
            },
            clock);
    t.start();
    thread = t;
  }

  static Ec2Settings settings(ControllerConf conf, PoolsFile.Cloud c, UnaryOperator<String> joinToken) {
    List<String> controllers = c.controllers().isEmpty()
        ? conf.slurm().controllers().stream().map(h -> h.address() + ":" + conf.ports().first()).toList()
        : c.controllers();
    return new Ec2Settings(
        conf.slurm().clusterName(), c.region(), Optional.ofNullable(c.endpoint()).map(URI::create), controllers,
        c.agentProgram() == null ? Ec2Settings.DEFAULT_AGENT_PROGRAM : c.agentProgram(), joinToken);
  }

  /** Apply thread. */
  void effect(Effect e) {
    if (e instanceof Effect.Power) {
      wake();
    }
  }

  private void wake() {
    ProvisioningThread t = thread;
    if (t != null) {
      t.wake();
    }
  }

  @Override
  public synchronized void close() {
    ProvisioningThread t = thread;
    thread = null;
    if (t != null) {
      t.close();
    }
    if (provider != null) {
      provider.close();
      provider = null;
    }
    cloud = null;
  }
}
