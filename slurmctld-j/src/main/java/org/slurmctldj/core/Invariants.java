package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slurmctldj.core.Allocation.NodeShare;

/**
 * What must be true of the state after every command. The cheap part is asserted on every record
 * that apply stores; the whole is checked after each step of the tests, and bit by bit in production ({@link Sweep}).
 */
public final class Invariants {
  private Invariants() {}

  static void checkJob(JobRecord j) {
    check(j.jobId > 0, j, "has an id");
    check(j.arrayPending == null || j.phase == JobPhase.PENDING, j, "pending tasks only while pending");
    check(j.arrayPending == null || !j.arrayPending.isEmpty(), j, "a rest has tasks");
    check(j.arrayPending == null || j.jobId == j.arrayJobId, j, "the rest has the array's id");
    check(!j.phase.holdsNodes() || j.allocation != null && !j.allocation.nodes().isEmpty(), j, "holds nodes");
    check((j.nodesEnding.length > 0) == (j.phase == JobPhase.ENDING), j, "ending nodes while ENDING");
    check(j.phase != JobPhase.ENDING || j.deadlineMillis != 0, j, "ENDING has a deadline");
    check(j.phase != JobPhase.STARTING || j.deadlineMillis != 0, j, "STARTING has a deadline");
    check((j.outcome == Outcome.NONE) == (j.phase.code() < JobPhase.ENDING.code()), j, "an outcome from ENDING on");
    check(!j.suspended || j.phase == JobPhase.RUNNING, j, "suspended only while running");
    check(!j.coresReleased || j.phase.holdsNodes() || j.phase == JobPhase.DONE, j, "cores given back only of an allocation");
    check(j.deadlineMillis >= 0, j, "a deadline is a time");
  }

  private static void check(boolean ok, JobRecord j, String what) {
    if (!ok) {
      throw new IllegalStateException("job " + j.jobId + " in " + j.phase + ": broken invariant: " + what);
    }
  }

  static void checkNode(NodeRecord n, NodeDefinition d) {
    boolean fits = n.allocatedCpus >= 0 && n.allocatedMemory >= 0 && n.jobs >= 0 && n.jobsEnding >= 0
        && n.jobsEnding <= n.jobs;
    if (!fits || n.jobs == 0 && (n.allocatedCpus != 0 || n.allocatedMemory != 0 || !isEmpty(n.allocatedCores))) {
      throw new IllegalStateException("node " + n.name + ": its sums do not fit: " + n.jobs + " jobs, "
          + n.allocatedCpus + " CPUs, " + n.allocatedMemory + " MiB");
    }
    if (!n.name.equals(d.name())) {
      throw new IllegalStateException("node " + n.name + " has the place of " + d.name());
    }
  }

  private static boolean isEmpty(long[] cores) {
    return Arrays.stream(cores).allMatch(w -> w == 0);
  }

  /** Every broken invariant of the whole state, in words; empty when all is well. */
  public static List<String> broken(ClusterView view) {
    List<String> out = new ArrayList<>();
    ClusterConfig config = view.config();
    Map<Integer, Sum> sums = new HashMap<>();
    Set<String> launches = new HashSet<>();
    Map<Long, Integer> open = new HashMap<>();
    Map<Long, JobRecord> heads = new HashMap<>();
    Map<Long, List<JobRecord>> het = new TreeMap<>();
    view.forEachJob(j -> {
      job(j, config, out);
      if (j.isHet()) {
        het.computeIfAbsent(j.hetJobId, k -> new ArrayList<>()).add(j);
      }
      if (j.phase.holdsNodes()) {
        if (!launches.add(j.launchId())) {
          out.add("launch " + j.launchId() + " twice");
        }
        for (NodeShare s : j.allocation.nodes()) {
          share(j, s.node(), sums.computeIfAbsent(s.node(), k -> new Sum()), out);
        }
      }
      if (j.arrayJobId != 0) {
        open.merge(j.arrayJobId, openTasks(j), Integer::sum);
        if (j.arrayJobId == j.jobId) {
          heads.put(j.jobId, j);
        }
      }
    });
    heads.forEach((id, head) -> array(head, open.getOrDefault(id, 0), out));
    for (List<JobRecord> components : het.values()) {
      components.sort(Comparator.comparingLong(j -> j.jobId));
      out.addAll(HetJobs.broken(components));
    }
    for (int i = 0; i < view.nodeCount(); i++) {
      node(view.node(i), config, sums.getOrDefault(i, new Sum()), out);
    }
    if (view.nodeCount() != config.nodes().size()) {
      out.add(view.nodeCount() + " node records, " + config.nodes().size() + " configured");
    }
    return out;
  }

