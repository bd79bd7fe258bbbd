package org.slurmctldj.interop.cloud;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceLifecycleType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.Tag;

/** One instance of the fake. Its state is guarded by {@link Fleet}. */
final class FakeInstance {
  enum State {
    PENDING(0, "pending"),
    RUNNING(16, "running"),
    SHUTTING_DOWN(32, "shutting-down"),
    TERMINATED(48, "terminated");

    private final int code;
    private final String text;

    State(int code, String text) {
      this.code = code;
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  final String id;
  final int launchIndex;
  final String reservationId;
  final RunInstancesRequest request;
  final String zone;
  final String address;
  final Instant launched;
  final byte[] userData;
  /** Nanoseconds of the clock: descriptions do not show it before. */
  final long visibleFrom;

  State state = State.PENDING;
  String why = "";

  /** Of the instance's status check: ok or impaired. */
  volatile String status = "ok";

  /** Scheduled events: code and description, alternately. */
  volatile List<String> events = List.of();

  FakeInstance(
      String id, int launchIndex, String reservationId, RunInstancesRequest request, String zone, String address, Instant launched, byte[] userData, long visibleFrom) {
    this.id = id;
    this.launchIndex = launchIndex;
    this.reservationId = reservationId;
    this.request = request;
    this.zone = zone;
    this.address = address;
    this.launched = launched;
    this.userData = userData;
    this.visibleFrom = visibleFrom;
  }

  String type() {
    return request.instanceTypeAsString();
  }

  boolean isSpot() {
    return request.instanceMarketOptions() != null && "spot".equals(request.instanceMarketOptions().marketTypeAsString());
  }

  Map<String, String> tags() {
    Map<String, String> tags = new TreeMap<>();
    request.tagSpecifications().stream()
        .filter(s -> "instance".equals(s.resourceTypeAsString()))
        .forEach(s -> s.tags().forEach(t -> tags.put(t.key(), t.value())));
    return tags;
  }

  String hostName() {
    return "ip-" + address.replace('.', '-') + "." + Region.NAME + ".compute.internal";
  }

  Instance described() {
    Instance.Builder b =
        Instance.builder()
            .instanceId(id)
            .amiLaunchIndex(launchIndex)
            .imageId(request.imageId() == null ? Region.IMAGE : request.imageId())
            .instanceType(type())
            .launchTime(launched)
            .placement(p -> p.availabilityZone(zone))
            .subnetId(request.subnetId() == null ? request.networkInterfaces().getFirst().subnetId() : request.subnetId())
            .state(s -> s.code(state.code).name(state.text))
            .clientToken(request.clientToken())
            .tags(tags().entrySet().stream().map(t -> Tag.builder().key(t.getKey()).value(t.getValue()).build()).toList());
    if (isSpot()) {
      b.instanceLifecycle(InstanceLifecycleType.SPOT);
    }
    if (request.capacityReservationSpecification() != null && request.capacityReservationSpecification().capacityReservationTarget() != null) {
      b.capacityReservationId(request.capacityReservationSpecification().capacityReservationTarget().capacityReservationId());
    }
    if (state == State.PENDING || state == State.RUNNING) {
      b.privateIpAddress(address).privateDnsName(hostName());
    }
    if (state == State.SHUTTING_DOWN || state == State.TERMINATED) {
      b.stateTransitionReason(why);
    }
    return b.build();
  }

  static List<FakeInstance> sorted(Iterable<FakeInstance> all) {
    List<FakeInstance> list = new java.util.ArrayList<>();
    all.forEach(list::add);
    list.sort(java.util.Comparator.comparing((FakeInstance i) -> i.launched).thenComparing(i -> i.id));
    return list;
  }
}
