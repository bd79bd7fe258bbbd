package org.slurmctldj.agents;

import org.slurmctldj.core.JobRecord;

/** Something that may have to happen before a job's batch script is sent to its node: PrologSlurmctld. Any thread. */
public interface LaunchGate {
  LaunchGate OPEN = (_, _) -> true;

  /** True: launch now. False: not yet, and {@code again} is run when it is worth asking again. */
  boolean isOpen(JobRecord job, Runnable again);
}
