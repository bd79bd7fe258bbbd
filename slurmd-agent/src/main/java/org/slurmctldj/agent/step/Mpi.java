package org.slurmctldj.agent.step;

import java.util.Optional;

/** The MPI plugins of srun --mpi that this node can serve. */
enum Mpi {
  NONE,
  PMI2;

  private static final long NONE_ID = 101;
  private static final long PMI2_ID = 102;

  /** By the number in a launch; empty: not one of ours. */
  static Optional<Mpi> of(long id) {
    // 24.11 and later send NO_VAL for none
    if (id == 0 || id == NONE_ID || id == StepKey.NO_VAL) {
      return Optional.of(NONE);
    }
    return id == PMI2_ID ? Optional.of(PMI2) : Optional.empty();
  }
}
