package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import org.slurmctldj.core.Allocation.NodeShare;

/**
 * {@link Command.ChangeReservation} and {@link Command.DeleteReservation}, and what reservations close to jobs: planner and
 * apply ask the same question. Error numbers observed on 22.05.8.
 */
public final class Reservations {
  private static final long YEAR_SECONDS = 365 * 86_400;
  private static final BitSet NONE = new BitSet();

  private Reservations() {}

  /** The reservation of that name which is not over, or null. */
  public static ReservationDefinition find(ClusterConfig config, String name, long now) {
    for (ReservationDefinition r : config.reservations()) {
      if (r.name().equals(name) && !r.isOver(now)) {
        return r;
      }
    }
    return null;
  }

  /** Nodes that a job which runs from one second up to another must not use; look, do not change. {@code name} null: a job without one. */
  public static BitSet closed(ClusterConfig config, String name, long from, long to) {
    if (config.reservations().isEmpty() && (name == null || name.isEmpty())) {
      return NONE;
    }
    BitSet closed = new BitSet(config.nodes().size());
    if (name == null || name.isEmpty()) {
      for (ReservationDefinition r : config.reservations()) {
        if (r.meets(from, to)) {
          Arrays.stream(r.nodes()).forEach(closed::set);
        }
      }
      return closed;
    }
    closed.set(0, config.nodes().size());
    ReservationDefinition own = find(config, name, from);
    if (own != null && own.at(from).start() <= from) {
      Arrays.stream(own.nodes()).forEach(closed::clear);
    }
    return closed;
  }

  /** How long such a job may take, in seconds, for {@link #closed}. */
  public static long seconds(long minutes, PartitionDefinition p) {
    long m = minutes == NO_VAL ? RequestChecks.defaultTime(p) : minutes;
    return m >= NO_VAL ? YEAR_SECONDS : m * 60;
  }

  /** Null if that job may ask for the reservation that it names, or names none. */
  static Result check(ClusterConfig config, JobFields r, long now) {
    String name = r.text(JobField.RESERVATION);
    if (!RequestChecks.notEmpty(name)) {
      return null;
    }
    ReservationDefinition found = find(config, name, now);
    if (found == null) {
      return Result.error(ESLURM_RESERVATION_INVALID);
    }
    return found.admits(r) ? null : Result.error(ESLURM_RESERVATION_ACCESS);
  }

