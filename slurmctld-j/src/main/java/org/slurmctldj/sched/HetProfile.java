package org.slurmctldj.sched;

import static org.slurmctldj.core.SlurmNumbers.NO_VAL;

import java.util.BitSet;
import java.util.List;
import org.slurmctldj.core.Allocation;

/** The time to come, for the components of a heterogeneous job: they begin in one slot, each for its own length. */
final class HetProfile implements HetPlacement.Ground {
  /** So many moments are looked at; a job that no earlier one suits is not planned this time. */
  private static final int MOST_MOMENTS = 100;

  private final Profile profile;
  private int slot;

  HetProfile(Profile profile) {
    this.profile = profile;
  }

  /** Where the last search ended. */
  int slot() {
    return slot;
  }

  /** Places in the earliest slot that has one for each; held then. Null, and nothing is held: none in the window. */
  List<HetPlacement.Choice> earliest(List<HetPlacement.Part> parts) {
    slot = 0;
    for (int tries = 0; tries < MOST_MOMENTS; tries++) {
      // No sooner than the last of them could begin with all the rest of the cluster to itself.
      for (HetPlacement.Part p : parts) {
        int own = alone(p);
        if (own < 0) {
          return null;
        }
        slot = own;
      }
      List<HetPlacement.Choice> found = HetPlacement.find(parts, this);
      if (found != null) {
        return found;
      }
      slot = profile.nextTurn(slot);
      if (slot >= profile.slots()) {
        return null;
      }
    }
    return null;
  }

  /** The first slot from the present one on in which that component has a place; -1 for none. */
  private int alone(HetPlacement.Part p) {
    int best = -1;
    for (Shape.Place place : p.shape().places) {
      Profile.Found f = place.limit != null ? null : profile.earliest(p.shape(), place, length(p, place), slot);
      if (f != null && (best < 0 || f.slot() < best)) {
        best = f.slot();
      }
    }
    return best;
  }

  private int length(HetPlacement.Part p, Shape.Place place) {
    long minutes = p.shape().timeLimit == NO_VAL ? place.definition.defaultMinutes() : p.shape().timeLimit;
    return profile.length(Forecast.RunTime.seconds(minutes));
  }

  @Override
  public Allocation find(HetPlacement.Part part, Shape.Place place, BitSet closed) {
    Profile.Found f = profile.earliest(part.shape(), place, length(part, place), slot, slot + 1, closed);
    return f == null ? null : f.allocation();
  }

  @Override
  public void take(HetPlacement.Choice c) {
    profile.hold(c.allocation(), c.part().shape().licenseCounts, slot, length(c.part(), c.place()));
  }

  @Override
  public void giveBack(HetPlacement.Choice c) {
    profile.letGo(c.allocation(), c.part().shape().licenseCounts, slot, length(c.part(), c.place()));
  }

  /** What is held stays. */
  void commit(List<HetPlacement.Choice> found) {
    found.forEach(this::giveBack);
    found.forEach(c -> profile.take(c.allocation(), c.part().shape().licenseCounts, slot, length(c.part(), c.place())));
  }
}
