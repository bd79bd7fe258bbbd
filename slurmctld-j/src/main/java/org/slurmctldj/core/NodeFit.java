package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.CR_CORE;
import static org.slurmctldj.core.SlurmNumbers.CR_CPU;
import static org.slurmctldj.core.SlurmNumbers.CR_MEMORY;
import static org.slurmctldj.core.SlurmNumbers.CR_SOCKET;

import java.util.Arrays;

/**
 * What one job can have of one node: the arithmetic of SelectTypeParameters. Pure; planner and
 * apply use the same, so what the one proposes the other accepts.
 *
 * <p>A core belongs to one job at a time. With CR_CPU a job is charged the CPUs it asked for, with
 * CR_Core all CPUs of its cores, with CR_Socket those of its sockets.
 */
public final class NodeFit {
  private final NodeDefinition node;
  private final JobSize size;
  private final int cr;
  private final int cpusPerCore;
  private final int usedPerCore;

  public NodeFit(NodeDefinition node, JobSize size, int selectTypeParameters) {
    this.node = node;
    this.size = size;
    this.cr = selectTypeParameters;
    this.cpusPerCore = Math.max(1, node.cpus() / Math.max(1, cores()));
    this.usedPerCore = size.threadsUsed() == 0 ? cpusPerCore : Math.min(cpusPerCore, size.threadsUsed());
  }

  private int cores() {
    return coresOf(node);
  }

  /** Cores that exist for scheduling; a definition without a layout has one core per CPU. */
  public static int coresOf(NodeDefinition node) {
    int n = node.cores();
    return n <= 0 ? Math.max(1, node.cpus()) : Math.min(n, Math.max(1, node.cpus()));
  }

  /** All cores of the node that jobs may have. */
  public static long[] allCores(NodeDefinition node) {
    int n = coresOf(node);
    long[] mask = new long[(n + 63) >> 6];
    int usable = node.specialisedCores().isEmpty() ? Math.max(0, n - node.coreSpecCount()) : n;
    for (int i = 0; i < usable; i++) {
      mask[i >> 6] |= 1L << i;
    }
    for (int core : node.specialisedCores()) {
      if (core < n) {
        mask[core >> 6] &= ~(1L << core);
      }
    }
    return mask;
  }

  /** MiB of the node that jobs may have. */
  public static long allMemory(NodeDefinition node) {
    return Math.max(0, node.realMemory() - node.memSpecLimit());
  }

  public static long[] freeCores(NodeDefinition node, NodeRecord record) {
    long[] mask = allCores(node);
    for (int i = 0; i < mask.length && i < record.allocatedCores.length; i++) {
      mask[i] &= ~record.allocatedCores[i];
    }
    return mask;
  }

  static int count(long[] mask) {
    int n = 0;
    for (long w : mask) {
      n += Long.bitCount(w);
    }
    return n;
  }

  /** True if the node could ever hold a share of the job, were it empty. */
  public boolean possible() {
    return node.tmpDisk() >= size.minTmpDisk()
        && node.sockets() >= size.minSockets()
        && node.coresPerSocket() >= size.minCoresPerSocket()
        && node.threadsPerCore() >= size.minThreadsPerCore()
        && size.tasksPerSocket() <= node.coresPerSocket() * node.threadsPerCore()
        && (size.maxNodes() == 1 && !size.gres().isEmpty()
                ? withGres(mostCpus(allCores(node), allMemory(node)), GresLayout.of(node).all(), allMemory(node), true)
                : mostOfEmpty())
            >= size.minCpusPerNode();
  }

  /**
   * The most CPUs of its request that the job can have of this node: 0 if it cannot even have its
   * least.
   */
  public int mostCpus(long[] freeCores, long freeMemory) {
    if (size.wholeNodes() && count(freeCores) < count(allCores(node))) {
      return 0;
    }
    int cores = (cr & CR_SOCKET) != 0 ? coresOfFreeSockets(freeCores) : count(freeCores);
    long cpus = Math.min((long) cores * usedPerCore, size.maxCpusPerNode());
    if (size.tasksPerSocket() > 0) {
      if (withinSockets(freeCores, size.tasksPerSocket()) < size.tasksPerNode()) {
        return 0;
      }
      cpus = Math.min(cpus, withinSockets(freeCores, (long) size.tasksPerSocket() * size.cpusPerTask()));
    }
    if ((cr & CR_MEMORY) != 0) {
      if (!size.memoryPerCpu()) {
        long need = size.memory() == 0 ? allMemory(node) : size.memoryAmount();
        if (need > freeMemory) {
          return 0;
        }
      } else if (size.memoryAmount() > 0) {
        long chargeable = freeMemory / size.memoryAmount();
        while (cpus > 0 && charged((int) cpus) > chargeable) {
          cpus--;
        }
      }
    } else if (!size.memoryPerCpu() && size.memoryAmount() > node.realMemory()) {
      return 0;
    }
    if (size.tasksPerNode() > 0) {
      cpus = Math.min(cpus, (long) size.tasksPerNode() * size.cpusPerTask());
    }
    cpus -= cpus % size.cpusPerTask();
    return cpus < Math.max(size.minCpusPerNode(), 1) ? 0 : (int) cpus;
  }

