package org.slurmctldj.interop.cloud;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;

/** The instances and their way through EC2's states. Safe for all threads. */
final class Fleet implements AutoCloseable {
  /** Told, outside the lock, when an instance runs and when it must end. */
  interface Watcher {
    void running(FakeInstance instance);

    void ending(FakeInstance instance);
  }

  private record Launch(RunInstancesRequest request, List<FakeInstance> instances) {}

  private static final long BOOT_MILLIS = 200;
  private static final long SHUTDOWN_MILLIS = 200;

  private final Region region;
  private final Faults faults;
  private final Watcher watcher;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, FakeInstance> instances = new LinkedHashMap<>();
  private final Map<String, Launch> launches = new HashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("fleet").daemon().factory());
  private int addresses;

  Fleet(Region region, Faults faults, Watcher watcher) {
    this.region = region;
    this.faults = faults;
    this.watcher = watcher;
  }

  /** The instances of a launch, or of the one before with the same token and parameters. */
  synchronized List<FakeInstance> run(RunInstancesRequest request, String zone) {
    String token = request.clientToken();
    Launch before = token == null ? null : launches.get(token);
    if (before != null) {
      if (!before.request().equals(request)) {
        throw new Ec2Fault(
            "IdempotentParameterMismatch", "The client token " + token + " was used before with other parameters");
      }
      return before.instances();
    }
    faults.fail("RunInstances", request.instanceTypeAsString(), zone, market(request));
    int count = faults.most(request.instanceTypeAsString(), zone, request.maxCount());
    if (count < request.minCount()) {
      throw new Ec2Fault(
          "InsufficientInstanceCapacity",
          "We currently do not have sufficient " + request.instanceTypeAsString() + " capacity in the Availability Zone you requested (" + zone + ").");
    }
    long hidden = faults.millis(Faults.What.HIDE, "RunInstances", request.instanceTypeAsString(), zone, 0);
    List<FakeInstance> started = new ArrayList<>();
    String reservation = id("r-");
    byte[] userData = request.userData() == null ? new byte[0] : Base64.getDecoder().decode(request.userData());
    for (int i = 0; i < count; i++) {
      FakeInstance instance =
          new FakeInstance(
              id("i-"), i, reservation, request, zone, address(), Instant.now(), userData,
              System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(hidden));
      instances.put(instance.id, instance);
      started.add(instance);
      long boot = faults.millis(Faults.What.BOOT, "RunInstances", instance.type(), zone, BOOT_MILLIS);
      clock.schedule(() -> booted(instance), boot, TimeUnit.MILLISECONDS);
    }
    if (token != null) {
      launches.put(token, new Launch(request, List.copyOf(started)));
    }
    return started;
  }

  static String market(RunInstancesRequest request) {
    return request.instanceMarketOptions() != null && "spot".equals(request.instanceMarketOptions().marketTypeAsString())
        ? "spot"
        : "on-demand";
  }

  private void booted(FakeInstance instance) {
    synchronized (this) {
      if (instance.state != FakeInstance.State.PENDING) {
        return;
      }
      instance.state = FakeInstance.State.RUNNING;
    }
    long life = faults.millis(Faults.What.DIE, "RunInstances", instance.type(), instance.zone, -1);
    if (life >= 0) {
      clock.schedule(() -> end(instance.id, "Server.InternalError: the fake let it die"), life, TimeUnit.MILLISECONDS);
    }
    if (!faults.happens(Faults.What.SILENT, "RunInstances", instance.type(), instance.zone)) {
      watcher.running(instance);
    }
  }

  /** The state before. */
  FakeInstance.State end(String id, String why) {
    FakeInstance instance;
    FakeInstance.State before;
    synchronized (this) {
      instance = instances.get(id);
      before = instance.state;
      if (before == FakeInstance.State.SHUTTING_DOWN || before == FakeInstance.State.TERMINATED) {
        return before;
      }
      instance.state = FakeInstance.State.SHUTTING_DOWN;
      instance.why = why;
    }
    clock.execute(() -> watcher.ending(instance));
    clock.schedule(
        () -> {
          synchronized (this) {
            instance.state = FakeInstance.State.TERMINATED;
          }
        },
        SHUTDOWN_MILLIS,
        TimeUnit.MILLISECONDS);
    return before;
  }

  /** Null if there is none, also while it is still hidden. */
  synchronized FakeInstance visible(String id) {
    FakeInstance i = instances.get(id);
    return i == null || System.nanoTime() < i.visibleFrom ? null : i;
  }

  /** Whatever its state. */
  synchronized FakeInstance any(String id) {
    return instances.get(id);
  }

  synchronized List<FakeInstance> all() {
    return FakeInstance.sorted(instances.values());
  }

  private String id(String prefix) {
    byte[] bytes = new byte[9];
    random.nextBytes(bytes);
    return prefix + java.util.HexFormat.of().formatHex(bytes).substring(0, 17);
  }

  /** In 127/8, so that every instance has an address of its own on this machine. */
  private String address() {
    int n = ++addresses;
    return "127.77." + (n >> 8 & 255) + "." + (n & 255);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    for (FakeInstance i : all()) {
      watcher.ending(i);
    }
  }
}
