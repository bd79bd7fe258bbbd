package org.slurmctldj.sim;

import java.util.Optional;
import org.slurmctldj.proto.agent.ExitReport;

/** One launch on one node: what is in its spool, and its processes. Outlives the agent, not always the node. */
final class Run {
  /** As the agent's HeldLaunch: NEW is in the agent's memory alone. */
  enum State {
    NEW,
    ACCEPTED,
    RUNNING,
    ENDED
  }

  final String id;
  final long jobId;
  final int restarts;
  final Script script;
  State state = State.NEW;
  /** The shepherd was started: never again. */
  boolean started;
  /** Processes exist. */
  boolean alive;
  /** When it was first told to end; 0 never. */
  long toldMillis;
  /** The agent's memory of a Terminate that came before there was a shepherd. */
  boolean cancelled;
  long startMillis;
  Optional<ExitReport> report = Optional.empty();
  /** Events of an earlier life of the node do not count. */
  int life;

  Run(String id, long jobId, int restarts, Script script) {
    this.id = id;
    this.jobId = jobId;
    this.restarts = restarts;
    this.script = script;
  }

  /** Core's name of it. */
  String launchId() {
    return jobId + "." + restarts;
  }
}
