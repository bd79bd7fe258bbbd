package org.slurmctldj.client.job;

import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.text.HostlistException;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * How many tasks, CPUs and nodes a submission comes to, from options that imply each other.
 *
 * @param ntasks tasks, given or implied
 * @param ntasksSet the user gave a number of tasks, or what fixes it
 * @param ntasksSent the number goes into the job description
 * @param minNodes NO_VAL for none
 * @param maxNodes NO_VAL for none
 * @param nodeList the required nodes, compressed; null for none
 */
public record JobShape(
    long ntasks,
    boolean ntasksSet,
    boolean ntasksSent,
    long minCpus,
    long minNodes,
    long maxNodes,
    String nodeList,
    int cpusPerTask,
    int ntasksPerCore,
    int ntasksPerSocket,
    int coresPerSocket,
    int threadsPerCore) {
  private static final int NO_LIMIT = 0xffff;

  /** An explicit geometry wins over a hint. */
  public static boolean ignoresHint(Submission s) {
    return s.geometry || s.threadsPerCore != Submission.UNSET || s.ntasksPerCore != Submission.UNSET;
  }

  public static JobShape of(Client client, boolean old, Submission s) {
    int threads = s.threadsPerCore;
    int cores = s.coresPerSocket;
    int perCore = s.ntasksPerCore;
    if (s.hint != null && !ignoresHint(s)) {
      switch (s.hint) {
        case "compute_bound", "nomultithread" -> threads = 1;
        case "memory_bound" -> {
          cores = 1;
          threads = 1;
        }
        default -> perCore = NO_LIMIT;
      }
    }
    if (!old && s.ntasksPerCore != Submission.UNSET && s.threadsPerCore != Submission.UNSET && s.ntasksPerCore > s.threadsPerCore) {
      client.error(
          "--ntasks-per-core (" + s.ntasksPerCore + ") can not be bigger than --threads-per-core (" + s.threadsPerCore + ")");
      throw new Exit(1);
    }
    boolean nodesSet = s.nodes != null;
    long minNodes = nodesSet ? s.nodes.min() : SlurmConstants.NO_VAL;
    long maxNodes = nodesSet && s.nodes.max() > 0 ? s.nodes.max() : SlurmConstants.NO_VAL;
    boolean ntasksSet = s.ntasks != Submission.UNSET;
    long ntasks = ntasksSet ? s.ntasks : 1;
    boolean derived = false;
    if (!ntasksSet && s.geometry) {
      ntasks = factor(s.socketsPerNode) * factor(s.coresPerSocket) * factor(s.threadsPerCore);
      ntasksSet = true;
    }
    Hostlist required = hosts(client, s.nodeList);
    if (required != null) {
      int count = required.count();
      if (nodesSet && old && maxNodes != SlurmConstants.NO_VAL && count > maxNodes) {
        client.error("invalid number of nodes (-N " + count + "-" + maxNodes + ")");
        throw new Exit(1);
      }
      if (!nodesSet || old) {
        minNodes = nodesSet ? Math.max(minNodes, count) : count;
      }
      if (s.distribution != null && s.distribution.isArbitrary() && !ntasksSet) {
        ntasks = count;
        ntasksSet = true;
      }
    } else if (s.distribution != null && s.distribution.isArbitrary()) {
      client.error("With Arbitrary distribution you need to specify a nodelist or hostfile with the -w option");
      throw new Exit(1);
    }
    boolean fixedNodes = nodesSet && (minNodes == maxNodes || maxNodes == SlurmConstants.NO_VAL);
    if (!ntasksSet && (fixedNodes || required != null && !nodesSet)) {
      ntasks = minNodes;
    }
    if (s.ntasksPerNode != Submission.UNSET && !ntasksSet && (fixedNodes || !nodesSet)) {
      ntasks = (minNodes == SlurmConstants.NO_VAL ? 1 : minNodes) * s.ntasksPerNode;
      ntasksSet = old;
      derived = !old && s.cpusPerTask != Submission.UNSET;
    } else if (s.ntasksPerNode != Submission.UNSET && ntasksSet && !nodesSet && !old) {
      minNodes = Math.max(minNodes == SlurmConstants.NO_VAL ? 0 : minNodes, (ntasks + s.ntasksPerNode - 1) / s.ntasksPerNode);
    }
    long gpus = Gres.count(s.gpus);
    long gpusPerNode = Gres.count(s.gpusPerNode);
    if (gpus > 0 && gpusPerNode > 0 && !nodesSet) {
      minNodes = maxNodes = gpus / gpusPerNode;
    }
    if (ntasksSet && minNodes != SlurmConstants.NO_VAL && ntasks < minNodes && ntasks > 0) {
      client
          .console()
          .complain(
              client.program()
                  + (old ? ": Warning" : ": warning")
                  + ": can't run "
                  + ntasks
                  + " processes on "
                  + minNodes
                  + " nodes, setting nnodes to "
                  + ntasks);
      minNodes = ntasks;
      maxNodes = ntasks;
      if (required != null && old) {
        required = Hostlist.of(required.toList().subList(0, (int) ntasks));
      }
    } else if (ntasksSet && maxNodes != SlurmConstants.NO_VAL && maxNodes > ntasks && ntasks > 0) {
      maxNodes = ntasks;
    }
    return sized(old, s, ntasks, ntasksSet, derived, minNodes, maxNodes, required, perCore, cores, threads);
  }

  private static JobShape sized(
      boolean old, Submission s, long givenTasks, boolean ntasksSet, boolean derived, long minNodes, long maxNodes,
      Hostlist required, int perCore, int cores, int threads) {
    long ntasks = givenTasks;
    boolean sent = ntasksSet || derived;
    int cpusPerTask = s.cpusPerTask != Submission.UNSET ? s.cpusPerTask : TresPerTask.cpus(s);
    long minCpus =
        s.overcommit ? Math.max(minNodes == SlurmConstants.NO_VAL ? 1 : minNodes, 1) : ntasks * Math.max(1, cpusPerTask);
    long gpus = Gres.count(s.gpus);
    long gpusPerNode = Gres.count(s.gpusPerNode);
    long gpusPerTask = TresPerTask.gpus(s);
    if (s.ntasksPerGpu != Submission.UNSET && !ntasksSet && gpus > 0) {
      ntasks = gpus * s.ntasksPerGpu;
      sent = true;
    }
    int perSocket = s.ntasksPerSocket;
    if (s.gpusPerSocket != null && gpusPerTask > 0) {
      perSocket = (int) (Gres.count(s.gpusPerSocket) / gpusPerTask);
    }
    if (s.cpusPerGpu != Submission.UNSET) {
      if (gpusPerTask > 0) {
        cpusPerTask = (int) (gpusPerTask * s.cpusPerGpu);
        if (!old) {
          minCpus = Math.max(minCpus, ntasks * cpusPerTask);
        }
      } else if (!old) {
        long all = gpus > 0 ? gpus : gpusPerNode * (minNodes == SlurmConstants.NO_VAL ? 1 : minNodes);
        minCpus = Math.max(minCpus, all * s.cpusPerGpu);
      }
    }
    return new JobShape(
        ntasks, ntasksSet, sent, minCpus, minNodes, maxNodes, required == null ? null : required.toString(), cpusPerTask, perCore,
        perSocket, cores, threads);
  }

  private static long factor(int count) {
    return count == Submission.UNSET ? 1 : count;
  }

  private static Hostlist hosts(Client client, String list) {
    if (list == null) {
      return null;
    }
    try {
      return Hostlist.parse(list).sorted().unique();
    } catch (HostlistException e) {
      throw client.fatal("Invalid node list specified");
    }
  }
}
