package org.slurmctldj.cloud;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.Command.BoundInstance;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.PoolDefinition;
import org.slurmctldj.core.Result;

/**
 * Makes the cloud have what the nodes' records ask for: orders instances for nodes that are wanted, ends those of nodes
 * that are to go, and compares what there is with what should be ({@link Inventory}). Everything it must do is in the
 * applied state, so it may be called at any time, miss any effect and be restarted anywhere: an order is journaled with
 * its token before the cloud is asked, and asked again with the same token until its answer is journaled.
 *
 * <p>One thread calls {@link #doWork}; answers of the cloud come on any thread and wait for the next call.
 */
public final class Provisioner {
  private static final Logger LOG = LoggerFactory.getLogger(Provisioner.class);

  private static final long FIRST_RETRY_MILLIS = 2_000;
  private static final long LAST_RETRY_MILLIS = 30_000;

  /** After the last call of an order that nobody wants any more, until what the cloud shows of it counts. */
  private static final long SETTLE_MILLIS = 60_000;

  /** Where commands go; completes when the command is durable and applied. */
  public interface Commands {
    CompletableFuture<Result> submit(LongFunction<Command> command);
  }

  /** The call of an order: under way, or to be made again. */
  private static final class Call {
    boolean underWay;
    boolean answering;
    long againAt;
    long pause = FIRST_RETRY_MILLIS;
    long lastMade;
  }

  private final ClusterView view;
  private final Commands commands;
  private final InstanceProvider provider;
  private final Supplier<Map<String, GroupSettings>> groups;
  private final LongSupplier random;
  private final PoolNodes nodes;
  private final Inventory inventory;
  private final HealthChecks health;
  private final Shortages shortages;
  private final Map<String, Call> calls = new HashMap<>();
  private final Set<Integer> ordering = new HashSet<>();
  private final Map<String, Long> blocking = new HashMap<>();
  private final Queue<Runnable> news = new ConcurrentLinkedQueue<>();
  private final Runnable wake;
  private Map<String, GroupSettings> settings = Map.of();
  private long tokens;
  private long now;
  private long next;

  /**
   * @param groups by name, as they are configured now
   * @param random for tokens: differs from run to run
   * @param firstShortageMillis the first pause of an option that the cloud had none of
   * @param wake called on any thread when there is something to do
   */
  public Provisioner(
      ClusterView view,
      Commands commands,
      InstanceProvider provider,
      Supplier<Map<String, GroupSettings>> groups,
      LongSupplier random,
      long firstShortageMillis,
      Runnable wake) {
    this.view = view;
    this.commands = commands;
    this.provider = provider;
    this.groups = groups;
    this.random = random;
    this.nodes = new PoolNodes(view);
    this.shortages = new Shortages(firstShortageMillis);
    this.wake = wake;
    this.inventory = new Inventory(nodes, this::submit, provider, this::later);
    this.health = new HealthChecks(nodes, c -> submit(c, () -> { }), provider, this::later);
  }

  /** One look; milliseconds of the clock when the next is due if nothing wakes it. */
  public long doWork(long nowMillis) {
    if (nowMillis < now) {
      clockWentBack(now - nowMillis);
    }
    now = nowMillis;
    next = now + Inventory.IDLE_MILLIS;
    for (Runnable n = news.poll(); n != null; n = news.poll()) {
      n.run();
    }
    Map<String, GroupSettings> configured = groups.get();
    if (configured != settings) {
      settings = configured;
      shortages.reconfigured();
      blocking.clear();
    }
    nodes.refresh();
    calls.keySet().retainAll(nodes.open.keySet());
    nodes.open.forEach(this::openOrder);
    nodes.wanted.forEach(this::wanted);
    at(inventory.doWork(now));
    at(health.doWork(now));
    return next;
  }

  /** Nothing may wait for a moment of a clock that is no longer so far: orphans cost money. */
  private void clockWentBack(long millis) {
    inventory.clockWentBack(millis);
    health.clockWentBack(millis);
    shortages.clockWentBack(millis);
    calls.values().forEach(c -> {
      c.againAt -= millis;
      c.lastMade -= millis;
    });
  }

  private void at(long millis) {
    next = Math.min(next, millis);
  }

  /** What a future brings is looked at in the next call. */
  private void later(Runnable news) {
    this.news.add(news);
    wake.run();
  }

  private void submit(LongFunction<Command> command, Runnable done) {
    commands.submit(command).whenComplete((r, e) -> later(() -> {
      if (e != null) {
        LOG.error("a command of provisioning is not in the journal: {}", e.getMessage());
      }
      done.run();
    }));
  }

  // ---- orders that are open

  private void openOrder(String token, List<NodeRecord> its) {
    Call call = calls.computeIfAbsent(token, t -> new Call());
    if (call.underWay || call.answering) {
      return;
    }
    if (call.againAt > now) {
      at(call.againAt);
      return;
    }
    PoolDefinition pool = nodes.pool(its.get(0));
    GroupSettings group = settings.get(pool.name());
    CapacityOption option = group == null ? null : group.option(its.get(0).capacityOption);
    boolean wanted = its.stream().anyMatch(n -> n.phase != NodePhase.POWERING_DOWN);
    if (!wanted || option == null) {
      abandoned(token, its, call);
      return;
    }
    List<String> names = its.stream().map(n -> n.name).toList();
    LaunchOrder order = new LaunchOrder(token, pool.name(), option, names, its.get(0).orderLeast, group.settings());
    call.underWay = true;
    call.lastMade = now;
    answer(launch(order), (answer, failure) -> launched(token, pool.name(), option, names, call, answer, failure));
  }