  /** As {@link #mostCpus} of the node with nothing on it. */
  public int mostOfEmpty() {
    int most = mostCpus(allCores(node), allMemory(node));
    return size.gres().isEmpty() ? most : withGres(most, GresLayout.of(node).all(), allMemory(node), false);
  }

  /**
   * So many CPUs, or fewer, as gres per task allow; 0 where the node has not the gres that each node of the job needs.
   *
   * @param free null for a node without any
   * @param freeMemory MiB
   * @param wholeJob whether the job is to have this node alone
   */
  public int withGres(int cpus, GresFree free, long freeMemory, boolean wholeJob) {
    if (cpus == 0 || size.gres().isEmpty()) {
      return cpus;
    }
    GresFree there = withMemory(free, freeMemory);
    long tasks = size.gres().tasksOn(there, Math.max(1, cpus / size.cpusPerTask()), size.socketsForGres(), wholeJob);
    return (int) Math.min(cpus, tasks * size.cpusPerTask());
  }

  /** The free gres of this node that there is memory for. {@code free} null: none. */
  public GresFree withMemory(GresFree free, long freeMemory) {
    GresFree there = free == null ? GresFree.NONE : free;
    return (cr & CR_MEMORY) == 0 ? there : size.gres().within(there, freeMemory);
  }

  /** That share with what its gres are charged (--mem-per-gpu). */
  public Allocation.NodeShare charged(Allocation.NodeShare share) {
    long memory = memoryFor(share);
    return memory == share.memory() ? share
        : new Allocation.NodeShare(share.node(), share.cpus(), share.cores(), memory, share.gres());
  }

  private long memoryFor(Allocation.NodeShare share) {
    return (cr & CR_MEMORY) == 0 || size.gres().memoryPer().isEmpty()
        ? memoryFor(share.cpus())
        : size.gres().memoryOf(GresLayout.of(node), share.gres());
  }

  /** Free CPUs, no more than so many of each socket (as 24.11 counts; 22.05 takes a core's other threads for room, too). */
  private long withinSockets(long[] free, long most) {
    long n = 0;
    for (int s = 0; s < node.sockets(); s++) {
      n += (cr & CR_SOCKET) == 0 || socketFree(free, s) ? Math.min((long) freeOfSocket(free, s) * usedPerCore, most) : 0;
    }
    return n;
  }

  /** Cores that the job may have of one socket. */
  private int mostOfSocket() {
    int perSocket = Math.max(1, node.coresPerSocket());
    if (size.tasksPerSocket() == 0 || (cr & CR_SOCKET) != 0) {
      return perSocket;
    }
    return (int) Math.min(perSocket, ((long) size.tasksPerSocket() * size.cpusPerTask() + usedPerCore - 1) / usedPerCore);
  }

  private int freeOfSocket(long[] free, int socket) {
    int n = 0;
    for (int c = socket * node.coresPerSocket(); c < (socket + 1) * node.coresPerSocket() && c < cores(); c++) {
      n += (free[c >> 6] & 1L << c) != 0 ? 1 : 0;
    }
    return n;
  }

  private int coresOfFreeSockets(long[] free) {
    int n = 0;
    for (int s = 0; s < node.sockets(); s++) {
      n += socketFree(free, s) ? node.coresPerSocket() : 0;
    }
    return n;
  }

  private boolean socketFree(long[] free, int socket) {
    for (int c = socket * node.coresPerSocket(); c < (socket + 1) * node.coresPerSocket(); c++) {
      if ((free[c >> 6] & 1L << c) == 0) {
        return false;
      }
    }
    return true;
  }

  private int coresFor(int cpus) {
    int cores = (cpus + usedPerCore - 1) / usedPerCore;
    if ((cr & CR_SOCKET) != 0) {
      int per = Math.max(1, node.coresPerSocket());
      cores = (cores + per - 1) / per * per;
    }
    return cores;
  }

  /** CPUs that the job is charged where it uses so many. */
  private int charged(int cpus) {
    if (size.wholeNodes()) {
      return count(allCores(node)) * cpusPerCore;
    }
    return (cr & (CR_CORE | CR_SOCKET)) != 0 || (cr & CR_CPU) == 0 ? coresFor(cpus) * cpusPerCore : cpus;
  }

  /** MiB that the job is charged where it is charged so many CPUs; 0 where memory is not counted. */
  public long memoryFor(int chargedCpus) {
    if ((cr & CR_MEMORY) == 0) {
      return 0;
    }
    if (size.memoryPerCpu()) {
      return size.memoryAmount() * chargedCpus;
    }
    return size.memory() == 0 ? allMemory(node) : size.memoryAmount();
  }

