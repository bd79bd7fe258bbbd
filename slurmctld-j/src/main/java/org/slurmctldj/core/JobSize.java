package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.INFINITE;
import static org.slurmctldj.core.SlurmNumbers.MEM_PER_CPU;
import static org.slurmctldj.core.SlurmNumbers.NO_VAL;
import static org.slurmctldj.core.SlurmNumbers.NO_VAL16;
import static org.slurmctldj.core.SlurmNumbers.NO_VAL64;

/**
 * How much a job asks for in one partition, with every default filled in: the common ground of
 * planner (what to propose) and apply (what to accept).
 *
 * @param minNodes at least this many nodes
 * @param maxNodes at most
 * @param minCpus logical CPUs over all nodes
 * @param cpusPerTask 1 or more
 * @param tasksPerNode tasks on one node at most; 0 no limit
 * @param minCpusPerNode every node of the job has at least these
 * @param memory MiB per node, or per CPU with MEM_PER_CPU; 0 = all of each node's
 * @param wholeNodes nodes are given whole: --exclusive or the partition's way
 * @param wishNodes so many nodes if they are free: what -N 2-4 means
 * @param socketBySocket cores are taken socket by socket, not in turn
 * @param gres generic resources, with {@code tasks} the number of tasks that they count by
 * @param threadsUsed CPUs of one core that the job uses at most; 0 all
 * @param tasksPerSocket tasks on one socket at most; 0 no limit
 */
