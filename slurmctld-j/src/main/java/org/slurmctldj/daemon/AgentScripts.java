package org.slurmctldj.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slurmctldj.agents.NodeScripts;
import org.slurmctldj.config.ControllerConf;
import org.slurmctldj.config.PrologFlags;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.proto.nodelink.ScriptEnvironment;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.slurmd.JobCredential;

/** {@link NodeScripts} of the configuration in force. What scripts are told is what a credential of the job would say. */
final class AgentScripts implements NodeScripts {
  private final ClusterView view;
  private final Supplier<ControllerConf> conf;
  private final LongFunction<Optional<UserDatabase.User>> users;

  AgentScripts(ClusterView view, Supplier<ControllerConf> conf, LongFunction<Optional<UserDatabase.User>> users) {
    this.view = view;
    this.conf = conf;
    this.users = users;
  }

  @Override
  public List<String> environment(JobRecord job, int node, boolean ending) {
    ControllerConf now = conf.get();
    if (now.slurm().list("Prolog").isEmpty() && now.slurm().list("Epilog").isEmpty() || job.allocation == null) {
      return List.of();
    }
    ClusterConfig config = view.config();
    SlurmCredArg arg = JobCredential.of(config, job, JobCredential.identity(job.request, users), 0);
    List<String> all =
        new ArrayList<>(
            ScriptEnvironment.of(
                arg,
                config.nodes().get(node).name(),
                new ScriptEnvironment.More(job.request.text(JobField.WORK_DIR), job.hetJobId)));
    if (ending) {
      all.addAll(ScriptEnvironment.ended(job.exitCode, job.derivedExitCode));
    }
    return all;
  }

  @Override
  public boolean atAllocation() {
    return (!conf.get().slurm().list("Prolog").isEmpty() || externSteps())
        && PrologFlags.atAllocation(conf.get().options("PrologFlags"));
  }

  @Override
  public boolean externSteps() {
    return PrologFlags.externSteps(conf.get().options("PrologFlags"));
  }

  @Override
  public boolean holdAfterFailure() {
    return !conf.get().options("SchedulerParameters").has("nohold_on_prolog_fail");
  }

  @Override
  public boolean alwaysRequeue() {
    return conf.get().options("PrologFlags").has("ForceRequeueOnFail");
  }
}
