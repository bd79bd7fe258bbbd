package org.slurmctldj.cloud;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A cloud in memory, deterministic: instances with EC2's states on a clock that its user drives, and as many lies as it is
 * told to tell. A model for tests, not EC2: the protocol and its real errors are the fake cloud's business
 * (interop/fake-cloud).
 */
public final class ModelCloud implements InstanceProvider {
  /** The user's clock. */
  public interface Time {
    long now();

    void after(long millis, Runnable run);
  }

  /** What the cloud does wrong; nothing by default. */
  public interface Lies {
    /** Until a call is answered, milliseconds. */
    default long answerMillis() {
      return 200;
    }

    /** From its start until an instance says that it runs. */
    default long pendingMillis() {
      return 5_000;
    }

    /** From running until its agent registers; negative: it never does. */
    default long bootMillis() {
      return 30_000;
    }

    /** From a call to end an instance until it is TERMINATED. */
    default long shutdownMillis() {
      return 10_000;
    }

    /** From its start until a list of instances shows it, and from its end until none does. */
    default long hiddenMillis() {
      return 0;
    }

    /** After running for so long it dies; negative: it does not. */
    default long diesAfterMillis() {
      return -1;
    }

    /** Why an order is refused as a whole, or null. */
    default CloudFailure refusal(LaunchOrder order) {
      return null;
    }

    /** At most so many can be started now of that option. */
    default int capacity(CapacityOption option) {
      return Integer.MAX_VALUE;
    }

    /** The call is carried out and its answer lost. */
    default boolean answerLost() {
      return false;
    }

    /** The call never reaches the cloud. */
    default boolean callLost() {
      return false;
    }

    /** An order's call is given up by its caller and carried out so much later all the same; negative: it is not. */
    default long lateMillis() {
      return -1;
    }

    /** The order arrives twice, and the cloud does not see yet that the token is the same. */
    default boolean twice() {
      return false;
    }

    /** From its start until a list shows an instance with its tags: group, node and token. */
    default long untaggedMillis() {
      return 0;
    }

    /** What the cloud's checks find impaired. */
    default java.util.Set<String> impaired() {
      return java.util.Set.of();
    }

    /** What the cloud has in store for instances. */
    default Map<String, String> events() {
      return Map.of();
    }

    /** So long no list shows an instance that lives and was shown before; asked for each instance and list; 0: it is shown. */
    default long overlookedMillis() {
      return 0;
    }
  }

  /** What machines do. */
  public interface Machines {
    /** Its agent registers now. */
    void boots(Instance i);

    /** Its power is gone. */
    void dies(Instance i);
  }

  private static final class Machine {
    Instance shown;
    final long visibleFrom;
    final long taggedFrom;
    final boolean stray;
    long goneAt = Long.MAX_VALUE;
    long overlookedUntil;

    Machine(Instance shown, long visibleFrom, long taggedFrom, boolean stray) {
      this.shown = shown;
      this.visibleFrom = visibleFrom;
      this.taggedFrom = taggedFrom;
      this.stray = stray;
    }

    boolean isListed(long now) {
      return visibleFrom <= now && now < goneAt && overlookedUntil <= now && shown.state() != Instance.State.TERMINATED;
    }
  }

  private final Time time;
  private final Lies lies;
  private final Machines machines;
  private final Map<String, Machine> all = new LinkedHashMap<>();
  private final Map<String, LaunchAnswer> answers = new HashMap<>();
  private int number;

  /** Orders that reached the cloud, repetitions included. */
  public final List<LaunchOrder> orders = new ArrayList<>();

  public ModelCloud(Time time, Lies lies, Machines machines) {
    this.time = time;
    this.lies = lies;
    this.machines = machines;
  }

  private <T> CompletableFuture<T> later(java.util.function.Supplier<T> work) {
    CompletableFuture<T> f = new CompletableFuture<>();
    if (lies.callLost()) {
      time.after(lies.answerMillis() * 5, () -> f.completeExceptionally(new IllegalStateException("timed out")));
      return f;
    }
    long half = lies.answerMillis() / 2;
    time.after(half, () -> {
      T result = work.get();
      boolean lost = lies.answerLost();
      time.after(lost ? half * 10 : half, () -> {
        if (lost) {
          f.completeExceptionally(new IllegalStateException("timed out"));
        } else {
          f.complete(result);
        }
      });
    });
    return f;
  }

  @Override
  public CompletableFuture<LaunchAnswer> launch(LaunchOrder order) {
    long late = lies.lateMillis();
    if (late >= 0) {
      time.after(late, () -> carryOut(order, true));
      CompletableFuture<LaunchAnswer> f = new CompletableFuture<>();
      time.after(lies.answerMillis() * 5, () -> f.completeExceptionally(new IllegalStateException("timed out")));
      return f;
    }
    return later(() -> carryOut(order, false));
  }

