package org.slurmctldj.rpc.render;

import org.slurmctldj.core.DependencyText;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;

/** Dependencies as clients show them: one entry a job, each with its state. What is fulfilled is gone from the text. */
final class DependencyWire {
  static String of(JobRecord job, String text) {
    return text == null || text.isEmpty() || job.phase != JobPhase.PENDING ? null : DependencyText.display(text);
  }

  private DependencyWire() {}
}
