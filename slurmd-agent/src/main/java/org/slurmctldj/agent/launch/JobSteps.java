package org.slurmctldj.agent.launch;

import org.slurmctldj.proto.agent.Terminate;

/** The steps of jobs, as those who end jobs see them. Any thread; nothing here blocks. */
public interface JobSteps {
  /** A process of a step of the job is on this node. */
  boolean any(long jobId);

  /**
   * Ends all steps of the job and lets no more of them start.
   *
   * @param whenGone called once when none is left, perhaps at once
   */
  void end(long jobId, Terminate.Reason reason, long killWaitMillis, boolean atOnce, Runnable whenGone);
}
