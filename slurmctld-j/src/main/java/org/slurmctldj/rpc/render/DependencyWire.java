package org.slurmctldj.rpc.render;

import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;

/** Dependencies as clients show them: one entry a job, each with its state. What is fulfilled is gone from the text. */
final class DependencyWire {
  private static final int NEVER_SATISFIED = 39;

  static String of(JobRecord job, String text) {
    if (text == null || text.isEmpty() || text.indexOf('(') >= 0) {
      return text;
    }
    if (job.phase != JobPhase.PENDING) {
      return null;
    }
    String state = job.reason == NEVER_SATISFIED ? "(failed)" : "(unfulfilled)";
    char separator = text.indexOf('?') >= 0 ? '?' : ',';
    StringBuilder b = new StringBuilder();
    for (String part : text.split("[,?]")) {
      int colon = part.indexOf(':');
      String type = colon < 0 ? part : part.substring(0, colon);
      for (String id : colon < 0 ? new String[] {""} : part.substring(colon + 1).split(":")) {
        b.append(b.isEmpty() ? "" : separator).append(type).append(id.isEmpty() ? "" : ":" + id).append(state);
      }
    }
    return b.toString();
  }

  private DependencyWire() {}
}
