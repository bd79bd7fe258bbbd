package org.slurmctldj.interop.cloud;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceStatusRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceStatusResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceTypesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeLaunchTemplateVersionsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeLaunchTemplateVersionsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsResponse;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.InstanceStateChange;
import software.amazon.awssdk.services.ec2.model.InstanceStatus;
import software.amazon.awssdk.services.ec2.model.InstanceStatusEvent;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateVersion;
import software.amazon.awssdk.services.ec2.model.Reservation;
import software.amazon.awssdk.services.ec2.model.ResponseLaunchTemplateData;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.RunInstancesResponse;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesRequest;
import software.amazon.awssdk.services.ec2.model.TerminateInstancesResponse;

/** The actions of EC2 that the fake knows; all others are InvalidAction. */
final class Ec2Actions {
  private static final int USER_DATA_LIMIT = 16_384;
  /** Less than EC2's 1000, so that a few instances show whether pages are followed. */
  private static final int LARGEST_PAGE = 50;

  private final Region region;
  private final Fleet fleet;
  private final Faults faults;

  Ec2Actions(Region region, Fleet fleet, Faults faults) {
    this.region = region;
    this.fleet = fleet;
    this.faults = faults;
  }

  SdkPojo act(Map<String, String> parameters) {
    String action = parameters.getOrDefault("Action", "");
    if (!"2016-11-15".equals(parameters.get("Version"))) {
      throw new Ec2Fault("NoSuchVersion", "The requested version (" + parameters.get("Version") + ") of service AmazonEC2 does not exist");
    }
    return switch (action) {
      case "RunInstances" -> run(parameters);
      case "TerminateInstances" -> terminate(parameters);
      case "DescribeInstances" -> instances(parameters);
      case "DescribeInstanceStatus" -> statuses(parameters);
      case "DescribeInstanceTypes" -> types(parameters);
      case "DescribeLaunchTemplateVersions" -> templates(parameters);
      case "DescribeSubnets" -> subnets(parameters);
      default -> throw new Ec2Fault("InvalidAction", "The action " + action + " is not valid for this web service (this is a fake)");
    };
  }

  // ---- RunInstances

