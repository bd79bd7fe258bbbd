package org.slurmctldj.engine;

import org.slurmctldj.core.Effect;

/**
 * A room that acts on applied commands (agents, scheduler, log). Each listener has a thread of its
 * own, which calls both methods; apply never waits for it.
 */
public interface EffectListener {

  /** Apply thread: whether {@link #effect} cares; what it does not want does not wake it. */
  default boolean wants(Effect effect) {
    return true;
  }

  /**
   * How long its thread may let effects gather before it looks again, in milliseconds: waking a thread for each costs
   * more than the work where nobody waits for it.
   */
  default int gatherMillis() {
    return 0;
  }

  /** Something that an applied, hence durable, command asks for. In the order of the journal. */
  void effect(Effect effect);

  /**
   * Effects may have been missed: derive all work from the state. Called once before the first effect
   * after each start (effects of before the start are not repeated), and when a listener was so slow
   * that its queue was dropped.
   */
  void resync();
}
