package org.slurmctldj.power;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.config.PowerKeys;
import org.slurmctldj.core.ChangeRing;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.Command.PowerProgram;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.Result;
import org.slurmctldj.journal.IdleWait;
import org.slurmctldj.proto.text.Hostlist;

/**
 * Looks for nodes that are to be powered up or down, calls the programs for them, a list at a time and no more nodes a
 * minute than ResumeRate and SuspendRate say and not more often than power_save_min_interval, and reports each call. Thread "power". What it must do is in the nodes'
 * records: an effect only wakes it, and a restart repeats at most a call whose report was not yet journaled.
 */
public final class PowerThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PowerThread.class);

  private static final long LOOK_MILLIS = 5_000;

  private final ClusterView view;
  private final Commands commands;
  private final Supplier<PowerKeys.Programs> programs;
  private final PowerPrograms caller;
  private final LongSupplier clock;
  private final PowerRate resume = new PowerRate();
  private final PowerRate suspend = new PowerRate();
  private final PowerPace pace = new PowerPace();
  private final IdleWait idle = new IdleWait("power, for nodes to be powered up or down");
  private final Thread thread = Thread.ofPlatform().name("power").daemon().unstarted(this::run);
  /** Of that configuration, up to that change: the nodes whose records ask for something. The thread's own. */
  private ClusterConfig seenConfig = ClusterConfig.EMPTY;

  private long seen = ChangeRing.LOST;
  private final BitSet asking = new BitSet();
  private volatile boolean look = true;
  private volatile boolean closing;

  /** Where commands go; completes when the command is durable and applied. */
  public interface Commands {
    CompletableFuture<Result> submit(LongFunction<Command> command);
  }

  public PowerThread(
      ClusterView view, Commands commands, Supplier<PowerKeys.Programs> programs, PowerPrograms caller, LongSupplier clock) {
    this.view = view;
    this.commands = commands;
    this.programs = programs;
    this.caller = caller;
    this.clock = clock;
  }

  public void start() {
    thread.start();
  }

  /** Any thread: a node's record asks for something. */
  public void wake() {
    look = true;
    idle.wake();
  }

  private void run() {
    while (!closing) {
      if (!view.config().power().enabled()) {
        idle.whileTrue(() -> !closing && !look, LOOK_MILLIS * 1_000_000);
        look = false;
        if (!view.config().power().enabled()) {
          idle.whileTrue(() -> !closing, LOOK_MILLIS * 1_000_000);
        }
        continue;
      }
      idle.whileTrue(() -> !closing && !look, LOOK_MILLIS * 1_000_000);
      idle.whileTrue(() -> !closing, pace.waitMillis(clock.getAsLong(), programs.get().minIntervalMillis()) * 1_000_000);
      look = false;
      if (!closing) {
        try {
          round();
        } catch (RuntimeException e) {
          LOG.error("power saving", e);
        }
      }
    }
  }

  /** One look at all nodes, and the calls that follow from it. */
  private void round() {
    List<NodeRecord> up = new ArrayList<>();
    List<NodeRecord> down = new ArrayList<>();
    List<NodeRecord> failed = new ArrayList<>();
    lookAtChanges();
    for (int i = asking.nextSetBit(0); i >= 0; i = asking.nextSetBit(i + 1)) {
      NodeRecord n = view.node(i);
      if (n == null || view.config().pools().of(i) != null) {
        continue; // bought and given back by provisioning
      }
      if (n.powerUp && n.phase == NodePhase.POWERED_DOWN) {
        up.add(n);
      }
      if (n.powerDown && n.jobs == 0) {
        down.add(n);
      }
      if (n.resumeFailed) {
        failed.add(n);
      }
    }
    PowerKeys.Programs p = programs.get();
    call(PowerProgram.RESUME, resume.take(up, p.resumeRate(), clock.getAsLong()), p);
    call(PowerProgram.SUSPEND, suspend.take(down, p.suspendRate(), clock.getAsLong()), p);
    call(PowerProgram.RESUME_FAILED, failed, p);
  }

  /** Decodes only the records that have changed; all of them after a reconfiguration or after falling far behind. */
  private void lookAtChanges() {
    ClusterConfig config = view.config();
    if (config == seenConfig) {
      seen = view.changes(seen, entry -> {
        if (entry < 0) {
          look((int) ~entry);
        }
      });
    } else {
      seen = ChangeRing.LOST;
    }
    if (seen == ChangeRing.LOST) {
      seenConfig = config;
      seen = view.changesHead();
      asking.clear();
      for (int i = 0; i < view.nodeCount(); i++) {
        look(i);
      }
    }
  }

  private void look(int node) {
    NodeRecord n = view.node(node);
    asking.set(node, n != null && (n.powerUp || n.powerDown || n.resumeFailed));
  }

  private void call(PowerProgram what, List<NodeRecord> nodes, PowerKeys.Programs p) {
    if (nodes.isEmpty()) {
      return;
    }
    List<String> names = nodes.stream().map(n -> n.name).toList();
    long asked = clock.getAsLong();
    pace.called(asked);
    caller.call(what, Hostlist.of(names).toString(), nodes, p, view);
    try {
      // The next look must not see them as still to be called for.
      commands.submit(now -> new Command.PowerIssued(now, names, what, asked)).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException e) {
      LOG.error("the call for {} is not in the journal: {}", Hostlist.of(names), e.getCause().getMessage());
    }
  }

  @Override
  public void close() {
    closing = true;
    idle.wake();
  }
}