  private SdkPojo run(Map<String, String> parameters) {
    RunInstancesRequest.Builder builder = RunInstancesRequest.builder();
    QueryShape.read(parameters, (SdkPojo) builder);
    RunInstancesRequest request = builder.build();
    need("MinCount", request.minCount());
    need("MaxCount", request.maxCount());
    if (request.minCount() < 1 || request.maxCount() < request.minCount()) {
      throw new Ec2Fault("InvalidParameterValue", "MinCount " + request.minCount() + " and MaxCount " + request.maxCount());
    }
    if (request.clientToken() != null && request.clientToken().length() > 64) {
      throw new Ec2Fault("InvalidParameterValue", "ClientToken has more than 64 characters");
    }
    ResponseLaunchTemplateData template = template(request);
    if (request.imageId() == null && template.imageId() == null) {
      throw new Ec2Fault("MissingParameter", "The request must contain the parameter ImageId");
    }
    if (request.imageId() != null && !request.imageId().matches("ami-[0-9a-f]{8,17}")) {
      throw new Ec2Fault("InvalidAMIID.Malformed", "Invalid id: \"" + request.imageId() + "\"");
    }
    InstanceTypeInfo type = region.type(request.instanceTypeAsString());
    if (type == null) {
      throw new Ec2Fault("InvalidParameterValue", "Invalid value '" + request.instanceTypeAsString() + "' for InstanceType.");
    }
    Subnet subnet = subnet(request, template);
    if (request.cpuOptions() != null && !type.vCpuInfo().validThreadsPerCore().contains(request.cpuOptions().threadsPerCore())) {
      throw new Ec2Fault("InvalidParameterCombination", "Threads per core " + request.cpuOptions().threadsPerCore() + " is not valid for " + request.instanceTypeAsString());
    }
    if (request.userData() != null && java.util.Base64.getDecoder().decode(request.userData()).length > USER_DATA_LIMIT) {
      throw new Ec2Fault("InvalidParameterValue", "User data is limited to 16384 bytes");
    }
    checkTags(request);
    if (Boolean.TRUE.equals(request.dryRun())) {
      faults.fail("RunInstances", request.instanceTypeAsString(), subnet.availabilityZone(), Fleet.market(request));
      throw new Ec2Fault("DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
    }
    List<FakeInstance> started = fleet.run(request, subnet.availabilityZone());
    if (faults.happens(Faults.What.TWICE, "RunInstances", request.instanceTypeAsString(), subnet.availabilityZone())) {
      started = fleet.run(request, subnet.availabilityZone());
    }
    return RunInstancesResponse.builder()
        .ownerId(Region.ACCOUNT)
        .reservationId(started.getFirst().reservationId)
        .instances(started.stream().map(FakeInstance::described).toList())
        .build();
  }

  private ResponseLaunchTemplateData template(RunInstancesRequest request) {
    if (request.launchTemplate() == null) {
      return ResponseLaunchTemplateData.builder().build();
    }
    String id = request.launchTemplate().launchTemplateId();
    if (!region.hasTemplate(id)) {
      throw new Ec2Fault("InvalidLaunchTemplateId.NotFound", "The specified launch template, with template ID " + id + ", does not exist.");
    }
    ResponseLaunchTemplateData data = region.template(id, request.launchTemplate().version());
    if (data == null) {
      throw new Ec2Fault("InvalidLaunchTemplateId.VersionNotFound", "Could not find the specified version " + request.launchTemplate().version() + " for the launch template with ID " + id + ".");
    }
    return data;
  }

  private Subnet subnet(RunInstancesRequest request, ResponseLaunchTemplateData template) {
    String id = request.subnetId();
    if (request.hasNetworkInterfaces()) {
      if (id != null) {
        throw new Ec2Fault("InvalidParameterCombination", "Network interfaces and an instance-level subnet ID may not be specified on the same request");
      }
      id = request.networkInterfaces().getFirst().subnetId();
    } else if (template.hasNetworkInterfaces() && id != null) {
      throw new Ec2Fault("InvalidParameterCombination", "Network interfaces and an instance-level subnet ID may not be specified on the same request");
    }
    need("SubnetId", id);
    Subnet subnet = region.subnet(id);
    if (subnet == null) {
      throw new Ec2Fault("InvalidSubnetID.NotFound", "The subnet ID '" + id + "' does not exist");
    }
    return subnet;
  }

  private static void checkTags(RunInstancesRequest request) {
    request
        .tagSpecifications()
        .forEach(
            s -> {
              if (s.tags().size() > 50) {
                throw new Ec2Fault("TagLimitExceeded", "More than 50 tags on a resource");
              }
              s.tags()
                  .forEach(
                      t -> {
                        if (t.key().length() > 128 || t.value().length() > 256 || t.key().startsWith("aws:")) {
                          throw new Ec2Fault("InvalidParameterValue", "Tag " + t.key() + " is not valid");
                        }
                      });
            });
  }

  private static void need(String name, Object value) {
    if (value == null) {
      throw new Ec2Fault("MissingParameter", "The request must contain the parameter " + name);
    }
  }

  // ---- TerminateInstances

  private SdkPojo terminate(Map<String, String> parameters) {
    TerminateInstancesRequest.Builder builder = TerminateInstancesRequest.builder();
    QueryShape.read(parameters, (SdkPojo) builder);
    List<String> ids = builder.build().instanceIds();
    faults.fail("TerminateInstances", null, null, null);
    List<String> unknown = ids.stream().filter(id -> fleet.visible(id) == null).toList();
    if (!unknown.isEmpty()) {
      throw new Ec2Fault(
          "InvalidInstanceID.NotFound",
          unknown.size() == 1
              ? "The instance ID '" + unknown.getFirst() + "' does not exist"
              : "The instance IDs '" + String.join(", ", unknown) + "' do not exist");
    }
    List<InstanceStateChange> changes = new ArrayList<>();
    for (String id : ids) {
      FakeInstance.State before = fleet.end(id, "User initiated");
      changes.add(
          InstanceStateChange.builder()
              .instanceId(id)
              .previousState(s -> s.name(before.text()))
              .currentState(s -> s.name(before == FakeInstance.State.TERMINATED ? "terminated" : "shutting-down"))
              .build());
    }
    return TerminateInstancesResponse.builder().terminatingInstances(changes).build();
  }

  // ---- descriptions

  private SdkPojo instances(Map<String, String> parameters) {
    DescribeInstancesRequest.Builder builder = DescribeInstancesRequest.builder();
    QueryShape.read(parameters, (SdkPojo) builder);
    DescribeInstancesRequest request = builder.build();
    faults.fail("DescribeInstances", null, null, null);
    List<FakeInstance> found =
        fleet.all().stream()
            .filter(i -> System.nanoTime() >= i.visibleFrom)
            .filter(i -> !request.hasInstanceIds() || request.instanceIds().contains(i.id))
            .filter(i -> request.filters().stream().allMatch(f -> fits(f, i)))
            .toList();
    int from = request.nextToken() == null ? 0 : Integer.parseInt(request.nextToken());
    int page = Math.min(LARGEST_PAGE, request.maxResults() == null ? LARGEST_PAGE : request.maxResults());
    int to = Math.min(found.size(), from + page);
    Map<String, List<software.amazon.awssdk.services.ec2.model.Instance>> reservations = new TreeMap<>();
    found.subList(Math.min(from, to), to).forEach(i -> reservations.computeIfAbsent(i.reservationId, _ -> new ArrayList<>()).add(i.described()));
    return DescribeInstancesResponse.builder()
        .reservations(
            reservations.entrySet().stream()
                .map(r -> Reservation.builder().reservationId(r.getKey()).ownerId(Region.ACCOUNT).instances(r.getValue()).build())
                .toList())
        .nextToken(to < found.size() ? String.valueOf(to) : null)
        .build();
  }

  private static boolean fits(Filter filter, FakeInstance i) {
    if (filter.name().startsWith("tag:")) {
      String value = i.tags().get(filter.name().substring(4));
      return value != null && filter.values().contains(value);
    }
    return switch (filter.name()) {
      case "instance-state-name" -> filter.values().contains(i.state.text());
      case "instance-type" -> filter.values().contains(i.type());
      default -> throw new Ec2Fault("InvalidParameterValue", "The filter '" + filter.name() + "' is invalid");
    };
  }

  /** Of running instances, as EC2 without IncludeAllInstances. */
  private SdkPojo statuses(Map<String, String> parameters) {
    DescribeInstanceStatusRequest.Builder builder = DescribeInstanceStatusRequest.builder();
    QueryShape.read(parameters, (SdkPojo) builder);
    DescribeInstanceStatusRequest request = builder.build();
    faults.fail("DescribeInstanceStatus", null, null, null);
    List<InstanceStatus> found = new ArrayList<>();
    for (FakeInstance i : fleet.all()) {
      if (i.state == FakeInstance.State.RUNNING && request.filters().stream().allMatch(f -> fitsStatus(f, i))) {
        found.add(
            InstanceStatus.builder().instanceId(i.id).availabilityZone(i.zone)
                .instanceState(s -> s.name(i.state.text()))
                .instanceStatus(s -> s.status(i.status))
                .systemStatus(s -> s.status("ok"))
                .events(events(i))
                .build());
      }
    }
    int from = request.nextToken() == null ? 0 : Integer.parseInt(request.nextToken());
    int to = Math.min(found.size(), from + LARGEST_PAGE);
    return DescribeInstanceStatusResponse.builder()
        .instanceStatuses(found.subList(Math.min(from, to), to))
        .nextToken(to < found.size() ? String.valueOf(to) : null)
        .build();
  }

  private static List<InstanceStatusEvent> events(FakeInstance i) {
    List<InstanceStatusEvent> out = new ArrayList<>();
    for (int e = 0; e + 1 < i.events.size(); e += 2) {
      out.add(InstanceStatusEvent.builder().code(i.events.get(e)).description(i.events.get(e + 1)).build());
    }
    return out;
  }

  private static boolean fitsStatus(Filter filter, FakeInstance i) {
    return switch (filter.name()) {
      case "instance-status.status" -> filter.values().contains(i.status);
      case "system-status.status" -> filter.values().contains("ok");
      case "event.code" -> events(i).stream().anyMatch(e -> filter.values().contains(e.codeAsString()));
      default -> throw new Ec2Fault("InvalidParameterValue", "The filter '" + filter.name() + "' is invalid");
    };
  }

  private SdkPojo types(Map<String, String> parameters) {
    DescribeInstanceTypesRequest.Builder builder = DescribeInstanceTypesRequest.builder();
    QueryShape.read(parameters, (SdkPojo) builder);
    DescribeInstanceTypesRequest request = builder.build();
    faults.fail("DescribeInstanceTypes", null, null, null);
    List<InstanceTypeInfo> found = new ArrayList<>();
    for (InstanceTypeInfo type : region.types()) {
      if (request.filters().stream().allMatch(f -> value(f, "instance-type", type.instanceTypeAsString()))) {
        found.add(type);
      }
    }
    return DescribeInstanceTypesResponse.builder().instanceTypes(found).build();
  }

  private SdkPojo subnets(Map<String, String> parameters) {
    DescribeSubnetsRequest.Builder builder = DescribeSubnetsRequest.builder();
    QueryShape.read(parameters, (SdkPojo) builder);
    DescribeSubnetsRequest request = builder.build();
    faults.fail("DescribeSubnets", null, null, null);
    List<Subnet> found = new ArrayList<>();
    for (Subnet subnet : region.subnets()) {
      if (request.filters().stream().allMatch(f -> value(f, "subnet-id", subnet.subnetId()))) {
        found.add(subnet);
      }
    }
    return DescribeSubnetsResponse.builder().subnets(found).build();
  }

  private static boolean value(Filter filter, String name, String value) {
    if (!filter.name().equals(name)) {
      throw new Ec2Fault("InvalidParameterValue", "The filter '" + filter.name() + "' is invalid");
    }
    return filter.values().contains(value);
  }

  private SdkPojo templates(Map<String, String> parameters) {
    DescribeLaunchTemplateVersionsRequest.Builder builder = DescribeLaunchTemplateVersionsRequest.builder();
    QueryShape.read(parameters, (SdkPojo) builder);
    DescribeLaunchTemplateVersionsRequest request = builder.build();
    faults.fail("DescribeLaunchTemplateVersions", null, null, null);
    if (!region.hasTemplate(request.launchTemplateId())) {
      throw new Ec2Fault("InvalidLaunchTemplateId.NotFound", "The specified launch template, with template ID " + request.launchTemplateId() + ", does not exist.");
    }
    List<LaunchTemplateVersion> found = new ArrayList<>();
    for (String version : request.versions()) {
      ResponseLaunchTemplateData data = region.template(request.launchTemplateId(), version);
      if (data == null) {
        throw new Ec2Fault("InvalidLaunchTemplateId.VersionNotFound", "Could not find the specified version " + version + " for the launch template with ID " + request.launchTemplateId() + ".");
      }
      found.add(
          LaunchTemplateVersion.builder().launchTemplateId(request.launchTemplateId()).versionNumber(Long.valueOf(version)).launchTemplateData(data).build());
    }
    return DescribeLaunchTemplateVersionsResponse.builder().launchTemplateVersions(found).build();
  }
}