  private LaunchAnswer carryOut(LaunchOrder order, boolean late) {
    orders.add(order);
    LaunchAnswer before = answers.get(order.token());
    if (before != null) {
      return before;
    }
    CloudFailure refusal = lies.refusal(order);
    int can = Math.min(order.nodes().size(), lies.capacity(order.option()));
    if (refusal == null && can < order.nodes().size()) {
      refusal = new CloudFailure("InsufficientInstanceCapacity", "no " + order.option().instanceType() + " left", CloudFailure.Kind.CAPACITY);
    }
    if (refusal != null && (can < order.least() || can == order.nodes().size())) {
      return new LaunchAnswer(List.of(), refusal); // as EC2: a refusal is not remembered with its token
    }
    List<Instance> started = new ArrayList<>();
    for (int i = 0; i < can; i++) {
      started.add(start(order, order.nodes().get(i), late));
    }
    if (can > 0 && lies.twice()) {
      order.nodes().subList(0, can).forEach(n -> start(order, n, true));
    }
    LaunchAnswer answer = new LaunchAnswer(started, refusal);
    answers.put(order.token(), answer);
    return answer;
  }

  private Instance start(LaunchOrder order, String node, boolean stray) {
    number++;
    String id = String.format("i-%017x", number);
    Instance i = new Instance(
        id, order.group(), node, order.option().instanceType(), order.option().zone(), order.option().market(),
        Instance.State.PENDING, "10.0." + number / 250 + "." + (number % 250 + 1),
        "ip-10-0-" + number / 250 + "-" + (number % 250 + 1), time.now(), order.token());
    long untagged = lies.untaggedMillis();
    all.put(id, new Machine(i, time.now() + lies.hiddenMillis(), time.now() + untagged, stray || untagged > 0));
    long boot = lies.bootMillis();
    time.after(lies.pendingMillis(), () -> {
      if (state(id) != Instance.State.PENDING) {
        return;
      }
      set(id, Instance.State.RUNNING);
      long death = lies.diesAfterMillis();
      if (death >= 0) {
        time.after(death, () -> end(id));
      }
      if (boot >= 0) {
        time.after(boot, () -> {
          if (state(id) == Instance.State.RUNNING) {
            machines.boots(all.get(id).shown);
          }
        });
      }
    });
    return i;
  }

  /** It ends now, whoever wished it. */
  public void end(String id) {
    if (isAlive(id)) {
      set(id, Instance.State.SHUTTING_DOWN);
      machines.dies(all.get(id).shown);
      time.after(lies.shutdownMillis(), () -> {
        set(id, Instance.State.TERMINATED);
        all.get(id).goneAt = time.now() + lies.hiddenMillis();
      });
    }
  }

  private Instance.State state(String id) {
    Machine m = all.get(id);
    return m == null ? Instance.State.TERMINATED : m.shown.state();
  }

  private void set(String id, Instance.State state) {
    Machine m = all.get(id);
    Instance i = m.shown;
    m.shown = new Instance(
        i.id(), i.group(), i.node(), i.instanceType(), i.zone(), i.market(), state, i.privateAddress(), i.hostName(),
        i.launchMillis(), i.token());
  }

  @Override
  public CompletableFuture<Map<String, CloudFailure>> terminate(Collection<String> ids) {
    List<String> copy = List.copyOf(ids);
    return later(() -> {
      copy.forEach(this::end);
      return Map.of();
    });
  }

  @Override
  public CompletableFuture<List<Instance>> inventory() {
    return later(
        () -> {
          all.values().stream().filter(m -> m.isListed(time.now())).forEach(m -> m.overlookedUntil = overlooked());
          return all.values().stream()
              .filter(m -> m.isListed(time.now()))
              .map(m -> m.taggedFrom <= time.now() ? m.shown : untagged(m.shown))
              .toList();
        });
  }

  @Override
  public CompletableFuture<java.util.Set<String>> impaired() {
    return later(lies::impaired);
  }

  @Override
  public CompletableFuture<Map<String, String>> scheduledEvents() {
    return later(lies::events);
  }

  private long overlooked() {
    long millis = lies.overlookedMillis();
    return millis <= 0 ? 0 : time.now() + millis;
  }

  private static Instance untagged(Instance i) {
    return new Instance(
        i.id(), null, null, i.instanceType(), i.zone(), i.market(), i.state(), i.privateAddress(), i.hostName(), i.launchMillis(), null);
  }

  /** A list made now shows it, and whose it is. */
  public boolean isShown(String id) {
    Machine m = all.get(id);
    return m != null && m.isListed(time.now()) && m.taggedFrom <= time.now();
  }

  /** Whoever ordered it cannot know of it: it came late or twice, or its tags did. */
  public boolean isStray(String id) {
    return all.get(id).stray;
  }

  /** So many were ever started. */
  public int number() {
    return number;
  }

  public boolean isAlive(String id) {
    Instance.State s = state(id);
    return s == Instance.State.PENDING || s == Instance.State.RUNNING;
  }

  /** Those that cost money now, whatever a list would show. */
  public List<Instance> alive() {
    return all.values().stream()
        .map(m -> m.shown)
        .filter(i -> i.state() == Instance.State.PENDING || i.state() == Instance.State.RUNNING)
        .toList();
  }

  @Override
  public void close() {}
}
