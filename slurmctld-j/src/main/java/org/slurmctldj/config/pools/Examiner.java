package org.slurmctldj.config.pools;

import java.util.List;
import org.slurmctldj.proto.conf.SlurmConf;

/** Asks the cloud about a pools.yaml. May take half a minute: for threads that may wait. */
public interface Examiner {
  /** Asks nobody: what the file says and what was kept must be enough. */
  Examiner NOBODY = (file, slurm) -> Examination.NOTHING;

  /**
   * @param faults why groups cannot be used, and why the cloud refuses to say
   * @param warnings what is ignored, and that the cloud does not answer
   */
  record Examination(CloudFacts facts, List<String> faults, List<String> warnings) {
    public static final Examination NOTHING = new Examination(CloudFacts.NONE, List.of(), List.of());
  }

  Examination examine(PoolsFile file, SlurmConf slurm);
}
