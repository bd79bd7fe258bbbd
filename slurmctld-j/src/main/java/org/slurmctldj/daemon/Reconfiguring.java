package org.slurmctldj.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.config.ControllerConf;
import org.slurmctldj.config.CoreConfig;
import org.slurmctldj.core.Result;
import org.slurmctldj.engine.ClusterEngine;
import org.slurmctldj.jobcomp.JobCompletions;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.os.SystemdNotify;
import org.slurmctldj.rpc.Identities;

/**
 * scontrol reconfigure and SIGHUP. The file is read here; what decides outcomes goes through the journal, and the rest is
 * in force once that has been applied.
 *
 * @param inForce told once core has the new configuration: lets every node's daemon read it again
 */
record Reconfiguring(
    Path confFile,
    ClusterEngine engine,
    LiveSettings settings,
    Identities identities,
    DaemonLog log,
    SystemdNotify systemd,
    Consumer<ControllerConf> inForce,
    Executor follow) {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
  private static final int EINVAL = 22;

  /** Reads slurm.conf again; what it has now becomes a command. Slurm's error number, 0 for done, with all faults of the files. */
  CompletableFuture<Result> run(String by) {
    LOG.info("Reconfiguring for {}", by);
    systemd.reloading();
    CompletableFuture<Result> done;
    try {
      done = begin();
    } catch (RuntimeException e) {
      LOG.error("slurm.conf cannot be used: the old configuration stays in force", e);
      done = CompletableFuture.completedFuture(Result.error(EINVAL, e.toString()));
    }
    // Whatever became of it: systemd waits for this word.
    return done.whenComplete((result, failure) -> {
      boolean taken = failure == null && result.isOk();
      if (failure != null) {
        LOG.error("reconfiguring failed", failure);
      }
      systemd.ready(taken ? "serving " + settings.clusterName() : "slurm.conf refused, old configuration in force");
    });
  }

  private CompletableFuture<Result> begin() {
    ControllerConf conf;
    try {
      conf = ControllerConf.load(confFile, new Ec2Examiner(), true);
    } catch (ConfException e) {
      for (String line : e.getMessage().split("\n")) {
        LOG.error("{}", line);
      }
      LOG.error("slurm.conf cannot be used: the old configuration stays in force");
      return CompletableFuture.completedFuture(Result.error(EINVAL, e.getMessage()));
    }
    try {
      JobCompletions.tryOut(conf.jobCompletionLog());
    } catch (IOException e) {
      LOG.error("JobCompLoc: {}: the old configuration stays in force", e.getMessage());
      return CompletableFuture.completedFuture(Result.error(EINVAL, "JobCompLoc: " + e.getMessage()));
    }
    return engine
        .reconfigure(CoreConfig.of(conf, 0, GroupMembers::uids))
        .thenApplyAsync(
            result -> {
              if (result.isOk()) {
                settings.replace(conf, System.currentTimeMillis() / 1000);
                identities.forget();
                log.level(DaemonLog.levelOf(conf.slurm().text("SlurmctldDebug", "info")));
                inForce.accept(conf);
                LOG.info("Reconfigured");
              } else {
                LOG.error("configuration refused: error {} {}", result.error(), result.message());
              }
              return result;
            },
            follow);
  }
}