  static Result change(Change c, Command.ChangeReservation u) {
    if (!u.actor().privileged()) {
      return Result.error(ESLURM_USER_ID_MISSING);
    }
    ClusterConfig config = c.config();
    long now = c.nowSeconds();
    List<ReservationDefinition> left = new ArrayList<>(config.reservations());
    left.removeIf(r -> r.isOver(now));
    ReservationDefinition before = u.name() == null ? null : find(config, u.name(), now);
    if (u.create() && before != null) {
      return Result.error(ESLURM_RESERVATION_NAME_DUP);
    }
    if (!u.create() && before == null) {
      return Result.error(ESLURM_RESERVATION_INVALID);
    }
    left.removeIf(r -> before != null && r.name().equals(before.name()));
    long start = u.start() != NO_VAL ? u.start() : before == null ? NO_VAL : before.start();
    if (start == NO_VAL || u.create() && start < now - 60) {
      return Result.error(ESLURM_INVALID_TIME_VALUE);
    }
    long end = u.end() != NO_VAL ? u.end() : before == null ? NO_VAL : before.end();
    if (u.duration() != NO_VAL) {
      end = start + (u.duration() == INFINITE ? YEAR_SECONDS : u.duration() * 60);
    }
    if (end == NO_VAL || end <= start || end <= now) {
      return Result.error(ESLURM_INVALID_TIME_VALUE);
    }
    List<String> users = names(u.users(), before == null ? List.of() : before.users());
    List<String> accounts = names(u.accounts(), before == null ? List.of() : before.accounts());
    if (users.isEmpty() && accounts.isEmpty()) {
      return Result.error(ESLURM_RESERVATION_EMPTY);
    }
    long flags = (before == null ? 0 : before.flags()) & ~u.flagsOff() | u.flagsOn();
    ReservationDefinition wanted = new ReservationDefinition(
        u.name(), start, end, flags, new int[0], users, accounts,
        u.partition() != null ? emptyIsNull(u.partition()) : before == null ? null : before.partition(),
        u.comment() != null ? emptyIsNull(u.comment()) : before == null ? null : before.comment(),
        before == null || (u.flagsOn() & ReservationDefinition.RECURRING) != 0 ? u.zoneSeconds() : before.zoneSeconds());
    if (c.featureLevel >= 8 && wanted.partition() != null && config.partitionIndex(wanted.partition()) < 0) {
      return Result.error(ESLURM_INVALID_PARTITION_NAME);
    }
    boolean every = "ALL".equalsIgnoreCase(u.nodes());
    if ((u.flagsOn() & ReservationDefinition.PART_NODES) != 0 && !(every && wanted.partition() != null)) {
      return Result.error(ESLURM_INVALID_NODE_NAME);
    }
    int[] nodes = before == null ? null : before.nodes();
    String partition = wanted.partition();
    if (u.nodes() != null || u.nodeCount() != NO_VAL) {
      Result refused = null;
      if (u.nodes() != null) {
        boolean follows = (u.flagsOn() & ReservationDefinition.PART_NODES) != 0;
        nodes = follows ? partitionNodes(config, partition) : every ? all(config) : NodeNames.indexes(u.nodes(), config);
        flags |= every && !follows ? ReservationDefinition.ALL_NODES : ReservationDefinition.SPEC_NODES;
        if (c.featureLevel >= 8) {
          flags = flags & ~(follows ? 0 : ReservationDefinition.PART_NODES) | ReservationDefinition.SPEC_NODES;
        }
        refused = nodes == null || nodes.length == 0 ? Result.error(ESLURM_INVALID_NODE_NAME) : taken(c, left, wanted, nodes);
      } else {
        partition = partition != null || config.defaultPartition() < 0
            ? partition
            : config.partitions().get(config.defaultPartition()).name();
        nodes = pick(c, left, wanted, (int) Math.min(u.nodeCount(), Integer.MAX_VALUE));
        refused = nodes == null ? Result.error(ESLURM_NODES_BUSY) : null;
      }
      if (refused != null) {
        return refused;
      }
    } else if (before != null) {
      Result overlap = overlaps(left, wanted, nodes) ? Result.error(ESLURM_RESERVATION_OVERLAP) : null;
      if (overlap != null) {
        return overlap;
      }
    }
    if (nodes == null) {
      return Result.error(ESLURM_INVALID_NODE_NAME);
    }
    String name = u.name() != null && !u.name().isEmpty() ? u.name() : newName(left, users.isEmpty() ? accounts : users);
    dropOver(c);
    c.putReservation(new ReservationDefinition(name, start, end, flags, nodes, users, accounts, partition, wanted.comment(), wanted.zoneSeconds()));
    for (long id : c.jobsWhere(j -> j.phase == JobPhase.RUNNING && name.equals(j.request.text(JobField.RESERVATION)))) {
      JobRecord j = c.job(id);
      TimeLimits.arm(c, j);
      c.touch(j);
    }
    c.info("reservation " + name + (u.create() ? " created" : " updated") + " by uid " + u.actor().uid());
    c.replan("reservation " + name);
    return new Result(0, 0, name, List.of());
  }

  static Result delete(Change c, Command.DeleteReservation d) {
    if (!d.actor().privileged()) {
      return Result.error(ESLURM_USER_ID_MISSING);
    }
    ReservationDefinition found = find(c.config(), d.name(), c.nowSeconds());
    if (found == null) {
      return Result.error(ESLURM_RESERVATION_INVALID);
    }
    if (!c.jobsWhere(j -> j.phase != JobPhase.DONE && found.name().equals(j.request.text(JobField.RESERVATION))).isEmpty()) {
      return Result.error(ESLURM_RESERVATION_BUSY);
    }
    dropOver(c);
    c.removeReservation(found.name());
    c.info("reservation " + d.name() + " deleted by uid " + d.actor().uid());
    c.replan("reservation deleted");
    return Result.OK;
  }

  /** With every change of reservations: one that is over is as good as gone. */
  private static void dropOver(Change c) {
    for (ReservationDefinition r : c.config().reservations()) {
      if (r.isOver(c.nowSeconds())) {
        c.removeReservation(r.name());
      }
    }
  }

  private static Result taken(Change c, List<ReservationDefinition> others, ReservationDefinition wanted, int[] nodes) {
    if (overlaps(others, wanted, nodes)) {
      return Result.error(ESLURM_RESERVATION_OVERLAP);
    }
    return Arrays.stream(nodes).anyMatch(n -> busy(c, wanted, n)) ? Result.error(ESLURM_NODES_BUSY) : null;
  }

