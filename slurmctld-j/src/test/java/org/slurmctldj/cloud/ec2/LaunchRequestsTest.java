package org.slurmctldj.cloud.ec2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slurmctldj.cloud.CapacityOption;
import org.slurmctldj.cloud.CapacityOption.Market;
import org.slurmctldj.cloud.LaunchOrder;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateInstanceNetworkInterfaceSpecification;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateTagSpecification;
import software.amazon.awssdk.services.ec2.model.ResponseLaunchTemplateData;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

class LaunchRequestsTest {
  private static final Ec2Settings SETTINGS =
      new Ec2Settings("hydra", "eu-central-1", Optional.empty(), List.of("10.0.0.5:6817", "10.0.0.6:6817"), "/opt/agent", order -> "secret-of-" + order);
  private static final InstanceTypeInfo C5_XLARGE =
      InstanceTypeInfo.builder().instanceType("c5.xlarge")
          .vCpuInfo(v -> v.defaultVCpus(4).defaultCores(2).defaultThreadsPerCore(2).validThreadsPerCore(1, 2)).build();

  private static LaunchOrder order(Market market, List<String> nodes, int least) {
    return new LaunchOrder(
        "order-1", "g", new CapacityOption("c5.xlarge", "subnet-1", null, market, market == Market.RESERVED ? "cr-1" : null), nodes, least,
        new LaunchOrder.LaunchSettings("lt-1", "7", null, "node-role", Map.of("owner", "physics"), null));
  }

  private static RunInstancesRequest request(ResponseLaunchTemplateData template, LaunchOrder order) {
    return LaunchRequests.of(SETTINGS, order, new Template(template), C5_XLARGE);
  }

  private static ResponseLaunchTemplateData.Builder template() {
    return ResponseLaunchTemplateData.builder().imageId("ami-1");
  }

  private static Map<String, String> tags(RunInstancesRequest request, String resource) {
    return request.tagSpecifications().stream().filter(s -> s.resourceTypeAsString().equals(resource)).map(TagSpecification::tags).flatMap(List::stream).collect(Collectors.toMap(Tag::key, Tag::value));
  }

  @Test
  void allOrNothingIsWhatTheOrderSaysAndTheTokenIsItsOwn() {
    RunInstancesRequest r = request(template().build(), order(Market.ON_DEMAND, List.of("g-1", "g-2", "g-3"), 3));
    assertEquals(3, r.minCount());
    assertEquals(3, r.maxCount());
    assertEquals("order-1", r.clientToken());
    assertEquals("terminate", r.instanceInitiatedShutdownBehaviorAsString());
    assertEquals("lt-1", r.launchTemplate().launchTemplateId());
    assertEquals("7", r.launchTemplate().version());
    assertEquals("node-role", r.iamInstanceProfile().name());
    assertEquals("subnet-1", r.subnetId());
    assertNull(r.imageId());
    assertEquals(1, request(template().build(), order(Market.ON_DEMAND, List.of("g-1", "g-2"), 0)).minCount());
  }

  @Test
  void multithreadingIsOffWhateverTheTemplateSays() {
    RunInstancesRequest r =
        request(template().cpuOptions(c -> c.threadsPerCore(2).coreCount(1)).build(), order(Market.ON_DEMAND, List.of("g-1"), 1));
    assertEquals(1, r.cpuOptions().threadsPerCore());
    assertEquals(1, r.cpuOptions().coreCount());
    assertEquals(2, request(template().build(), order(Market.ON_DEMAND, List.of("g-1"), 1)).cpuOptions().coreCount());
    InstanceTypeInfo arm =
        InstanceTypeInfo.builder().vCpuInfo(v -> v.defaultVCpus(2).defaultCores(2).defaultThreadsPerCore(1).validThreadsPerCore(1)).build();
    assertNull(LaunchRequests.of(SETTINGS, order(Market.ON_DEMAND, List.of("g-1"), 1), new Template(template().build()), arm).cpuOptions());
  }

  @Test
  void networkInterfacesOfTheTemplateMoveIntoTheOptionsSubnet() {
    RunInstancesRequest r =
        request(
            template()
                .networkInterfaces(
                    LaunchTemplateInstanceNetworkInterfaceSpecification.builder().deviceIndex(0).networkCardIndex(0).interfaceType("efa").groups("sg-1").subnetId("subnet-old").build(),
                    LaunchTemplateInstanceNetworkInterfaceSpecification.builder().deviceIndex(1).networkCardIndex(1).interfaceType("efa-only").groups("sg-1")
                        .enaSrdSpecification(e -> e.enaSrdEnabled(true)).build())
                .build(),
            order(Market.ON_DEMAND, List.of("g-1"), 1));
    assertNull(r.subnetId());
    assertEquals(2, r.networkInterfaces().size());
    assertTrue(r.networkInterfaces().stream().allMatch(n -> n.subnetId().equals("subnet-1") && n.groups().equals(List.of("sg-1"))));
    assertEquals("efa-only", r.networkInterfaces().get(1).interfaceType());
    assertTrue(r.networkInterfaces().get(1).enaSrdSpecification().enaSrdEnabled());
  }

  @Test
  void spotAndReservedCapacityAreAskedForByName() {
    RunInstancesRequest spot = request(template().build(), order(Market.SPOT, List.of("g-1"), 1));
    assertEquals("spot", spot.instanceMarketOptions().marketTypeAsString());
    assertEquals("one-time", spot.instanceMarketOptions().spotOptions().spotInstanceTypeAsString());
    RunInstancesRequest reserved = request(template().build(), order(Market.RESERVED, List.of("g-1"), 1));
    assertEquals("cr-1", reserved.capacityReservationSpecification().capacityReservationTarget().capacityReservationId());
    assertNull(reserved.instanceMarketOptions());
  }

