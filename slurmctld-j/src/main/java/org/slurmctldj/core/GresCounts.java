package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.ESLURM_INVALID_GRES;

import java.util.List;

/**
 * What a request's generic resources say of its other numbers: {@code --gpus=4 --gpus-per-node=2} is two nodes,
 * {@code --gpus=4 --gpus-per-task=1} four tasks. Fills those in, or refuses in slurmctld's words (22.05.8). Pure.
 */
final class GresCounts {
  private GresCounts() {}

  /** Null if the numbers agree. From feature level 3 on: marks the request as one whose items hold together. */
  static Result fill(JobFields r, int featureLevel) {
    boolean first = r.number(JobField.GRES_JOINT) == 0;
    r.number(JobField.GRES_JOINT, featureLevel >= 4 ? GresRequest.MEMORY_BY_SHARE : 1);
    GresRequest all = GresRequest.parsed(r);
    if (all == null || all == GresRequest.NONE && !perTres(r)) {
      r.clear(JobField.GRES_JOINT);
      return null;
    }
    if (!first) {
      return null;
    }
    if (!all.perSocket().isEmpty() && !given16(r, JobField.SOCKETS_PER_NODE)) {
      return no("--gpus-per-socket option requires --sockets-per-node specification");
    }
    for (GresText.Item i : all.perJob()) {
      Result no = perNode(r, i, GresRequest.same(all.perNode(), i));
      no = no != null ? no : perTask(r, i, GresRequest.same(all.perTask(), i));
      if (no != null) {
        return no;
      }
    }
    for (GresText.Item i : all.perTask()) {
      GresText.Item node = GresRequest.same(all.perNode(), i);
      if (GresRequest.same(all.perJob(), i) == null && !tasksGiven(r)) {
        return no("Failed to validate job spec. --gpus-per-task used without either --gpus or -n/--ntasks is not allowed.");
      }
      if (node != null && i.count() > 0) {
        if (node.count() % i.count() != 0 || node.count() < i.count()) {
          return no("Failed to validate job spec, --gres=gpu/--gpus-per-node not multiple of --gpus-per-task");
        }
        r.number(JobField.NTASKS_PER_NODE, node.count() / i.count());
        r.number(JobField.PN_MIN_CPUS, Math.max(value16(r, JobField.PN_MIN_CPUS, 1), node.count() / i.count() * value16(r, JobField.CPUS_PER_TASK, 1)));
        long nodes = (r.number(JobField.NUM_TASKS) + node.count() / i.count() - 1) / (node.count() / i.count());
        if (tasksGiven(r) && value(r, JobField.MIN_NODES, 1) < nodes) {
          r.number(JobField.MIN_NODES, nodes);
        }
      }
    }
    return perTres(r) ? tasksPerGpu(r, all) : null;
  }

  private static boolean perTres(JobFields r) {
    return given16(r, JobField.NTASKS_PER_TRES) && r.number(JobField.NTASKS_PER_TRES) > 0;
  }

  private static boolean tasksGiven(JobFields r) {
    return r.isSet(JobField.NUM_TASKS);
  }

  private static Result perNode(JobFields r, GresText.Item job, GresText.Item node) {
    if (node == null || node.count() == 0 || job.count() == 0) {
      return null;
    }
    if (job.count() < node.count() || job.count() % node.count() != 0) {
      return no("Failed to validate job spec, --gpus is not multiple of --gres=gpu/--gpus-per-node");
    }
    long nodes = job.count() / node.count();
    long min = value(r, JobField.MIN_NODES, 1);
    long max = value(r, JobField.MAX_NODES, SlurmNumbers.NO_VAL);
    max = max == 0 ? SlurmNumbers.NO_VAL : max;
    if (nodes < min || nodes > max) {
      return no(
          "Failed to validate job spec. Based on --gpu and --gres=gpu/--gpus-per-node required nodes (" + nodes
              + ") doesn't fall between min_nodes (" + min + ") and max_nodes (" + max + ") boundaries.");
    }
    r.number(JobField.MIN_NODES, nodes).number(JobField.MAX_NODES, nodes);
    if (value(r, JobField.NUM_TASKS, 1) < nodes) {
      r.number(JobField.NUM_TASKS, nodes);
    }
    return null;
  }

  private static Result perTask(JobFields r, GresText.Item job, GresText.Item task) {
    if (task == null || task.count() == 0 || job.count() == 0) {
      return null;
    }
    if (job.count() < task.count() || job.count() % task.count() != 0) {
      return no("Failed to validate job spec, --gpus not multiple of --gpus-per-task");
    }
    long tasks = job.count() / task.count();
    if (tasksGiven(r) && r.number(JobField.NUM_TASKS) != tasks) {
      return no("Failed to validate job spec. Based on --gpus and --gpus-per-task number of requested tasks differ from -n/--ntasks.");
    }
    tasks(r, tasks);
    return null;
  }

  /** --ntasks-per-gpu: the tasks by the GPUs; without GPUs it is they that follow ({@link GresRequest}). */
  private static Result tasksPerGpu(JobFields r, GresRequest all) {
    long each = r.number(JobField.NTASKS_PER_TRES);
    GresText.Item gpu = new GresText.Item("gpu", null, 1, true);
    long perJob = all.perJob().stream().filter(i -> i.name().equals("gpu")).mapToLong(GresText.Item::count).sum();
    long perNode = all.perNode().stream().filter(i -> i.name().equals("gpu")).mapToLong(GresText.Item::count).sum();
    if (GresRequest.same(all.perTask(), gpu) != null) {
      return no("Failed to validate job spec. --ntasks-per-gpu can't be used with --gpus-per-task.");
    }
    long gpus = perJob > 0 ? perJob : perNode * value(r, JobField.MIN_NODES, 1);
    if (gpus > 0) {
      if (tasksGiven(r) && r.number(JobField.NUM_TASKS) != gpus * each) {
        return Result.error(ESLURM_INVALID_GRES);
      }
      tasks(r, gpus * each);
      return null;
    }
    return !tasksGiven(r) || r.number(JobField.NUM_TASKS) % each != 0 ? Result.error(ESLURM_INVALID_GRES) : null;
  }

  private static void tasks(JobFields r, long tasks) {
    r.number(JobField.NUM_TASKS, tasks);
    long cpus = tasks * value16(r, JobField.CPUS_PER_TASK, 1);
    if (value(r, JobField.MIN_CPUS, 1) < cpus) {
      r.number(JobField.MIN_CPUS, cpus);
    }
  }

  private static boolean given16(JobFields r, JobField f) {
    return r.isSet(f) && r.number(f) != 0xffff;
  }

  private static long value16(JobFields r, JobField f, long otherwise) {
    return given16(r, f) ? r.number(f) : otherwise;
  }

  private static long value(JobFields r, JobField f, long otherwise) {
    return r.isSet(f) ? r.number(f) : otherwise;
  }

  private static Result no(String words) {
    return Result.error(ESLURM_INVALID_GRES, words);
  }
}