  /**
   * The share of this node for so many CPUs of the request. Cores are taken from the sockets in turn; socket by
   * socket where the job asks for that, or where its tasks have several CPUs and fit in a socket (observed on 22.05.8).
   */
  public Allocation.NodeShare share(int index, long[] freeCores, int cpus) {
    long[] cores = new long[freeCores.length];
    int charged = charged(cpus);
    if (size.wholeNodes()) {
      return new Allocation.NodeShare(index, charged, freeCores.clone(), memoryFor(charged));
    }
    int want = coresFor(cpus);
    int perSocket = Math.max(1, node.coresPerSocket());
    int coresOfTask = Math.max(1, (size.cpusPerTask() + usedPerCore - 1) / usedPerCore);
    boolean inTurn = !size.socketBySocket() && (size.cpusPerTask() == 1 || coresOfTask > perSocket || size.tasksPerSocket() > 0);
    int perTask = inTurn && (cr & CR_SOCKET) == 0 ? 1 : perSocket;
    if ((cr & (CR_CORE | CR_SOCKET)) == 0) {
      // CR_CPU fills the cores from the first on (observed on 22.05.8).
      perSocket = cores();
      perTask = cores();
    }
    int sockets = (cores() + perSocket - 1) / perSocket;
    int[] next = new int[sockets];
    for (int s = 0; s < sockets; s++) {
      next[s] = s * perSocket;
    }
    int[] room = room(freeCores, sockets, cpus);
    for (int turn = 0, idle = 0; want > 0 && idle < sockets; turn = (turn + 1) % sockets) {
      int taken = 0;
      int end = Math.min((turn + 1) * perSocket, cores());
      boolean whole = (cr & CR_SOCKET) == 0 || socketFree(freeCores, turn);
      for (; whole && next[turn] < end && taken < perTask && room[turn] > 0 && want > 0; next[turn]++) {
        int core = next[turn];
        if ((freeCores[core >> 6] & 1L << core) != 0) {
          cores[core >> 6] |= 1L << core;
          want--;
          taken++;
          room[turn]--;
        }
      }
      idle = taken == 0 ? idle + 1 : 0;
    }
    return new Allocation.NodeShare(index, charged, cores, memoryFor(charged));
  }

  /** Cores that each socket gives at most for so many CPUs. */
  private int[] room(long[] freeCores, int sockets, int cpus) {
    int[] room = new int[sockets];
    if (size.tasksPerSocket() == 0 || (cr & (CR_CORE | CR_SOCKET)) == 0) {
      Arrays.fill(room, Integer.MAX_VALUE);
      return room;
    }
    long ofTasks = (long) size.tasksPerSocket() * size.cpusPerTask();
    long spare = -cpus;
    for (int s = 0; s < sockets; s++) {
      room[s] = Math.min(mostOfSocket(), freeOfSocket(freeCores, s));
      spare += (long) room[s] * usedPerCore;
    }
    // Threads that no task is for are the first to be spared, then sockets.
    for (int s = 0; s < sockets && spare > 0; s++) {
      spare -= Math.max(0, (long) room[s] * usedPerCore - ofTasks);
    }
    for (int s = 0; s < sockets && spare > 0; s++) {
      long gives = Math.min((long) room[s] * usedPerCore, ofTasks);
      if (gives <= spare) {
        spare -= gives;
        room[s] = 0;
      }
    }
    return room;
  }

  /** CPUs that the smallest share of this node is charged. */
  public int leastCharged() {
    return charged(Math.max(size.minCpusPerNode(), 1));
  }

  /**
   * Null if that share is one this job may have of what is free, else why not.
   */
  public String objection(Allocation.NodeShare share, long[] freeCores, long freeMemory) {
    long[] all = allCores(node);
    if (share.cores().length != all.length) {
      return "core mask of another size";
    }
    int given = 0;
    for (int i = 0; i < all.length; i++) {
      if ((share.cores()[i] & ~freeCores[i]) != 0) {
        return "cores are not free";
      }
      given += Long.bitCount(share.cores()[i]);
    }
    if (given == 0 || share.cpus() < 1 || share.cpus() > given * cpusPerCore) {
      return share.cpus() + " CPUs on " + given + " cores";
    }
    if (size.wholeNodes() && given != count(all)) {
      return "the job wants whole nodes";
    }
    if (share.memory() != memoryFor(share)) {
      return share.memory() + " MiB proposed, " + memoryFor(share) + " asked";
    }
    if (share.memory() > freeMemory) {
      return "memory is not free";
    }
    if (size.tasksPerSocket() > 0 && !size.wholeNodes() && (cr & CR_CORE) != 0) {
      for (int s = 0; s < node.sockets(); s++) {
        if (freeOfSocket(share.cores(), s) > mostOfSocket()) {
          return "more cores of a socket than its tasks use";
        }
      }
    }
    return usable(share) < size.minCpusPerNode() ? "too few CPUs of the node" : null;
  }

  /** CPUs of the share that the job's tasks can use. */
  public int usable(Allocation.NodeShare share) {
    return Math.min(count(share.cores()) * usedPerCore, share.cpus());
  }
}
