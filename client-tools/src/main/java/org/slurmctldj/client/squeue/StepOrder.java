package org.slurmctldj.client.squeue;

import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.text.HostNames;
import org.slurmctldj.client.text.MergeSort;
import org.slurmctldj.proto.slurm.JobStepInfo;

/** {@code --sort} for steps. */
final class StepOrder {
  static final String DEFAULT = "P,i";

  static void sort(List<JobStepInfo> steps, String keys, JobView view, Client client) {
    for (int i = keys.length() - 1; i >= 0; i--) {
      char key = keys.charAt(i);
      if (key == ',' || key == '+' || key == '-') {
        continue;
      }
      int sign = i > 0 && keys.charAt(i - 1) == '-' ? -1 : 1;
      if (key == 'b') {
        client.console().complain(client.program() + ": Invalid sort specification: b");
      } else if ("iNPlMSuU".indexOf(key) >= 0) {
        MergeSort.sort(steps, (a, b) -> sign * compare(key, a, b, view));
      } else {
        client.error("Invalid sort specification: " + key);
        throw new Exit(1);
      }
    }
  }

  private static int compare(char key, JobStepInfo a, JobStepInfo b, JobView view) {
    return switch (key) {
      case 'i' -> id(a, b);
      case 'N' -> HostNames.compareFirst(orEmpty(a.nodes()), orEmpty(b.nodes()));
      case 'P' -> JobOrder.text(a.partition(), b.partition());
      case 'l' -> Long.compare(a.timeLimit(), b.timeLimit());
      case 'M' -> Long.compare(a.runTime(), b.runTime());
      case 'S' -> Long.compare(a.startTime(), b.startTime());
      case 'u' -> JobOrder.text(view.userName(a.userId()), view.userName(b.userId()));
      case 'U' -> Long.compare(a.userId(), b.userId());
      default -> 0;
    };
  }

  private static int id(JobStepInfo a, JobStepInfo b) {
    int job = Long.compare(a.stepId().jobId(), b.stepId().jobId());
    return job != 0 ? job : Long.compare(a.stepId().stepId(), b.stepId().stepId());
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }
}
