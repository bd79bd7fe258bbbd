package org.slurmctldj.agent.launch;

import java.util.Optional;
import org.slurmctldj.proto.agent.ExitReport;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.agent.Terminate;

/** One launch in the agent's memory. Touched by the {@link Launches} thread only. */
final class HeldLaunch {
  enum State {
    /** Being written to the spool; the agent has not answered the controller yet. */
    NEW,
    /** On disk; its shepherd is being started. */
    ACCEPTED,
    /** The shepherd lives. */
    RUNNING,
    /** The exit report exists; the controller has not acknowledged its last form. */
    ENDED,
  }

  private final Launch launch;
  State state = State.NEW;
  Optional<ShepherdLink> shepherd = Optional.empty();
  /** Came before there was a shepherd to tell. */
  Optional<Terminate> terminate = Optional.empty();
  Optional<ExitReport> report = Optional.empty();
  /** Nothing of the job is left, and its Epilog has not run yet. */
  Optional<ExitRecord> last = Optional.empty();
  /** Whether its Epilog failed; empty: it has not run. */
  Optional<Boolean> epilog = Optional.empty();
  int pid;
  long startMillis;

  HeldLaunch(Launch launch, State state) {
    // the script and the environment are on disk: a node that holds thousands of ended jobs must not hold those too
    this.launch = launch.toBuilder().clearScript().clearEnvironment().clearArgv().build();
    this.state = state;
  }

  String id() {
    return launch.getLaunchId();
  }

  int jobId() {
    return launch.getJobId();
  }

  long uid() {
    return Integer.toUnsignedLong(launch.getUid());
  }

  Launch launch() {
    return launch;
  }
}
