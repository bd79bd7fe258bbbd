package org.slurmctldj.daemon;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slurmctldj.agents.AllocationPrologs;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.Result;
import org.slurmctldj.rpc.handlers.Controller;
import org.slurmctldj.slurmd.SlurmdNodes;

/** What a request may make the daemon itself do: end, read its configuration, change its log. */
record DaemonOperations(
    ControllerScripts scripts,
    AllocationPrologs prologs,
    SlurmdNodes slurmds,
    LiveSettings settings,
    DaemonLog log,
    Function<String, CompletableFuture<Result>> reconfigure,
    Consumer<String> stop)
    implements Controller.Operations {
  @Override
  public boolean prologRuns(JobRecord job) {
    return scripts.prologRuns(job) || prologs.run(job.jobId);
  }

  @Override
  public void shutdownNodes() {
    slurmds.shutdown();
  }

  @Override
  public CompletableFuture<Result> reconfigure(String by) {
    return reconfigure.apply(by);
  }

  @Override
  public void shutdown(String by) {
    stop.accept("scontrol shutdown by " + by);
  }

  @Override
  public void debugFlags(long plus, long minus) {
    settings.debugFlags(plus, minus);
  }

  @Override
  public long[] uidsOfGroups(String groups) {
    return GroupMembers.uids(List.of(groups.split(",")));
  }

  @Override
  public boolean debugLevel(int level) {
    return log.level(level);
  }
}
