package org.slurmctldj.client.srun;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.proto.slurm.SlurmStepLayout;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.SlurmConstants;
import sun.misc.Signal;

/**
 * One step over several components of a heterogeneous job: made in each of them under one number, launched in each with
 * one count of tasks over all, and over when the last of them is.
 */
final class HetStep {
  private HetStep() {}

  /**
   * Gives the worst wait status of all tasks.
   *
   * @param leader the heterogeneous job's id
   * @param runs a part each, in the order of the components
   * @param groups the components that {@code --het-group} names, as the controller is told, or null
   */
  static int run(long leader, List<StepRun> runs, String groups) {
    for (String signal : StepRun.SIGNALS) {
      Signal.handle(new Signal(signal), caught -> runs.forEach(r -> r.onSignal(caught.getNumber())));
    }
    try {
      long number = SlurmConstants.NO_VAL;
      for (StepRun r : runs) {
        number = r.create(number, groups);
      }
      List<HetPart> parts = parts(leader, runs);
      return launch(runs, parts);
    } finally {
      runs.forEach(StepRun::close);
    }
  }

  /**
   * Within a plain job: each part has nodes that no other has.
   *
   * @param total nodes of the job
   */
  static int runWithin(Client client, long job, int total, List<StepRun> runs) {
    for (String signal : StepRun.SIGNALS) {
      Signal.handle(new Signal(signal), caught -> runs.forEach(r -> r.onSignal(caught.getNumber())));
    }
    try {
      long number = SlurmConstants.NO_VAL;
      List<String> used = new ArrayList<>();
      for (int i = 0; i < runs.size(); i++) {
        StepRun r = runs.get(i);
        if (used.size() + r.nodesWanted() > total) {
          client.error(
              "Allocation failure of " + r.nodesWanted() + " nodes: job size of " + total + ", already allocated " + used.size()
                  + " nodes to previous components.");
          throw new Exit(1);
        }
        String taken = used.isEmpty() ? null : Hostlist.of(used).toString();
        if (r.nodeList() != null && Hostlist.parse(r.nodeList()).toList().stream().anyMatch(used::contains)) {
          client.error("Requested nodelist " + r.nodeList() + " overlaps with excluded " + taken + ".");
          client.error("Job not submitted.");
          throw new Exit(1);
        }
        number = r.create(number, i, taken);
        used.addAll(Hostlist.parse(r.layout().nodeList()).toList());
      }
      return launch(runs, parts(job, runs));
    } finally {
      runs.forEach(StepRun::close);
    }
  }

  private static List<HetPart> parts(long leader, List<StepRun> runs) {
    List<String> nodes = new ArrayList<>();
    List<long[]> tids = new ArrayList<>();
    List<Long> tidOffsets = new ArrayList<>();
    int[] taskCounts = new int[runs.size()];
    int[] nodeOffsets = new int[runs.size()];
    int[] taskOffsets = new int[runs.size()];
    int tasks = 0;
    for (int i = 0; i < taskCounts.length; i++) {
      SlurmStepLayout layout = runs.get(i).layout();
      nodeOffsets[i] = nodes.size();
      taskOffsets[i] = tasks;
      nodes.addAll(Hostlist.parse(layout.nodeList()).toList());
      for (long[] ids : layout.tids()) {
        tids.add(ids);
        tidOffsets.add((long) tasks);
      }
      taskCounts[i] = (int) layout.taskCnt();
      tasks += taskCounts[i];
    }
    String all = Hostlist.of(nodes).toString();
    List<HetPart> out = new ArrayList<>();
    for (int i = 0; i < taskCounts.length; i++) {
      out.add(
          new HetPart(leader, i, taskCounts.length, all, nodeOffsets[i], tasks, taskOffsets[i], tids, tidOffsets, taskCounts));
    }
    return out;
  }

  /** Each part attends to its own nodes and streams. */
  private static int launch(List<StepRun> runs, List<HetPart> parts) {
    if (runs.size() == 1) {
      return runs.get(0).launch(parts.get(0));
    }
    try (MpiServer mpi = runs.get(0).openMpi(parts.get(0), () -> runs.forEach(StepRun::giveUp));
        ExecutorService threads = Executors.newFixedThreadPool(runs.size())) {
      List<Future<Integer>> results = new ArrayList<>();
      for (int i = 0; i < runs.size(); i++) {
        int at = i;
        results.add(threads.submit(() -> runs.get(at).launch(parts.get(at), mpi)));
      }
      int worst = 0;
      for (Future<Integer> f : results) {
        int status = f.get();
        worst = Integer.compareUnsigned(StepTasks.code(status), StepTasks.code(worst)) > 0 ? status : worst;
      }
      return worst;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof Exit exit) {
        throw exit;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