public record JobSize(
    int minNodes,
    int maxNodes,
    long minCpus,
    int cpusPerTask,
    int tasksPerNode,
    int minCpusPerNode,
    long memory,
    boolean wholeNodes,
    int threadsUsed,
    long minTmpDisk,
    int minSockets,
    int minCoresPerSocket,
    int minThreadsPerCore,
    int maxCpusPerNode,
    int maxShare,
    GresRequest gres,
    long tasks,
    int wishNodes,
    boolean socketBySocket,
    int tasksPerSocket) {

  /** The user gave a number of tasks: a bit of the request's bitflags. */
  public static final long NTASKS_SET = 1L << 14;

  /** --use-min-nodes. */
  private static final long USE_MIN_NODES = 1L << 9;

  private static final int DIST_NODES = 0xf;
  private static final int DIST_SOCKETS = 0xf0;
  private static final int DIST_PLANE = 4;
  private static final int DIST_BLOCK_SOCKETS = 0x20;


  public JobSize(
      int minNodes,
      int maxNodes,
      long minCpus,
      int cpusPerTask,
      int tasksPerNode,
      int minCpusPerNode,
      long memory,
      boolean wholeNodes,
      int threadsUsed,
      long minTmpDisk,
      int minSockets,
      int minCoresPerSocket,
      int minThreadsPerCore,
      int maxCpusPerNode,
      int maxShare) {
    this(
        minNodes, maxNodes, minCpus, cpusPerTask, tasksPerNode, minCpusPerNode, memory, wholeNodes, threadsUsed, minTmpDisk,
        minSockets, minCoresPerSocket, minThreadsPerCore, maxCpusPerNode, maxShare, GresRequest.NONE, 1, minNodes, false, 0);
  }

  public static JobSize of(JobRecord job, PartitionDefinition p, ClusterConfig config) {
    JobFields r = job.request;
    long minNodes = value(r, JobField.MIN_NODES, 1);
    if (!r.isSet(JobField.MIN_NODES) && p.minNodes() > minNodes && p.minNodes() < NO_VAL) {
      minNodes = p.minNodes();
    }
    long maxNodes = value(r, JobField.MAX_NODES, INFINITE);
    if (maxNodes == 0) {
      maxNodes = INFINITE;
    }
    if (p.maxNodes() > 0) {
      maxNodes = Math.min(maxNodes, p.maxNodes());
    }
    int cpusPerTask = (int) Math.max(1, value16(r, JobField.CPUS_PER_TASK, 1));
    int tasksPerNode = (int) value16(r, JobField.NTASKS_PER_NODE, 0);
    boolean overcommit = r.number(JobField.OVERCOMMIT) == 1;
    long tasks = value(r, JobField.NUM_TASKS, 1);
    long minCpus = value(r, JobField.MIN_CPUS, overcommit ? 1 : Math.max(1, tasks) * cpusPerTask);
    int perNode = (int) Math.max(1, value16(r, JobField.PN_MIN_CPUS, 1));
    long memory = r.number(JobField.PN_MIN_MEMORY);
    if (memory == NO_VAL64) {
      memory = p.defMemory() != 0 ? p.defMemory() : config.limits().defMemory();
    }
    GresRequest gres = GresRequest.of(r);
    if (gres != null && !gres.isEmpty()) {
      long nodes = Math.max(1, minNodes);
      minCpus = Math.max(minCpus, gres.cpus(r, nodes, Math.max(1, tasks)));
      perNode = (int) Math.max(perNode, Math.min(gres.cpusPerNode(r), NO_VAL16));
      long byGres = gres.memoryPerNode(r, nodes, Math.max(1, tasks));
      memory = byGres > 0 ? byGres : memory;
    }
    int threads = (int) value16(r, JobField.THREADS_PER_CORE, 0);
    long perCore = value16(r, JobField.NTASKS_PER_CORE, 0);
    if (perCore > 0 && perCore < 0xff) {
      int byTasks = (int) perCore * cpusPerTask;
      threads = threads == 0 ? byTasks : Math.min(threads, byTasks);
    }
    int cr = config.limits().selectTypeParameters();
    boolean linear = (cr & (SlurmNumbers.CR_CPU | SlurmNumbers.CR_CORE | SlurmNumbers.CR_SOCKET)) == 0;
    boolean whole = r.number(JobField.SHARED) == 0 || p.maxShare() == 0 || linear;
    long maxCpus = p.maxCpusPerNode() <= 0 || p.maxCpusPerNode() >= NO_VAL ? Integer.MAX_VALUE : p.maxCpusPerNode();
    long dist = r.number(JobField.TASK_DIST);
    return new JobSize(
        clamp(Math.max(1, minNodes)),
        clamp(maxNodes),
        Math.max(1, minCpus),
        cpusPerTask,
        tasksPerNode,
        perNode,
        memory,
        whole,
        threads,
        value(r, JobField.PN_MIN_TMP_DISK, 0),
        (int) value16(r, JobField.SOCKETS_PER_NODE, 0),
        (int) value16(r, JobField.CORES_PER_SOCKET, 0),
        (int) value16(r, JobField.THREADS_PER_CORE, 0),
        clamp(maxCpus),
        p.maxShare(),
        gres == null ? GresRequest.NONE : gres,
        Math.max(1, tasks),
        wishNodes(r, minNodes, maxNodes),
        (dist & DIST_SOCKETS) == DIST_BLOCK_SOCKETS || (dist & DIST_NODES) == DIST_PLANE,
        (int) value16(r, JobField.NTASKS_PER_SOCKET, 0));
  }

  /** The same on so many nodes at least, if the job may have them. */
  public JobSize onNodes(int nodes) {
    return new JobSize(
        nodes, maxNodes, minCpus, cpusPerTask, tasksPerNode, minCpusPerNode, memory, wholeNodes, threadsUsed, minTmpDisk,
        minSockets, minCoresPerSocket, minThreadsPerCore, maxCpusPerNode, maxShare, gres, tasks, Math.max(nodes, wishNodes),
        socketBySocket, tasksPerSocket);
  }

  /** The same with so many tasks on a socket at most. */
  JobSize withTasksPerSocket(int most) {
    return new JobSize(
        minNodes, maxNodes, minCpus, cpusPerTask, tasksPerNode, minCpusPerNode, memory, wholeNodes, threadsUsed, minTmpDisk,
        minSockets, minCoresPerSocket, minThreadsPerCore, maxCpusPerNode, maxShare, gres, tasks, wishNodes, socketBySocket, most);
  }

  /** A range of nodes means its upper end where there are enough tasks and nodes (observed on 22.05.8). */
  private static int wishNodes(JobFields r, long minNodes, long maxNodes) {
    if ((r.number(JobField.BITFLAGS) & USE_MIN_NODES) != 0) {
      return clamp(Math.max(1, minNodes));
    }
    long most = value(r, JobField.MAX_NODES, 0);
    long tasks = value(r, JobField.NUM_TASKS, INFINITE);
    long perNode = Math.max(1, value16(r, JobField.NTASKS_PER_NODE, 1));
    if ((r.number(JobField.BITFLAGS) & NTASKS_SET) == 0 && tasks == Math.max(1, minNodes) * perNode) {
      tasks = INFINITE; // a default, nobody asked for so many
    }
    return clamp(Math.max(Math.max(1, minNodes), Math.min(Math.min(most, maxNodes), tasks)));
  }

  private static int clamp(long v) {
    return (int) Math.min(v, Integer.MAX_VALUE);
  }

  private static long value(JobFields r, JobField f, long ifUnset) {
    long v = r.number(f);
    return v == NO_VAL ? ifUnset : v;
  }

  private static long value16(JobFields r, JobField f, long ifUnset) {
    long v = r.number(f);
    return v == NO_VAL16 || v == 0xffff ? ifUnset : v;
  }

  /** Sockets of a node by which --gpus-per-socket counts. */
  int socketsForGres() {
    return Math.max(1, minSockets);
  }

  /**
   * The job's tasks on the nodes of these shares, in order: as many as each has CPUs for, one at least.
   *
   * @param usable CPUs of each share that tasks can use
   */
  public long[] tasksOn(int[] usable) {
    long[] out = new long[usable.length];
    long left = tasks;
    for (int i = 0; i < out.length; i++) {
      long later = out.length - i - 1;
      out[i] = Math.max(1, Math.min(left - later, usable[i] / Math.max(1, cpusPerTask)));
      left -= out[i];
    }
    return out;
  }

  public boolean memoryPerCpu() {
    return (memory & MEM_PER_CPU) != 0;
  }

  public long memoryAmount() {
    return memory & ~MEM_PER_CPU;
  }
}
