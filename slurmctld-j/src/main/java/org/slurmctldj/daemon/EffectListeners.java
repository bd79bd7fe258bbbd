package org.slurmctldj.daemon;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agents.Agents;
import org.slurmctldj.core.Effect;
import org.slurmctldj.engine.EffectListener;
import org.slurmctldj.slurmd.SlurmdNodes;

/** From the engine's outboxes to those who act on effects. Each listener has a thread of its own. */
final class EffectListeners {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  private EffectListeners() {}

  /** Orders for nodes with an agent. */
  record ToAgents(Agents agents) implements EffectListener {
    @Override
    public boolean wants(Effect effect) {
      return agents.wants(effect);
    }

    @Override
    public void effect(Effect effect) {
      agents.effect(effect);
    }

    @Override
    public void resync() {
      agents.resync();
    }
  }

  /** Orders for nodes with a real slurmd. */
  record ToSlurmds(SlurmdNodes slurmds) implements EffectListener {
    @Override
    public boolean wants(Effect effect) {
      return slurmds.wants(effect);
    }

    @Override
    public void effect(Effect effect) {
      slurmds.effect(effect);
    }

    @Override
    public void resync() {
      slurmds.resync();
    }
  }

  /** Core's lines for the controller's log. */
  record ToLog() implements EffectListener {
    @Override
    public boolean wants(Effect effect) {
      return effect instanceof Effect.Log;
    }

    @Override
    public int gatherMillis() {
      return 40;
    }

    @Override
    public void effect(Effect effect) {
      if (effect instanceof Effect.Log l) {
        if (l.isError()) {
          LOG.error("{}", l.line());
        } else {
          LOG.info("{}", l.line());
        }
      }
    }

    @Override
    public void resync() {}
  }
}
