package org.slurmctldj.agent.job;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.proto.agent.JobFacts;

/** How many tasks a job's nodes hold, as Slurm's environment variables tell it: "2(x3),1". Pure. */
final class TaskLayout {
  private static final int MOST_NODES = 100_000;

  static String cpusPerNode(JobFacts facts) {
    return runs(cpus(facts));
  }

  /**
   * Unless the user gave a task count every node holds as many as its cpus allow. With one, each node gets a task, then
   * they are filled in order, then (overcommit) all once more in turn.
   *
   * @param given the submission tells a task count; a controller's record may hold a default one
   */
  static String tasksPerNode(JobFacts facts, boolean given) {
    List<Integer> cpus = cpus(facts);
    int perTask = Math.max(1, facts.getCpusPerTask());
    List<Integer> tasks = new ArrayList<>(cpus.size());
    long left = facts.getNumTasks() & 0xffffffffL;
    boolean counted = left != 0 && (given || left > Math.max(1, cpus.size()));
    for (int c : cpus) {
      tasks.add(counted ? 0 : Math.max(1, c / perTask));
    }
    for (int i = 0; counted && i < tasks.size() && left > 0; i++) {
      tasks.set(i, 1);
      left--;
    }
    for (int i = 0; counted && i < tasks.size() && left > 0; i++) {
      int more = (int) Math.min(left, Math.max(0, cpus.get(i) / perTask - tasks.get(i)));
      tasks.set(i, tasks.get(i) + more);
      left -= more;
    }
    if (counted && left > 0 && !tasks.isEmpty()) {
      long each = left / tasks.size();
      long rest = left % tasks.size();
      for (int i = 0; i < tasks.size(); i++) {
        tasks.set(i, (int) (tasks.get(i) + each + (i < rest ? 1 : 0)));
      }
    }
    return runs(tasks);
  }

  private static List<Integer> cpus(JobFacts facts) {
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i < facts.getCpusPerNodeCount(); i++) {
      int times = i < facts.getCpusPerNodeRepsCount() ? facts.getCpusPerNodeReps(i) : 1;
      for (int n = 0; n < times && list.size() < MOST_NODES; n++) {
        list.add(facts.getCpusPerNode(i));
      }
    }
    return list;
  }

  private static String runs(List<Integer> values) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < values.size(); ) {
      int end = i;
      while (end < values.size() && values.get(end).equals(values.get(i))) {
        end++;
      }
      out.append(out.isEmpty() ? "" : ",").append(values.get(i));
      if (end - i > 1) {
        out.append("(x").append(end - i).append(')');
      }
      i = end;
    }
    return out.toString();
  }

  private TaskLayout() {}
}