  @Test
  void aGroupsImageWinsOverTheTemplates() {
    LaunchOrder order = new LaunchOrder(
        "order-1", "g", new CapacityOption("c5.xlarge", "subnet-1", null, Market.ON_DEMAND, null), List.of("g-1"), 1,
        new LaunchOrder.LaunchSettings("lt-1", "7", "ami-2", null, Map.of(), null));
    assertEquals("ami-2", request(template().build(), order).imageId());
    assertEquals("7", request(template().build(), order).launchTemplate().version());
  }

  @Test
  void whatOnlyTheTemplateCouldChangeIsRefusedByName() {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> request(template().instanceMarketOptions(m -> m.marketType("spot")).securityGroups("default").build(), order(Market.ON_DEMAND, List.of("g-1"), 1)));
    assertTrue(e.getMessage().contains("InstanceMarketOptions") && e.getMessage().contains("SecurityGroupIds"), e.getMessage());
  }

  @Test
  void whatThePcsGuideIgnoresIsPutAsideWithAWarning() {
    ResponseLaunchTemplateData data =
        template().instanceType("t3.micro").disableApiTermination(true).disableApiStop(true).hibernationOptions(h -> h.configured(true))
            .cpuOptions(c -> c.threadsPerCore(2)).iamInstanceProfile(p -> p.name("other")).build();
    RunInstancesRequest r = request(data, order(Market.ON_DEMAND, List.of("g-1"), 1));
    assertEquals("c5.xlarge", r.instanceTypeAsString());
    assertEquals(false, r.disableApiTermination());
    assertEquals(false, r.disableApiStop());
    assertEquals(false, r.hibernationOptions().configured());
    assertEquals(
        List.of("InstanceType", "IamInstanceProfile", "DisableApiTermination", "DisableApiStop", "HibernationOptions", "ThreadsPerCore"),
        new Template(data).warnings(true).stream().map(w -> w.split(" ")[0]).toList());
  }

  @Test
  void tagsSayWhoseInstancesAndDisksTheyAre() {
    RunInstancesRequest r =
        request(
            template().tagSpecifications(LaunchTemplateTagSpecification.builder().resourceType("instance").tags(Tag.builder().key("owner").value("nobody").build(), Tag.builder().key("site").value("x").build()).build()).build(),
            order(Market.ON_DEMAND, List.of("g-1", "g-2", "g-5"), 1));
    assertEquals(
        Map.of("Name", "g", "owner", "physics", "site", "x", OrderTags.CLUSTER, "hydra", OrderTags.GROUP, "g", OrderTags.ORDER, "order-1", OrderTags.NODES, "g-[1-2,5]"),
        tags(r, "instance"));
    assertEquals("hydra", tags(r, "volume").get(OrderTags.CLUSTER));
    assertNull(tags(r, "volume").get("site"));
  }

  @Test
  void theNameOfANodeIsFoundByTheInstancesPlaceInItsOrderHoweverManyTagsThatTakes() {
    List<String> scattered = IntStream.range(0, 300).mapToObj(i -> "group-with-a-name-" + (7 * i % 2048)).toList();
    Map<String, String> tags = tags(request(template().build(), order(Market.ON_DEMAND, scattered, 1)), "instance");
    assertTrue(tags.containsKey(OrderTags.NODES + ".1"));
    tags.values().forEach(v -> assertTrue(v.length() <= 256));
    List<Tag> list = tags.entrySet().stream().map(t -> Tag.builder().key(t.getKey()).value(t.getValue()).build()).toList();
    for (int i = 0; i < scattered.size(); i++) {
      int index = i;
      var seen = OrderTags.instance(software.amazon.awssdk.services.ec2.model.Instance.builder().instanceId("i-1").amiLaunchIndex(index).tags(list).build());
      assertEquals(scattered.get(index), seen.node());
    }
    assertNull(OrderTags.instance(software.amazon.awssdk.services.ec2.model.Instance.builder().instanceId("i-1").amiLaunchIndex(300).tags(list).build()).node());
  }

  @Test
  void reservedTagsAreRefused() {
    LaunchOrder bad =
        new LaunchOrder("t", "g", new CapacityOption("c5.xlarge", "subnet-1", null, Market.ON_DEMAND, null), List.of("g-1"), 1,
            new LaunchOrder.LaunchSettings(null, null, "ami-1", null, Map.of("slurmctld-j:cluster", "other"), null));
    assertThrows(IllegalArgumentException.class, () -> request(template().build(), bad));
  }

  @Test
  void theJoinPartTellsTheAgentWhereToGoAndWhatItIsAllowed() {
    String userData =
        new String(Base64.getDecoder().decode(request(template().build(), order(Market.ON_DEMAND, List.of("g-1"), 1)).userData()), StandardCharsets.ISO_8859_1);
    assertTrue(userData.contains("\n#: cluster=hydra\n#: controllers=10.0.0.5:6817,10.0.0.6:6817\n#: order=order-1\n#: token=secret-of-order-1\nexec /opt/agent --cloud-join\n"), userData);
    assertTrue(userData.indexOf("--cloud-join") < userData.indexOf("exec /opt/agent --cloud\n"));
  }
}
