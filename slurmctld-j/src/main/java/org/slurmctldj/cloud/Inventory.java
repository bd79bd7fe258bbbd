package org.slurmctldj.cloud;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.Command.InstancePhase;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;

/**
 * What instances there are against what there should be: a machine that nobody owns is ended, one that is missing is said
 * to be gone, one that is to go is ended again until it is. The cloud may show a new instance late and an ended one as
 * running: nothing counts as missing that was never seen, unless that lasts.
 */
final class Inventory {
  /** Between two looks while instances come and go. */
  static final long BUSY_MILLIS = 3_000;

  /** Between two looks while nothing does: orphans have to be found, too. */
  static final long IDLE_MILLIS = 20_000;

  /** A bound instance that was never shown is missing after so long. */
  private static final long NEVER_SEEN_MILLIS = 120_000;

  /** Between two calls to end the same instance. */
  private static final long END_AGAIN_MILLIS = 15_000;

  private static final int MOST_AT_ONCE = 500;

  private static final Logger LOG = LoggerFactory.getLogger(Inventory.class);

  /** Journals a command; then runs the other on the thread of provisioning. */
  interface Journal {
    void submit(LongFunction<Command> command, Runnable done);
  }

  /** An instance whose tags do not say whose it is: they may come late. */
  private static final long TAGS_MILLIS = 20_000;

  /** What is known of a bound instance since this process knows of it. */
  private static final class Sight {
    long since;
    /** The cloud has shown it, or has agreed to end it. */
    boolean seen;
    int missed;
    /** No list shows it: a call to end it is under way. */
    boolean ending;
    /** No list showed it and the cloud has agreed to end it: gone, as soon as that is in the journal. */
    boolean ended;

    Sight(long since) {
      this.since = since;
    }
  }

  private final PoolNodes nodes;
  private final Journal journal;
  private final InstanceProvider provider;
  private final Consumer<Runnable> later;
  private final Map<String, Sight> sights = new HashMap<>();
  private final Map<String, Long> endAgainAt = new HashMap<>();
  private final Set<String> saying = new HashSet<>();
  private final Map<String, Long> untagged = new HashMap<>();
  private List<Instance> last = List.of();
  private boolean underWay;
  private long askedAt = Long.MIN_VALUE;
  private long takenAt = Long.MIN_VALUE;
  private long wantedAt = Long.MAX_VALUE;
  private boolean unsettled;
  private long now;

  Inventory(PoolNodes nodes, Journal journal, InstanceProvider provider, Consumer<Runnable> later) {
    this.nodes = nodes;
    this.journal = journal;
    this.provider = provider;
    this.later = later;
  }

  /** When the last list was asked for that has come. */
  long takenAt() {
    return takenAt;
  }

  /** A list is needed that was asked for at that moment or after. */
  void wantedAt(long millis) {
    wantedAt = Math.min(wantedAt, millis);
  }

  List<Instance> ofToken(String token) {
    return last.stream().filter(i -> token.equals(i.token()) && alive(i)).toList();
  }

  /** What was remembered as a moment was that much earlier. */
  void clockWentBack(long millis) {
    askedAt = askedAt == Long.MIN_VALUE ? askedAt : askedAt - millis;
    takenAt = takenAt == Long.MIN_VALUE ? takenAt : takenAt - millis;
    wantedAt = wantedAt == Long.MAX_VALUE ? wantedAt : wantedAt - millis;
    endAgainAt.replaceAll((id, at) -> at - millis);
    untagged.replaceAll((id, at) -> at - millis);
    sights.values().forEach(s -> s.since -= millis);
  }

  private static boolean alive(Instance i) {
    return i.state() != Instance.State.TERMINATED && i.state() != Instance.State.SHUTTING_DOWN;
  }

  long doWork(long nowMillis) {
    now = nowMillis;
    sights.keySet().retainAll(nodes.bound.keySet());
    nodes.bound.keySet().forEach(id -> sights.computeIfAbsent(id, x -> new Sight(now)));
    endAgainAt.values().removeIf(t -> t + 10 * END_AGAIN_MILLIS < now);
    end(nodes.ending.stream().map(n -> n.instanceId).toList(), "its node is not needed");
    boolean busy = !nodes.bound.isEmpty() || !nodes.open.isEmpty() || unsettled;
    long due = Math.min(askedAt == Long.MIN_VALUE ? now : askedAt + (busy ? BUSY_MILLIS : IDLE_MILLIS), Math.max(wantedAt, askedAt));
    if (due <= now && !underWay) {
      ask();
      due = now + BUSY_MILLIS;
    }
    return Math.max(due, now + 100);
  }

  private void ask() {
    underWay = true;
    wantedAt = Long.MAX_VALUE;
    askedAt = now;
    long asked = now;
    CompletableFuture<List<Instance>> list;
    try {
      list = provider.inventory();
    } catch (RuntimeException e) {
      list = CompletableFuture.failedFuture(e);
    }
    list.whenComplete((all, e) -> later.accept(() -> {
      underWay = false;
      if (e != null) {
        LOG.warn("the cloud does not say what instances there are: {}", e.getMessage());
        unsettled = true;
      } else {
        takenAt = asked;
        last = all;
        nodes.refresh();
        compare(all);
      }
    }));
  }

