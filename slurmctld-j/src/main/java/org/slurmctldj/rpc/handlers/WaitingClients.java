package org.slurmctldj.rpc.handlers;

import org.slurmctldj.core.JobRecord;

/** The salloc and srun processes that were told to wait, as the callbacks room keeps them. Any thread. */
public interface WaitingClients {
  /** That job's client has been, or is about to be, told "queued and waiting": it is told when its nodes come. */
  void waits(long jobId);

  /** Takes that back; false: its nodes came meanwhile and it is being told. */
  boolean waitsNoMore(long jobId);

  /** Tells that job's client of its nodes now. */
  void tell(long jobId);

  /** {@code scontrol notify}: a line for the terminal of an interactive job; false: the job has no client to show it. */
  boolean message(JobRecord job, String text);

  WaitingClients NONE =
      new WaitingClients() {
        @Override
        public void waits(long jobId) {}

        @Override
        public boolean waitsNoMore(long jobId) {
          return true;
        }

        @Override
        public void tell(long jobId) {}

        @Override
        public boolean message(JobRecord job, String text) {
          return false;
        }
      };
}
