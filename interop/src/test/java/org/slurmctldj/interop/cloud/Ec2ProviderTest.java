package org.slurmctldj.interop.cloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.cloud.CapacityCatalog.Findings;
import org.slurmctldj.cloud.CapacityCatalog.TypeFacts;
import org.slurmctldj.cloud.CapacityOption;
import org.slurmctldj.cloud.CapacityOption.Market;
import org.slurmctldj.cloud.CloudException;
import org.slurmctldj.cloud.CloudFailure.Kind;
import org.slurmctldj.cloud.Instance;
import org.slurmctldj.cloud.LaunchAnswer;
import org.slurmctldj.cloud.LaunchOrder;
import org.slurmctldj.cloud.LaunchOrder.LaunchSettings;
import org.slurmctldj.cloud.ec2.BackOff;
import org.slurmctldj.cloud.ec2.Ec2Provider;
import org.slurmctldj.cloud.ec2.Ec2Settings;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.ec2.model.ResponseLaunchTemplateData;

/** The provider through the real AWS SDK against the fake cloud. */
class Ec2ProviderTest {
  private static final CapacityOption C5_A = new CapacityOption("c5.large", "subnet-0000000a", null, Market.ON_DEMAND, null);
  private static final CapacityOption C5_B = new CapacityOption("c5.large", "subnet-0000000b", null, Market.SPOT, null);
  private static final LaunchSettings SETTINGS = new LaunchSettings("lt-00000000000000001", "1", null, "nodes", Map.of("team", "x"), null);
  private static final BackOff QUICK = new BackOff(Duration.ofMillis(2), Duration.ofMillis(10), Duration.ofSeconds(5));
  private static final BackOff IMPATIENT = new BackOff(Duration.ofMillis(2), Duration.ofMillis(4), Duration.ofMillis(20));

  @TempDir static Path directory;

  private FakeCloud cloud;
  private final List<Ec2Provider> providers = new ArrayList<>();
  private Ec2Provider ec2;

  @BeforeEach
  void open() throws Exception {
    cloud = new FakeCloud(0, directory, false);
    ec2 = provider("hydra", FakeCloud.ACCESS_KEY, QUICK);
  }

  @AfterEach
  void close() {
    providers.forEach(Ec2Provider::close);
    cloud.close();
  }