  static boolean overlaps(List<ReservationDefinition> others, ReservationDefinition wanted, int[] nodes) {
    if ((wanted.flags() & (ReservationDefinition.MAINT | ReservationDefinition.OVERLAP)) != 0) {
      return false;
    }
    return others.stream().anyMatch(
        r -> (r.flags() & (ReservationDefinition.MAINT | ReservationDefinition.OVERLAP)) == 0
            && r.meets(wanted.start(), wanted.end())
            && Arrays.stream(r.nodes()).anyMatch(n -> Arrays.binarySearch(nodes, n) >= 0));
  }

  /** A job of somebody holds it beyond the start. */
  private static boolean busy(Change c, ReservationDefinition wanted, int node) {
    if ((wanted.flags() & ReservationDefinition.IGNORE_JOBS) != 0) {
      return false;
    }
    for (long id : c.indexes().onNode(node)) {
      JobRecord j = c.job(id);
      long end = j.timeLimit >= NO_VAL ? Long.MAX_VALUE : j.startTime + j.timeLimit * 60;
      boolean own = wanted.name() != null && wanted.name().equals(j.request.text(JobField.RESERVATION));
      if (j.phase.holdsNodes() && !own && end > wanted.start()) {
        return true;
      }
    }
    return false;
  }

  /** The first nodes of the partition, or of the default one, that nobody has; null if there are not so many. */
  private static int[] pick(Change c, List<ReservationDefinition> others, ReservationDefinition wanted, int count) {
    ClusterConfig config = c.config();
    int p = wanted.partition() == null ? config.defaultPartition() : config.partitionIndex(wanted.partition());
    if (p < 0 || count <= 0) {
      return null;
    }
    List<Integer> picked = new ArrayList<>();
    for (int n : config.partitions().get(p).nodes()) {
      if (picked.size() < count && serves(c, n) && !overlaps(others, wanted, new int[] {n}) && !busy(c, wanted, n)) {
        picked.add(n);
      }
    }
    return picked.size() < count ? null : picked.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  static boolean serves(Change c, int node) {
    NodeRecord r = c.node(node);
    return r.phase == NodePhase.UP && !r.drain;
  }

  static int[] partitionNodes(ClusterConfig config, String partition) {
    return Arrays.stream(config.partitions().get(config.partitionIndex(partition)).nodes()).sorted().toArray();
  }

  /** The nodes of a partition have changed: those of its PART_NODES reservations, too (22.05.8, 24.11.5). */
  static void follow(Change c, String partition) {
    for (ReservationDefinition r : c.config().reservations()) {
      if (r.ofPartition() && partition.equals(r.partition())) {
        c.putReservation(r.onNodes(partitionNodes(c.config(), partition)));
      }
    }
  }

  private static int[] all(ClusterConfig config) {
    return java.util.stream.IntStream.range(0, config.nodes().size()).toArray();
  }

  /** "a,b" in place of what there is; "+a" and "-b" to it and from it. */
  private static List<String> names(String text, List<String> now) {
    if (text == null) {
      return now;
    }
    TreeSet<String> plus = new TreeSet<>();
    List<String> out = new ArrayList<>();
    boolean changes = false;
    for (String word : text.split(",")) {
      char sign = word.isEmpty() ? ' ' : word.charAt(0);
      String name = sign == '+' || sign == '-' ? word.substring(word.startsWith("=", 1) ? 2 : 1) : word;
      if (name.isEmpty()) {
        continue;
      }
      changes |= sign == '+' || sign == '-';
      if (sign == '-') {
        plus.add(name);
      } else {
        out.add(name);
      }
    }
    if (changes) {
      List<String> merged = new ArrayList<>(now);
      merged.removeAll(plus);
      out.stream().filter(n -> !merged.contains(n)).forEach(merged::add);
      return merged;
    }
    return out;
  }

  /** As Slurm names one that got no name: after the first user or account, and a number. */
  private static String newName(List<ReservationDefinition> others, List<String> after) {
    for (int n = others.size() + 1; ; n++) {
      String name = after.get(0) + "_" + n;
      if (others.stream().noneMatch(r -> r.name().equals(name))) {
        return name;
      }
    }
  }

  private static String emptyIsNull(String s) {
    return s.isEmpty() ? null : s;
  }

  /** Null if every node of these shares may be used by that job from now on. */
  static String objection(ClusterConfig config, JobRecord job, PartitionDefinition p, List<NodeShare> shares, long now) {
    String name = job.request.text(JobField.RESERVATION);
    BitSet closed = closed(config, name, now, now + seconds(job.request.number(JobField.TIME_LIMIT), p));
    for (NodeShare s : shares) {
      if (closed.get(s.node())) {
        return "node " + config.nodes().get(s.node()).name() + " is reserved";
      }
    }
    return check(config, job.request, now) == null ? null : "may not use its reservation";
  }
}
