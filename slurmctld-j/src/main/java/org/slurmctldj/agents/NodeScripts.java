package org.slurmctldj.agents;

import java.util.List;
import org.slurmctldj.core.JobRecord;

/** slurm.conf's Prolog and Epilog, which agents run, as far as the controller has a part in them. Any thread; may block. */
public interface NodeScripts {
  NodeScripts NONE =
      new NodeScripts() {
        @Override
        public List<String> environment(JobRecord job, int node, boolean ending) {
          return List.of();
        }

        @Override
        public boolean atAllocation() {
          return false;
        }

        @Override
        public boolean externSteps() {
          return false;
        }

        @Override
        public boolean holdAfterFailure() {
          return true;
        }

        @Override
        public boolean alwaysRequeue() {
          return false;
        }
      };

  /**
   * "K=V" for the job's scripts on that node; empty where slurm.conf has none.
   *
   * @param ending for the Epilog: with how it ended
   */
  List<String> environment(JobRecord job, int node, boolean ending);

  /** PrologFlags with Alloc, or one that implies it, and something to do then: every node of an allocation gets ready at once. */
  boolean atAllocation();

  /** PrologFlags=Contain: each node of an allocation has an extern step. */
  boolean externSteps();

  /** A job whose Prolog failed is requeued held; not with SchedulerParameters=nohold_on_prolog_fail. */
  boolean holdAfterFailure();

  /** PrologFlags=ForceRequeueOnFail: also a job with --no-requeue. */
  boolean alwaysRequeue();
}
