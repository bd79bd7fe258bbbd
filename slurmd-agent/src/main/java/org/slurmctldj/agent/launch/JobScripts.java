package org.slurmctldj.agent.launch;

import java.util.List;
import java.util.function.Consumer;
import org.slurmctldj.proto.agent.AgentMessage;

/** slurm.conf's Prolog and Epilog, as those who start and end jobs see them. Any thread. */
public interface JobScripts {
  /**
   * Before anything of the job is started here. Returns when its Prolog has run: it does so once for each incarnation of a
   * job. May take as long as the scripts do.
   *
   * @param environment "K=V" for the scripts
   * @return false: it failed, and nothing of the job may start
   */
  boolean prepare(long jobId, int restarts, List<String> environment) throws InterruptedException;

  /** A job's end has to wait for an Epilog. */
  boolean hasEpilog();

  /**
   * Nothing of the job is left here: its Epilog runs, once for each {@code launchId}. Returns at once.
   *
   * @param whenDone told once, on any thread, whether the Epilog failed
   */
  void end(long jobId, String launchId, List<String> environment, Consumer<Boolean> whenDone);

  /** A stream was welcomed: failures of Prologs are told there, first those of jobs that have not been ended. */
  void connected(Consumer<AgentMessage.Builder> to);

  void disconnected();
}
