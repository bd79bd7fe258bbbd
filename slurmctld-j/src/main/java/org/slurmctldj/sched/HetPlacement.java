package org.slurmctldj.sched;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobRow;
import org.slurmctldj.core.Proposal;

/**
 * Where all components of a heterogeneous job would go at once: each on nodes of its own, as Slurm's backfill does; where
 * that is not possible on nodes that they share. One after the other, and where one finds no place anew with that one
 * first, so that a component that could go anywhere does not keep another from the only nodes it can have. One pass's.
 */
final class HetPlacement {
  private static final int MOST_TRIES = 8;

  /** A component, as its row and its shape were when the pass came to it. */
  record Part(long jobId, long version, long userId, long priority, long submitTime, Shape shape) {}

  /** Where one component goes. */
  record Choice(Part part, Shape.Place place, Allocation allocation) {
    Proposal proposal(ClusterImage image) {
      return new Proposal(
          part.jobId, part.version, image.config().epoch(), place.partition, allocation, image.free().versionsOf(allocation));
    }
  }

  /** What is free, from which choices are taken off while others are looked for. */
  interface Ground {
    /** Null if there is no place. {@code closed}: nodes that other components have. */
    Allocation find(Part part, Shape.Place place, BitSet closed);

    void take(Choice choice);

    void giveBack(Choice choice);
  }

  /**
   * The components of one job.
   *
   * @param waiting those that could start as far as they themselves are concerned
   * @param ready all of them could
   */
  record Parts(List<Part> waiting, boolean ready) {}

  private HetPlacement() {}

  /** Of the job that {@code row} belongs to; leaves the row of its last component there. */
  static Parts parts(ClusterView view, JobQueue queue, JobRow row) {
    long leader = row.hetJobId;
    int size = row.hetSize;
    List<Part> waiting = new ArrayList<>();
    for (long id = leader; id < leader + size; id++) {
      Shape shape = queue.shape(id);
      boolean there = shape != null && view.jobRow(id, row) && row.hetJobId == leader && row.startable();
      if (there && row.shape == shape.number && shape.limit == null) {
        waiting.add(new Part(id, row.version, row.userId, row.priority, row.submitTime, shape));
      }
    }
    return new Parts(waiting, waiting.size() == size);
  }

  /** A place for each, in their order, which is taken then; null if there is none for all of them, and nothing is taken. */
  static List<Choice> find(List<Part> parts, Ground ground) {
    List<Choice> apart = find(parts, ground, true);
    return apart != null ? apart : find(parts, ground, false);
  }

  /** One proposal for all of them. */
  static Proposal proposal(List<Choice> choices, ClusterImage image) {
    List<Proposal> each = choices.stream().map(c -> c.proposal(image)).toList();
    return each.get(0).with(each.subList(1, each.size()));
  }

  private static List<Choice> find(List<Part> parts, Ground ground, boolean apart) {
    List<Part> order = new ArrayList<>(parts);
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      List<Choice> found = new ArrayList<>();
      BitSet used = new BitSet();
      Part without = null;
      for (Part p : order) {
        Choice c = choice(p, ground, used);
        if (c == null) {
          without = p;
          break;
        }
        ground.take(c);
        found.add(c);
        if (apart) {
          c.allocation.nodes().stream().mapToInt(NodeShare::node).forEach(used::set);
        }
      }
      if (without == null) {
        found.sort(java.util.Comparator.comparingLong(c -> c.part.jobId));
        return found;
      }
      found.reversed().forEach(ground::giveBack);
      if (without == order.get(0)) {
        return null; // not even with everything to itself
      }
      order.remove(without);
      order.addFirst(without);
    }
    return null;
  }

  private static Choice choice(Part p, Ground ground, BitSet closed) {
    for (Shape.Place place : p.shape.places) {
      Allocation a = place.limit != null ? null : ground.find(p, place, closed);
      if (a != null) {
        return new Choice(p, place, a);
      }
    }
    return null;
  }
}
