package org.slurmctldj.agent.launch;

import java.util.Map;
import org.slurmctldj.proto.agent.Terminate;

/** The steps of jobs, as those who end jobs see them. Any thread; nothing here blocks. */
public interface JobSteps {
  /** A process of a step of the job is on this node. */
  boolean any(long jobId);

  /** Jobs that have processes of steps here, with when the controller made the oldest credential of them, in seconds; 0 unknown. */
  Map<Long, Long> jobs();

  /**
   * PrologFlags=Contain: the job's extern step, before anything else of the job is started here. Returns when it is there, at
   * once where there is none to be. Unlike the rest here, it may block.
   */
  void contain(JobHold hold) throws InterruptedException;

  /**
   * Ends all steps of the job and lets no more of them start.
   *
   * @param whenGone called once when none is left, perhaps at once
   */
  void end(long jobId, Terminate.Reason reason, long killWaitMillis, boolean atOnce, Runnable whenGone);
}