  private Ec2Provider provider(String cluster, String accessKey, BackOff backOff) {
    Ec2Provider p =
        Ec2Provider.open(
            new Ec2Settings(cluster, "fake-region-1", Optional.of(URI.create(cloud.endpoint())), List.of("127.0.0.1:1"), "/opt/agent", t -> "s-" + t),
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, "secret")),
            backOff);
    providers.add(p);
    return p;
  }

  private static List<String> nodes(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> "g-" + i).toList();
  }

  private static LaunchOrder order(String token, CapacityOption option, List<String> nodes, int least) {
    return new LaunchOrder(token, "g", option, nodes, least, SETTINGS);
  }

  private void fault(String... pairs) {
    Map<String, String> of = new java.util.HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      of.put(pairs[i], pairs[i + 1]);
    }
    cloud.fault(of);
  }

  @Test
  void instancesOfAnOrderCarryTheirNodesInItsOrder() {
    LaunchAnswer answer = ec2.launch(order("o1", C5_A, List.of("g-7", "g-2", "g-9"), 3)).join();
    assertNull(answer.failure());
    assertEquals(List.of("g-7", "g-2", "g-9"), answer.started().stream().map(Instance::node).toList());
    Instance first = answer.started().getFirst();
    assertEquals("g", first.group());
    assertEquals("o1", first.token());
    assertEquals("c5.large", first.instanceType());
    assertEquals("fake-region-1a", first.zone());
    assertEquals(Market.ON_DEMAND, first.market());
    assertTrue(first.privateAddress().startsWith("127.77."));
    assertTrue(first.launchMillis() > 0);
    assertEquals(new HashSet<>(answer.started().stream().map(Instance::id).toList()), new HashSet<>(ec2.inventory().join().stream().map(Instance::id).toList()));
    assertEquals(Market.SPOT, ec2.launch(order("o2", C5_B, nodes(20, 20), 1)).join().started().getFirst().market());
  }

  @Test
  void theInventoryFollowsAllPagesAndShowsOneClusterOnly() {
    ec2.launch(order("big", C5_A, nodes(1, 130), 1)).join();
    provider("other", FakeCloud.ACCESS_KEY, QUICK).launch(order("foreign", C5_A, nodes(1, 3), 1)).join();
    assertEquals(new HashSet<>(nodes(1, 130)), new HashSet<>(ec2.inventory().join().stream().map(Instance::node).toList()));
  }

  @Test
  void whatEc2FindsImpairedIsToldByIdAndNothingElse() {
    List<Instance> all = ec2.launch(order("o1", C5_A, nodes(1, 60), 60)).join().started();
    while (ec2.inventory().join().stream().anyMatch(i -> i.state() != Instance.State.RUNNING)) {
      Thread.onSpinWait();
    }
    assertEquals(java.util.Set.of(), ec2.impaired().join());
    List<String> ill = all.stream().map(Instance::id).limit(55).toList();
    ill.forEach(cloud::impair);
    assertEquals(new HashSet<>(ill), ec2.impaired().join());
  }

  @Test
  void scheduledEventsAreToldUntilTheyAreOver() {
    List<Instance> all = ec2.launch(order("o1", C5_A, nodes(1, 60), 60)).join().started();
    while (ec2.inventory().join().stream().anyMatch(i -> i.state() != Instance.State.RUNNING)) {
      Thread.onSpinWait();
    }
    assertEquals(java.util.Map.of(), ec2.scheduledEvents().join());
    List<String> ids = all.stream().map(Instance::id).limit(53).toList();
    ids.forEach(id -> cloud.schedule(id, "instance-retirement", "The instance is running on degraded hardware"));
    cloud.schedule(all.get(58).id(), "system-reboot", "[Completed] scheduled reboot");
    cloud.schedule(all.get(59).id(), "instance-stop", "[Canceled] The instance is running on degraded hardware");
    assertEquals(new HashSet<>(ids), ec2.scheduledEvents().join().keySet());
    assertEquals("instance-retirement", ec2.scheduledEvents().join().get(ids.getFirst()));
  }

  @Test
  void aTokenUsedAgainGivesTheSameInstancesAlsoToARestartedController() {
    List<Instance> first = ec2.launch(order("o1", C5_A, nodes(1, 4), 4)).join().started();
    List<Instance> again = provider("hydra", FakeCloud.ACCESS_KEY, QUICK).launch(order("o1", C5_A, nodes(1, 4), 4)).join().started();
    assertEquals(first.stream().map(Instance::id).toList(), again.stream().map(Instance::id).toList());
    assertEquals(4, ec2.inventory().join().size());
  }

  @Test
  void aLostAnswerIsAskedForAgainAndStartsNothingTwice() {
    fault("what", "lose", "action", "RunInstances", "times", "2");
    LaunchAnswer answer = ec2.launch(order("o1", C5_A, nodes(1, 3), 3)).join();
    assertEquals(3, answer.started().size());
    assertEquals(3, ec2.inventory().join().size());
  }

  @Test
  void aRequestThatArrivesTwiceStartsNothingTwice() {
    fault("what", "twice");
    assertEquals(2, ec2.launch(order("o1", C5_A, nodes(1, 2), 2)).join().started().size());
    assertEquals(2, ec2.inventory().join().size());
  }

  @Test
  void aTokenUsedWithOtherParametersGivesWhatItStarted() {
    List<Instance> first = ec2.launch(order("o1", C5_A, nodes(1, 3), 1)).join().started();
    LaunchAnswer changed = ec2.launch(order("o1", C5_A, nodes(1, 2), 1)).join();
    assertEquals(new HashSet<>(first.stream().map(Instance::id).toList()), new HashSet<>(changed.started().stream().map(Instance::id).toList()));
    ec2.terminate(first.stream().map(Instance::id).toList()).join();
  }

  @Test
  void noCapacityIsToldWithEc2sCode() {
    fault("what", "error", "code", "InsufficientInstanceCapacity", "type", "c5.large", "zone", "fake-region-1a");
    LaunchAnswer answer = ec2.launch(order("o1", C5_A, nodes(1, 2), 2)).join();
    assertEquals(List.of(), answer.started());
    assertEquals("InsufficientInstanceCapacity", answer.failure().code());
    assertEquals(Kind.CAPACITY, answer.failure().kind());
    assertNull(ec2.launch(order("o2", C5_B, nodes(1, 2), 2)).join().failure());
  }

  @Test
  void fewerThanOrderedAreStartedOnlyIfTheOrderAllowsIt() {
    fault("what", "only", "count", "3");
    LaunchAnswer some = ec2.launch(order("o1", C5_A, nodes(1, 5), 1)).join();
    assertEquals(nodes(1, 3), some.started().stream().map(Instance::node).toList());
    assertEquals(Kind.CAPACITY, some.failure().kind());
    LaunchAnswer none = ec2.launch(order("o2", C5_A, nodes(6, 10), 5)).join();
    assertEquals(List.of(), none.started());
    assertEquals("InsufficientInstanceCapacity", none.failure().code());
    assertEquals(3, ec2.inventory().join().size());
  }

  @Test
  void throttlingIsWaitedOutAndALimitIsNot() {
    fault("what", "error", "code", "RequestLimitExceeded", "action", "RunInstances", "times", "3");
    assertNull(ec2.launch(order("o1", C5_A, nodes(1, 1), 1)).join().failure());
    fault("what", "error", "code", "VcpuLimitExceeded", "times", "1");
    assertEquals(Kind.LIMIT, ec2.launch(order("o2", C5_A, nodes(2, 2), 1)).join().failure().kind());
    fault("what", "error", "code", "RequestLimitExceeded");
    LaunchAnswer answer = provider("hydra", FakeCloud.ACCESS_KEY, IMPATIENT).launch(order("o3", C5_A, nodes(3, 3), 1)).join();
    assertEquals("RequestLimitExceeded", answer.failure().code());
    assertEquals(Kind.LIMIT, answer.failure().kind());
  }

  @Test
  void aCloudThatDoesNotAnswerIsUnavailable() {
    fault("what", "error", "code", "InternalError", "times", "2");
    assertNull(ec2.launch(order("o1", C5_A, nodes(1, 1), 1)).join().failure());
    cloud.close();
    Ec2Provider impatient = provider("hydra", FakeCloud.ACCESS_KEY, IMPATIENT);
    assertEquals(Kind.UNAVAILABLE, impatient.launch(order("o2", C5_A, nodes(2, 2), 1)).join().failure().kind());
    CompletionException e = assertThrows(CompletionException.class, () -> impatient.inventory().join());
    assertEquals(Kind.UNAVAILABLE, ((CloudException) e.getCause()).failure().kind());
  }

  @Test
  void wrongCredentialsAndDeniedActionsAreForAnAdmin() {
    LaunchAnswer wrong = provider("hydra", "SOMEBODYELSE", QUICK).launch(order("o1", C5_A, nodes(1, 1), 1)).join();
    assertEquals("AuthFailure", wrong.failure().code());
    assertEquals(Kind.CONFIGURATION, wrong.failure().kind());
    fault("what", "error", "code", "UnauthorizedOperation", "message", "You are not authorized to perform this operation.");
    assertEquals(Kind.CONFIGURATION, ec2.launch(order("o2", C5_A, nodes(1, 1), 1)).join().failure().kind());
  }

  @Test
  void instancesThatTheCloudDoesNotKnowAreNamedAndTheOthersEnded() {
    List<String> ids = new ArrayList<>(ec2.launch(order("o1", C5_A, nodes(1, 5), 5)).join().started().stream().map(Instance::id).toList());
    ids.add("i-00000000000000bad");
    ids.add("i-0000000000000dead");
    var unknown = ec2.terminate(ids).join();
    assertEquals(Set.of("i-00000000000000bad", "i-0000000000000dead"), unknown.keySet());
    unknown.values().forEach(f -> assertEquals("InvalidInstanceID.NotFound", f.code()));
    ids.removeAll(unknown.keySet());
    assertTrue(ec2.inventory().join().stream().allMatch(i -> i.state() == Instance.State.SHUTTING_DOWN));
    assertEquals(Map.of(), ec2.terminate(ids).join());
  }

  @Test
  void anInstanceThatCannotBeEndedIsNamedWithTheReason() {
    List<String> ids = ec2.launch(order("o1", C5_A, nodes(1, 2), 2)).join().started().stream().map(Instance::id).toList();
    fault("what", "error", "code", "UnauthorizedOperation", "action", "TerminateInstances");
    var failed = ec2.terminate(ids).join();
    assertEquals(new HashSet<>(ids), failed.keySet());
    assertEquals("UnauthorizedOperation", failed.get(ids.getFirst()).code());
  }

  @Test
  void aNewInstanceMayBeHiddenAndIsThenSeen() throws InterruptedException {
    fault("what", "hide", "ms", "150");
    assertEquals(1, ec2.launch(order("o1", C5_A, nodes(1, 1), 1)).join().started().size());
    assertEquals(0, ec2.inventory().join().size());
    while (ec2.inventory().join().isEmpty()) {
      Thread.onSpinWait();
    }
    assertEquals("g-1", ec2.inventory().join().getFirst().node());
  }

  // ---- before anything is started

  @Test
  void aGoodGroupIsDescribedWithMultithreadingOff() {
    Findings f = ec2.examine("g", List.of(C5_A, C5_B), SETTINGS).join();
    assertEquals(List.of(), f.errors());
    assertEquals(Map.of("c5.large", new TypeFacts(1, 4096, "x86_64", 0, null)), f.types());
    assertEquals(Map.of("subnet-0000000a", "fake-region-1a", "subnet-0000000b", "fake-region-1b"), f.zones());
    assertEquals(0, ec2.inventory().join().size());
    assertEquals(
        new TypeFacts(96, 2_097_152, "x86_64", 8, "h100"),
        ec2.examine("p", List.of(new CapacityOption("p5.48xlarge", "subnet-0000000a", null, Market.ON_DEMAND, null)), SETTINGS).join().types().get("p5.48xlarge"));
  }

  @Test
  void allThatIsWrongWithAGroupIsToldAtOnce() {
    LaunchSettings unknown = new LaunchSettings("lt-0badbadbadbadbad0", "1", null, null, Map.of(), null);
    Findings f =
        ec2.examine(
                "g",
                List.of(
                    C5_A,
                    new CapacityOption("c7g.large", "subnet-0000000a", null, Market.ON_DEMAND, null),
                    new CapacityOption("z9.huge", "subnet-00000bad", null, Market.SPOT, null)),
                unknown)
            .join();
    String all = String.join("\n", f.errors());
    assertTrue(all.contains("InvalidLaunchTemplateId.NotFound"), all);
    assertTrue(all.contains("different architectures: c5.large x86_64, c7g.large arm64"), all);
    assertTrue(all.contains("different numbers of CPUs: c5.large 1, c7g.large 2"), all);
    assertTrue(all.contains("instance type z9.huge is not known"), all);
    assertTrue(all.contains("subnet subnet-00000bad is not known"), all);
  }

  @Test
  void aDeniedActionIsFoundByADryRun() {
    fault("what", "error", "code", "UnauthorizedOperation", "message", "You are not authorized to perform this operation.", "action", "RunInstances");
    assertEquals(List.of("UnauthorizedOperation: You are not authorized to perform this operation."), ec2.examine("g", List.of(C5_A), SETTINGS).join().errors());
  }

  @Test
  void noCapacityNowIsNoFaultOfTheGroup() {
    fault("what", "error", "code", "InsufficientInstanceCapacity", "action", "RunInstances");
    assertEquals(List.of(), ec2.examine("g", List.of(C5_A), SETTINGS).join().errors());
  }

  @Test
  void whatTheTemplateSaysInVainIsAWarning() {
    cloud.template("lt-00000000000000002", "3", ResponseLaunchTemplateData.builder().imageId(Region.IMAGE).instanceType("t3.micro").build());
    Findings f = ec2.examine("g", List.of(C5_A), new LaunchSettings("lt-00000000000000002", "3", null, null, Map.of(), null)).join();
    assertEquals(List.of("InstanceType of the launch template is ignored"), f.warnings());
    assertEquals(List.of(), f.errors());
    assertTrue(
        ec2.examine("g", List.of(C5_A), new LaunchSettings("lt-00000000000000002", "9", null, null, Map.of(), null)).join().errors().getFirst()
            .startsWith("InvalidLaunchTemplateId.VersionNotFound"));
  }
}