  private CompletableFuture<LaunchAnswer> launch(LaunchOrder order) {
    try {
      return provider.launch(order);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private <T> void answer(CompletableFuture<T> future, java.util.function.BiConsumer<T, Throwable> then) {
    future.whenComplete((a, e) -> later(() -> then.accept(a, e)));
  }

  private void launched(
      String token, String group, CapacityOption option, List<String> names, Call call, LaunchAnswer answer, Throwable e) {
    call.underWay = false;
    CloudFailure failure = e != null
        ? new CloudFailure("Unavailable", String.valueOf(e.getMessage()), CloudFailure.Kind.UNAVAILABLE)
        : answer.failure();
    boolean none = answer == null || answer.started().isEmpty();
    if (none && failure != null && failure.kind() == CloudFailure.Kind.UNAVAILABLE) {
      // It may have started something: the same order again, which then tells what.
      LOG.warn("order {} has no answer ({}): asked again in {} ms", token, failure.message(), call.pause);
      call.againAt = now + call.pause;
      call.pause = Math.min(LAST_RETRY_MILLIS, 2 * call.pause);
      return;
    }
    if (failure == null) {
      shortages.succeeded(group, option);
    } else {
      shortages.failed(group, option, failure, now);
    }
    List<Instance> started = answer == null ? List.of() : answer.started();
    List<BoundInstance> bound = new ArrayList<>();
    for (int i = 0; i < started.size() && i < names.size(); i++) {
      Instance s = started.get(i);
      bound.add(bound(s.node() == null ? names.get(i) : s.node(), s));
    }
    answered(token, bound, call, failure == null ? null : failure.code(), failure == null ? null : failure.message());
  }

  private static BoundInstance bound(String node, Instance i) {
    return new BoundInstance(node, i.id(), i.instanceType(), i.privateAddress(), i.hostName());
  }

  private void answered(String token, List<BoundInstance> bound, Call call, String code, String message) {
    call.answering = true;
    submit(t -> new Command.LaunchAnswered(t, token, bound, code, message), () -> call.answering = false);
  }

  /** Nobody wants it any more, or the file no longer says how: what the cloud shows of it after a while is bound and ended. */
  private void abandoned(String token, List<NodeRecord> its, Call call) {
    long since = Math.max(call.lastMade, its.get(0).powerSince) + SETTLE_MILLIS;
    if (inventory.takenAt() < since) {
      at(since + Inventory.BUSY_MILLIS);
      inventory.wantedAt(since);
      return;
    }
    Set<String> names = its.stream().map(n -> n.name).collect(Collectors.toSet());
    List<BoundInstance> found = inventory.ofToken(token).stream()
        .filter(i -> names.contains(i.node()))
        .map(i -> bound(i.node(), i))
        .toList();
    answered(token, found, call, "Abandoned", "nobody waits for it any more");
  }

  // ---- nodes that are wanted

  private void wanted(PoolDefinition pool, List<NodeRecord> all) {
    List<NodeRecord> free = all.stream().filter(n -> !ordering.contains(n.index)).toList();
    if (free.isEmpty()) {
      return;
    }
    boolean probation = nodes.onProbation(pool);
    if (probation && (nodes.boots(pool) || free.size() < all.size())) {
      return;
    }
    GroupSettings group = settings.get(pool.name());
    List<CapacityOption> options = group == null ? List.of() : group.options();
    for (Batches.Batch b : Batches.of(free, view)) {
      CapacityOption option = shortages.best(pool.name(), options, now);
      if (option == null) {
        blocked(pool, options, free);
        return;
      }
      if (probation) {
        order(pool, option, b.least() > 1 ? b : new Batches.Batch(b.nodes().subList(0, 1), 1));
        return;
      }
      order(pool, option, b);
    }
  }

  private void order(PoolDefinition pool, CapacityOption option, Batches.Batch b) {
    int[] indexes = b.nodes().stream().mapToInt(n -> n.index).toArray();
    Arrays.stream(indexes).forEach(ordering::add);
    String token = String.format("slurmctldj-%x-%x-%08x", now, ++tokens, random.getAsLong() & 0xffffffffL);
    List<String> names = b.nodes().stream().map(n -> n.name).toList();
    submit(
        t -> new Command.LaunchOrdered(t, token, GroupSettings.key(option), names, b.least()),
        () -> Arrays.stream(indexes).forEach(ordering::remove));
  }

  /** No option is left: said once for each time of waiting, and again for whoever comes to want it. */
  private void blocked(PoolDefinition pool, List<CapacityOption> options, List<NodeRecord> wanted) {
    Shortages.Shortage s = shortages.shortest(pool.name(), options, now);
    long until = s == null ? now + Inventory.IDLE_MILLIS : s.untilMillis();
    at(until);
    if (wanted.stream().allMatch(n -> n.blockedUntil > now) || blocking.getOrDefault(pool.name(), 0L) > now) {
      return;
    }
    String code = s == null ? "NoCapacityOption" : s.failure().code();
    String message = s == null ? "the group has no capacity option" : s.failure().message();
    blocking.put(pool.name(), Long.MAX_VALUE);
    submit(t -> new Command.PoolBlocked(t, pool.name(), until, code, message), () -> blocking.remove(pool.name()));
  }
}