  private void compare(List<Instance> all) {
    Map<String, Instance> byId = new HashMap<>();
    all.forEach(i -> byId.put(i.id(), i));
    List<String> missing = new ArrayList<>();
    for (Map.Entry<String, NodeRecord> b : List.copyOf(nodes.bound.entrySet())) {
      Instance i = byId.get(b.getKey());
      if (i != null) {
        seen(b.getValue(), i);
      } else if (sights.get(b.getKey()) instanceof Sight s && s.ended) {
        missingIsGone(b.getValue(), b.getKey()); // the journal refused it, or something else was being said of it
      } else if (isMissing(b.getKey())) {
        missing.add(b.getKey());
      }
    }
    endMissing(missing);
    untagged.keySet().retainAll(byId.keySet());
    List<String> orphans = new ArrayList<>();
    for (Instance i : all) {
      if (alive(i) && !nodes.bound.containsKey(i.id()) && !mayBeOurs(i)) {
        orphans.add(i.id());
      }
    }
    unsettled = !orphans.isEmpty() || !untagged.isEmpty();
    end(orphans, "no node owns it");
  }

  /** Not bound, but of an order that is open, or whose order is not told yet. */
  private boolean mayBeOurs(Instance i) {
    if (i.token() == null) {
      return now - untagged.computeIfAbsent(i.id(), id -> now) < TAGS_MILLIS;
    }
    untagged.remove(i.id());
    return nodes.open.containsKey(i.token());
  }

  private boolean isMissing(String id) {
    Sight s = sights.computeIfAbsent(id, x -> new Sight(now));
    s.missed++;
    NodeRecord n = nodes.bound.get(id);
    // Its agent was here and is gone: the machine existed, list or no list.
    boolean existed = s.seen || n != null && n.helloMillis != 0 && !n.linked;
    return !s.ending && (existed && s.missed >= 2 || now - s.since > NEVER_SEEN_MILLIS);
  }

  /**
   * The list does not show them, which may be the list's fault: a name is free for another instance when the cloud has
   * agreed that its last one is to end, and not before.
   */
  private void endMissing(List<String> ids) {
    for (int from = 0; from < ids.size(); from += MOST_AT_ONCE) {
      List<String> some = ids.subList(from, Math.min(ids.size(), from + MOST_AT_ONCE));
      some.forEach(id -> sights.get(id).ending = true);
      terminate(some, "no list shows it", refused -> some.forEach(id -> {
        Sight s = sights.get(id);
        NodeRecord n = nodes.bound.get(id);
        if (s != null) {
          s.ending = false; // if it was refused: again with the next list
          s.ended = !refused.contains(id);
        }
        if (n != null && !refused.contains(id)) {
          missingIsGone(n, id);
        }
      }));
    }
  }

  private void missingIsGone(NodeRecord n, String id) {
    gone(n, id, n.phase == NodePhase.POWERING_DOWN ? null : "Backing instance " + id + " is missing");
  }

  private void seen(NodeRecord n, Instance i) {
    Sight s = sights.computeIfAbsent(i.id(), x -> new Sight(now));
    s.seen = true;
    s.missed = 0;
    boolean wished = n.phase == NodePhase.POWERING_DOWN;
    switch (i.state()) {
      case PENDING -> { }
      case RUNNING -> {
        if (!wished && (n.runningMillis == 0 || i.privateAddress() != null && !Objects.equals(i.privateAddress(), n.address))) {
          say(i.id(), t -> new Command.InstanceSeen(t, n.name, i.id(), InstancePhase.RUNNING, i.privateAddress(), i.hostName()));
        }
      }
      case STOPPING, STOPPED -> {
        if (!wished) {
          gone(n, i.id(), "Backing instance " + i.id() + " was stopped");
        }
      }
      case SHUTTING_DOWN, TERMINATED -> gone(n, i.id(), wished ? null : "Backing instance " + i.id() + " was terminated");
    }
  }

  private void gone(NodeRecord n, String id, String why) {
    say(id, t -> new Command.InstanceGone(t, n.name, id, why));
  }

  private void say(String id, LongFunction<Command> command) {
    if (saying.add(id)) {
      journal.submit(command, () -> saying.remove(id));
    }
  }

  private void end(Collection<String> ids, String why) {
    List<String> due = ids.stream().filter(id -> endAgainAt.getOrDefault(id, 0L) <= now).toList();
    for (int from = 0; from < due.size(); from += MOST_AT_ONCE) {
      List<String> some = due.subList(from, Math.min(due.size(), from + MOST_AT_ONCE));
      some.forEach(id -> endAgainAt.put(id, now + END_AGAIN_MILLIS));
      terminate(some, why, refused -> { });
    }
  }

  /** @param then takes those of which the cloud has not agreed that they are to end, and may yet */
  private void terminate(List<String> some, String why, Consumer<Set<String>> then) {
    LOG.info("ending {} instances ({}), {} the first", some.size(), why, some.get(0));
    CompletableFuture<Map<String, CloudFailure>> call;
    try {
      call = provider.terminate(some);
    } catch (RuntimeException e) {
      call = CompletableFuture.failedFuture(e);
    }
    call.whenComplete((failed, e) -> later.accept(() -> {
      Set<String> refused = new HashSet<>();
      if (e == null) {
        some.stream().filter(id -> !failed.containsKey(id) && sights.containsKey(id)).forEach(id -> sights.get(id).seen = true);
      }
      if (e != null) {
        LOG.warn("{} instances could not be ended: {}", some.size(), e.getMessage());
        refused.addAll(some);
      } else {
        failed.forEach((id, f) -> {
          LOG.warn("instance {} could not be ended: {} {}", id, f.code(), f.message());
          if (f.kind() != CloudFailure.Kind.CONFIGURATION) {
            refused.add(id);
          }
        });
      }
      endAgainAt.keySet().removeAll(refused);
      then.accept(refused);
      wantedAt(now);
    }));
  }
}
