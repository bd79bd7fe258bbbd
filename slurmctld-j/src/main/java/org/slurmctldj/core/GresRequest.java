package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;

/**
 * What a job asks for of generic resources: --gres and --gpus-per-node, --gpus, --gpus-per-task, --gpus-per-socket. Pure;
 * planner and apply count by the same one.
 *
 * @param memoryPer --mem-per-gpu: MiB that a node is charged for each one of a kind that the job holds of it
 */
public record GresRequest(
    List<GresText.Item> perNode, List<GresText.Item> perJob, List<GresText.Item> perTask, List<GresText.Item> perSocket,
    List<GresText.Item> memoryPer) {
  public static final GresRequest NONE = new GresRequest(List.of(), List.of(), List.of(), List.of(), List.of());
  /** {@link JobField#GRES_JOINT} from which on memory is charged by what each node gives. */
  static final int MEMORY_BY_SHARE = 2;

  /** NONE where nothing is asked; null where a text is not understood. */
  public static GresRequest of(JobFields r) {
    GresRequest q = parsed(r);
    q = q != null && r.number(JobField.GRES_JOINT) != 0 ? q.joint(r) : q;
    return q != null && r.number(JobField.GRES_JOINT) >= MEMORY_BY_SHARE ? q.withMemory(r) : q;
  }

  /**
   * The items that count, where several say something of the same kind: those per node, else per socket, else per task,
   * else over all; what is over all is then what the others come to. GPUs that only --ntasks-per-gpu speaks of are here, too.
   */
  private GresRequest joint(JobFields r) {
    List<GresText.Item> job = without(without(without(perJob, perNode), perSocket), perTask);
    GresRequest q = new GresRequest(
        perNode, job, without(without(perTask, perNode), perSocket), without(perSocket, perNode), List.of());
    long each = r.isSet(JobField.NTASKS_PER_TRES) ? r.number(JobField.NTASKS_PER_TRES) : 0;
    if (each > 0 && each < 0xffff && all().stream().noneMatch(i -> i.name().equals("gpu"))) {
      List<GresText.Item> gpus = new ArrayList<>(job);
      gpus.add(new GresText.Item("gpu", null, Math.max(1, r.number(JobField.NUM_TASKS)) / each, true));
      return new GresRequest(q.perNode, gpus, q.perTask, q.perSocket, List.of());
    }
    return q.all().isEmpty() ? NONE : q;
  }

  private static List<GresText.Item> without(List<GresText.Item> items, List<GresText.Item> stronger) {
    return stronger.isEmpty() ? items : items.stream().filter(i -> same(stronger, i) == null).toList();
  }

  /** The item of the same kind and type, or null. */
  static GresText.Item same(List<GresText.Item> items, GresText.Item as) {
    for (GresText.Item i : items) {
      if (i.name().equals(as.name()) && java.util.Objects.equals(i.type(), as.type())) {
        return i;
      }
    }
    return null;
  }

  /**
   * {@code gpu:2,gpu:1} is one of them: what is said last of a kind and type counts (24.11.5). srun of 24.11
   * says what it got from {@code --gpus-per-node} twice.
   */
  private static List<GresText.Item> lastOfEach(List<GresText.Item> items) {
    List<GresText.Item> out = new ArrayList<>();
    for (GresText.Item i : items) {
      GresText.Item before = same(out, i);
      if (before == null) {
        out.add(i);
      } else {
        out.set(out.indexOf(before), i);
      }
    }
    return out;
  }

  /** As the texts say it. */
  static GresRequest parsed(JobFields r) {
    boolean any = r.has(JobField.TRES_PER_NODE) || r.has(JobField.TRES_PER_JOB) || r.has(JobField.TRES_PER_TASK)
        || r.has(JobField.TRES_PER_SOCKET);
    if (!any) {
      return NONE;
    }
    List<GresText.Item> node = GresText.parse(none(r.text(JobField.TRES_PER_NODE)));
    List<GresText.Item> job = GresText.parse(r.text(JobField.TRES_PER_JOB));
    List<GresText.Item> task = GresText.parse(r.text(JobField.TRES_PER_TASK));
    List<GresText.Item> socket = GresText.parse(r.text(JobField.TRES_PER_SOCKET));
    if (node == null || job == null || task == null || socket == null) {
      return null;
    }
    if (r.number(JobField.GRES_JOINT) >= MEMORY_BY_SHARE) {
      node = lastOfEach(node);
      job = lastOfEach(job);
      task = lastOfEach(task);
      socket = lastOfEach(socket);
    }
    boolean nothing = node.isEmpty() && job.isEmpty() && task.isEmpty() && socket.isEmpty();
    return nothing ? NONE : new GresRequest(node, job, task, socket, List.of());
  }

  /** Whether a request asks for that kind by type. */
  public static boolean namesType(JobFields r, String kind) {
    GresRequest q = of(r);
    return q != null && q.all().stream().anyMatch(i -> i.name().equals(kind) && i.type() != null);
  }

  private static String none(String text) {
    return text == null || text.equalsIgnoreCase("none") || text.equalsIgnoreCase("gres:none") ? null : text;
  }

  public boolean isEmpty() {
    return this == NONE || perNode.isEmpty() && perJob.isEmpty() && perTask.isEmpty() && perSocket.isEmpty();
  }

  /** --cpus-per-gpu: CPUs that the job has at least; 0 where none is asked. */
  long cpus(JobFields r, long nodes, long tasks) {
    long cpus = 0;
    for (GresText.Item per : per(r, JobField.CPUS_PER_TRES)) {
      long onNode = sum(perNode, per) + sum(perSocket, per);
      long inJob = Math.max(sum(perJob, per), Math.max(onNode * nodes, sum(perTask, per) * tasks));
      cpus = Math.max(cpus, Math.min(inJob * per.count(), SlurmNumbers.NO_VAL - 1));
    }
    return cpus;
  }

  long cpusPerNode(JobFields r) {
    long cpus = 0;
    for (GresText.Item per : per(r, JobField.CPUS_PER_TRES)) {
      cpus = Math.max(cpus, (sum(perNode, per) + sum(perSocket, per)) * per.count());
    }
    return cpus;
  }

  private GresRequest withMemory(JobFields r) {
    List<GresText.Item> per = per(r, JobField.MEM_PER_TRES).stream()
        .filter(p -> p.count() > 0 && all().stream().anyMatch(i -> i.name().equals(p.name())))
        .toList();
    return per.isEmpty() ? this : new GresRequest(perNode, perJob, perTask, perSocket, per);
  }

  /** Of what is free, as much as there is memory for (--mem-per-gpu). {@code memory}: MiB. */
  GresFree within(GresFree free, long memory) {
    GresFree left = free;
    for (GresText.Item per : memoryPer) {
      boolean anyType = all().stream().anyMatch(i -> i.name().equals(per.name()) && i.type() == null);
      left = left.atMost(per.name(), Math.max(0, memory) / per.count(), anyType);
    }
    return left;
  }

  /** MiB that a node is charged which gives these shares; for {@link #memoryPer}. */
  long memoryOf(GresLayout layout, List<GresShare> shares) {
    long memory = 0;
    for (GresText.Item per : memoryPer) {
      memory += per.count() * count(layout, shares, new GresText.Item(per.name(), null, 0, true));
    }
    return memory;
  }

  /** --mem-per-gpu: MiB of each node, of those that give least where they differ; 0 where none is asked. */
  long memoryPerNode(JobFields r, long nodes, long tasks) {
    long memory = 0;
    for (GresText.Item per : memoryPer) {
      long least = sum(perNode, per) + sum(perSocket, per) + sum(perTask, per) + Math.min(1, sum(perJob, per));
      memory += Math.max(1, least) * per.count();
    }
    if (memory > 0) {
      return memory;
    }
    for (GresText.Item per : per(r, JobField.MEM_PER_TRES)) {
      long onNode = sum(perNode, per) + sum(perSocket, per);
      long most = Math.max(onNode, Math.max(sum(perJob, per) + nodes - 1, sum(perTask, per) * tasks + nodes - 1) / nodes);
      memory = Math.max(memory, most * per.count());
    }
    return memory;
  }

  private static List<GresText.Item> per(JobFields r, JobField f) {
    List<GresText.Item> items = r.has(f) ? GresText.parse(r.text(f)) : List.of();
    return items == null ? List.of() : items;
  }

  private static long sum(List<GresText.Item> items, GresText.Item of) {
    return items.stream().filter(i -> i.name().equals(of.name())).mapToLong(GresText.Item::count).sum();
  }

  List<GresText.Item> all() {
    List<GresText.Item> out = new ArrayList<>(perNode);
    out.addAll(perJob);
    out.addAll(perTask);
    out.addAll(perSocket);
    return out;
  }

  /** What every node of the job must have at least: its part per node, one task's, and one of what the job has over all. */
  private static long least(GresText.Item i, boolean job) {
    return job ? Math.min(1, i.count()) : i.count();
  }

  /**
   * How many tasks a node with so much free can take, at most {@code tasks}; 0 if it can take no part of the job.
   *
   * @param sockets of the node that the job uses
   * @param wholeJob the node is to hold the whole job
   */
  long tasksOn(GresFree free, long tasks, int sockets, boolean wholeJob) {
    if (isEmpty()) {
      return tasks;
    }
    GresFree left = free.copy();
    List<GresShare> sink = new ArrayList<>();
    for (GresText.Item i : perNode) {
      if (!left.pick(i.name(), i.type(), i.count(), sink)) {
        return 0;
      }
    }
    for (GresText.Item i : perSocket) {
      if (!left.pick(i.name(), i.type(), i.count() * sockets, sink)) {
        return 0;
      }
    }
    for (GresText.Item i : perJob) {
      if (left.count(i.name(), i.type()) < (wholeJob ? i.count() : least(i, true))) {
        return 0;
      }
    }
    long most = tasks;
    for (GresText.Item i : perTask) {
      if (i.count() > 0) {
        most = Math.min(most, left.count(i.name(), i.type()) / i.count());
      }
    }
    return most;
  }

  /**
   * The share of a node that takes so many tasks, taken off {@code free}; null if there is not enough.
   *
   * @param jobParts how many of each {@link #perJob} item this node gives
   */
  List<GresShare> share(GresFree free, long tasks, int sockets, long[] jobParts) {
    List<GresShare> picked = new ArrayList<>();
    boolean enough = true;
    for (GresText.Item i : perNode) {
      enough &= free.pick(i.name(), i.type(), i.count(), picked);
    }
    for (GresText.Item i : perSocket) {
      enough &= free.pick(i.name(), i.type(), i.count() * sockets, picked);
    }
    for (GresText.Item i : perTask) {
      enough &= free.pick(i.name(), i.type(), i.count() * tasks, picked);
    }
    for (int k = 0; k < perJob.size(); k++) {
      enough &= free.pick(perJob.get(k).name(), perJob.get(k).type(), jobParts[k], picked);
    }
    return enough ? merged(picked) : null;
  }

  private static List<GresShare> merged(List<GresShare> picked) {
    List<GresShare> out = List.of();
    for (GresShare s : picked) {
      out = s.count() == 0 ? out : GresShare.sum(out, List.of(s));
    }
    return out;
  }

  /** As {@link #shares}, for an allocation that is complete but for its gres; null if they are not free. */
  public static Allocation complete(Allocation a, JobSize size, int[] usable, List<GresFree> free) {
    if (size.gres().isEmpty()) {
      return a;
    }
    int[] sockets = new int[usable.length];
    java.util.Arrays.fill(sockets, size.socketsForGres());
    List<List<GresShare>> gres = size.gres().shares(free, size.tasksOn(usable), sockets);
    if (gres == null) {
      return null;
    }
    List<Allocation.NodeShare> out = new ArrayList<>();
    for (int i = 0; i < gres.size(); i++) {
      out.add(a.nodes().get(i).with(gres.get(i)));
    }
    return new Allocation(out);
  }

  /**
   * The shares of several nodes: what the job has over all is given by the first ones, one at least by each. Null if the
   * nodes cannot give it all. {@code free} of each node is left as it is.
   */
  public List<List<GresShare>> shares(List<GresFree> free, long[] tasks, int[] sockets) {
    List<GresFree> left = free.stream().map(GresFree::copy).toList();
    long[][] parts = new long[left.size()][perJob.size()];
    List<List<GresShare>> out = new ArrayList<>();
    for (int k = 0; k < perJob.size(); k++) {
      GresText.Item item = perJob.get(k);
      long need = item.count();
      for (int n = 0; n < left.size(); n++) {
        long later = Math.min(need, left.size() - n - 1);
        parts[n][k] = Math.min(left.get(n).count(item.name(), item.type()), need - later);
        need -= parts[n][k];
      }
      if (need > 0) {
        return null;
      }
    }
    for (int n = 0; n < left.size(); n++) {
      List<GresShare> s = share(left.get(n), tasks[n], sockets[n], parts[n]);
      if (s == null) {
        return null;
      }
      out.add(s);
    }
    return out;
  }

  /** Null if these shares of nodes give at least what is asked, else why not. Layouts and tasks in the order of the shares. */
  String objection(List<GresLayout> layouts, List<List<GresShare>> shares, long[] tasks, int[] sockets) {
    for (int n = 0; n < shares.size(); n++) {
      for (GresText.Item i : all()) {
        long has = count(layouts.get(n), shares.get(n), i);
        long least = 0;
        for (GresText.Item same : all()) {
          if (same.name().equals(i.name()) && (i.type() == null || i.type().equals(same.type()))) {
            least += perNode.contains(same) ? same.count() : 0;
            least += perSocket.contains(same) ? same.count() * sockets[n] : 0;
            least += perTask.contains(same) ? same.count() * tasks[n] : 0;
          }
        }
        if (has < least) {
          return has + " " + i.name() + " proposed, " + least + " asked";
        }
      }
    }
    for (GresText.Item i : perJob) {
      long sum = 0;
      for (int n = 0; n < shares.size(); n++) {
        sum += count(layouts.get(n), shares.get(n), i);
      }
      if (sum < i.count()) {
        return sum + " " + i.name() + " proposed, " + i.count() + " asked";
      }
    }
    return null;
  }

  private static long count(GresLayout layout, List<GresShare> shares, GresText.Item i) {
    long n = 0;
    for (GresShare s : shares) {
      boolean same = s.entry() < layout.entries().size() && layout.entries().get(s.entry()).is(i.name(), i.type());
      n += same ? s.count() : 0;
    }
    return n;
  }
}