  /** What one record alone must fulfil. */
  static void job(JobRecord j, ClusterConfig config, List<String> out) {
    try {
      checkJob(j);
    } catch (IllegalStateException e) {
      out.add(e.getMessage());
    }
    for (int p : j.partitions) {
      if (p < 0 || p >= config.partitions().size()) {
        out.add("job " + j.jobId + " is in partition " + p);
      }
    }
  }

  static int openTasks(JobRecord j) {
    return j.phase == JobPhase.DONE ? 0 : j.arrayPending == null ? 1 : j.arrayPending.size();
  }

  static void array(JobRecord head, int open, List<String> out) {
    if (head.arrayTasks - head.arrayEnded != open) {
      out.add("array " + head.jobId + " counts " + head.arrayEnded + " of " + head.arrayTasks + " tasks ended, " + open + " are open");
    }
  }

  /** Adds what the job holds of that node, if that counts still. */
  static void share(JobRecord j, int node, Sum sum, List<String> out) {
    for (NodeShare s : j.allocation.nodes()) {
      boolean counts = s.node() == node && (j.phase != JobPhase.ENDING || Arrays.binarySearch(j.nodesEnding, node) >= 0);
      if (counts && !sum.add(j, s)) {
        out.add("job " + j.jobId + " shares a core of node " + node);
      }
    }
  }

  static void node(NodeRecord n, ClusterConfig config, Sum sum, List<String> out) {
    NodeDefinition d = config.nodes().get(n.index);
    if (n.allocatedCpus != sum.cpus || n.allocatedMemory != sum.memory || n.jobs != sum.jobs
        || n.jobsEnding != sum.ending || n.jobsSuspended != sum.suspended || !sameGres(n.gres, sum.gres) || !sameCores(n.allocatedCores, sum.cores)) {
      out.add("node " + n.name + " counts " + n.jobs + " jobs, " + n.jobsEnding + " ending, " + n.allocatedCpus
          + " CPUs, " + n.allocatedMemory + " MiB; its jobs hold " + sum.jobs + ", " + sum.ending + ", " + sum.cpus
          + ", " + sum.memory);
    }
    if (sum.cpus > d.cpus() || sum.memory > d.realMemory()) {
      out.add("node " + n.name + " is over-allocated");
    }
    if (n.phase == NodePhase.DOWN && n.jobs > 0 && !n.linked) {
      // A linked one may be: rebooted by surprise, with reports of ended launches still to come.
      out.add("node " + n.name + " is down with " + n.jobs + " jobs");
    }
  }

  private static boolean sameGres(List<GresShare> a, List<GresShare> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (a.get(i).entry() != b.get(i).entry() || a.get(i).count() != b.get(i).count()
          || !sameCores(a.get(i).devices(), b.get(i).devices())) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameCores(long[] a, long[] b) {
    for (int i = 0; i < Math.max(a.length, b.length); i++) {
      if ((i < a.length ? a[i] : 0) != (i < b.length ? b[i] : 0)) {
        return false;
      }
    }
    return true;
  }

  /** What the jobs of one node hold together. */
  static final class Sum {
    int cpus;
    long memory;
    int jobs;
    int ending;
    int suspended;
    List<GresShare> gres = List.of();
    long[] cores = {};

    boolean add(JobRecord j, NodeShare s) {
      memory += s.memory();
      gres = GresShare.sum(gres, s.gres());
      jobs++;
      ending += j.phase == JobPhase.ENDING ? 1 : 0;
      suspended += j.suspended ? 1 : 0;
      if (j.coresReleased) {
        return true;
      }
      cpus += s.cpus();
      boolean apart = true;
      cores = Arrays.copyOf(cores, Math.max(cores.length, s.cores().length));
      for (int i = 0; i < s.cores().length; i++) {
        apart &= (cores[i] & s.cores()[i]) == 0;
        cores[i] |= s.cores()[i];
      }
      return apart;
    }
  }
}
