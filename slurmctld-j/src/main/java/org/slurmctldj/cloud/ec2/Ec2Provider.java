package org.slurmctldj.cloud.ec2;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.cloud.CapacityCatalog;
import org.slurmctldj.cloud.CapacityOption;
import org.slurmctldj.cloud.CloudException;
import org.slurmctldj.cloud.CloudFailure;
import org.slurmctldj.cloud.Instance;
import org.slurmctldj.cloud.InstanceProvider;
import org.slurmctldj.cloud.LaunchAnswer;
import org.slurmctldj.cloud.LaunchOrder;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.Ec2ClientBuilder;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceStatusRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstanceStatusResponse;
import software.amazon.awssdk.services.ec2.model.InstanceStatusEvent;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;

/** EC2. Made by the daemon when a cloud is configured; calls come from provisioning's thread and return at once. */
public final class Ec2Provider implements InstanceProvider, CapacityCatalog {
  private static final Logger LOG = LoggerFactory.getLogger(Ec2Provider.class);
  private static final int PAGE = 1000;
  private static final int TERMINATE_AT_ONCE = 500;
  private static final Pattern INSTANCE_ID = Pattern.compile("i-[0-9a-f]{8,17}");

  private final Ec2Settings settings;
  private final Ec2Client client;
  private final Ec2Calls calls;
  private final Map<String, Template> templates = new ConcurrentHashMap<>();
  private final Map<String, InstanceTypeInfo> types = new ConcurrentHashMap<>();

  /** With the SDK's own chain of credentials: environment, profile, the controller's instance role. */
  public static Ec2Provider open(Ec2Settings settings) {
    return open(settings, DefaultCredentialsProvider.builder().build(), BackOff.STANDARD);
  }

  public static Ec2Provider open(Ec2Settings settings, AwsCredentialsProvider credentials, BackOff backOff) {
    Ec2ClientBuilder builder =
        Ec2Client.builder()
            .region(Region.of(settings.region()))
            .credentialsProvider(credentials)
            .httpClient(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(Duration.ofSeconds(5))
                    .socketTimeout(Duration.ofSeconds(30))
                    .build())
            // repeated by Ec2Calls, which knows our pace
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()));
    settings.endpoint().ifPresent(builder::endpointOverride);
    return new Ec2Provider(settings, builder.build(), new Ec2Calls(credentials, backOff));
  }

  private Ec2Provider(Ec2Settings settings, Ec2Client client, Ec2Calls calls) {
    this.settings = settings;
    this.client = client;
    this.calls = calls;
  }

  // ---- starting

  @Override
  public CompletableFuture<LaunchAnswer> launch(LaunchOrder order) {
    return calls.async(
        () -> {
          try {
            return started(order, run(order));
          } catch (CloudException e) {
            return e.failure().code().equals("IdempotentParameterMismatch")
                ? startedEarlier(order, e.failure())
                : new LaunchAnswer(List.of(), e.failure());
          } catch (IllegalArgumentException e) {
            return new LaunchAnswer(List.of(), new CloudFailure("InvalidOrder", e.getMessage(), CloudFailure.Kind.CONFIGURATION));
          }
        });
  }

  private List<Instance> run(LaunchOrder order) {
    Template template = template(order.settings());
    RunInstancesRequest request = LaunchRequests.of(settings, order, template, type(order.option().instanceType()));
    return calls
        .call(Ec2Calls.Kind.RUN, "RunInstances " + order.token(), () -> client.runInstances(request))
        .instances()
        .stream()
        .map(OrderTags::instance)
        .sorted(java.util.Comparator.comparingInt(i -> place(order, i)))
        .toList();
  }

  private static int place(LaunchOrder order, Instance i) {
    int place = order.nodes().indexOf(i.node());
    return place < 0 ? Integer.MAX_VALUE : place;
  }

  private static LaunchAnswer started(LaunchOrder order, List<Instance> started) {
    int missing = order.nodes().size() - started.size();
    if (missing <= 0) {
      return new LaunchAnswer(started, null);
    }
    // EC2 says no more than this: it started what it had
    return new LaunchAnswer(
        started,
        new CloudFailure(
            "InsufficientInstanceCapacity",
            "EC2 started " + started.size() + " of " + order.nodes().size() + " instances",
            CloudFailure.Kind.CAPACITY));
  }

  /** The token was used with other parameters, before the configuration changed: what came of it carries its tag. */
  private LaunchAnswer startedEarlier(LaunchOrder order, CloudFailure failure) {
    try {
      List<Instance> found = find(Filter.builder().name("tag:" + OrderTags.ORDER).values(order.token()).build());
      LOG.warn("order {} was made before with other parameters: {} of its instances are there", order.token(), found.size());
      return found.isEmpty() ? new LaunchAnswer(List.of(), failure) : started(order, found);
    } catch (CloudException e) {
      return new LaunchAnswer(List.of(), e.failure());
    }
  }

  private Template template(LaunchOrder.LaunchSettings how) {
    if (how.launchTemplateId() == null) {
      return Template.NONE;
    }
    String key = how.launchTemplateId() + " " + how.launchTemplateVersion();
    Template known = templates.get(key);
    if (known != null) {
      return known;
    }
    if (how.launchTemplateVersion() == null || !how.launchTemplateVersion().matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException("launch template " + how.launchTemplateId() + " needs the number of a version");
    }
    var versions =
        calls
            .call(
                Ec2Calls.Kind.DESCRIBE,
                "DescribeLaunchTemplateVersions " + key,
                () ->
                    client.describeLaunchTemplateVersions(
                        r -> r.launchTemplateId(how.launchTemplateId()).versions(how.launchTemplateVersion())))
            .launchTemplateVersions();
    if (versions.isEmpty()) {
      throw new IllegalArgumentException("launch template " + how.launchTemplateId() + " has no version " + how.launchTemplateVersion());
    }
    Template found = new Template(versions.getFirst().launchTemplateData());
    templates.put(key, found);
    return found;
  }

  private InstanceTypeInfo type(String name) {
    InstanceTypeInfo known = types.get(name);
    if (known != null) {
      return known;
    }
    // as a filter, not as a value: unknown ones are then missing, and nothing else fails
    var found =
        calls
            .call(
                Ec2Calls.Kind.DESCRIBE,
                "DescribeInstanceTypes " + name,
                () -> client.describeInstanceTypes(r -> r.filters(Filter.builder().name("instance-type").values(name).build())))
            .instanceTypes();
    if (found.isEmpty()) {
      throw new IllegalArgumentException("instance type " + name + " is not known in " + settings.region());
    }
    types.put(name, found.getFirst());
    return found.getFirst();
  }

  // ---- ending

  @Override
  public CompletableFuture<Map<String, CloudFailure>> terminate(Collection<String> instanceIds) {
    List<String> all = instanceIds.stream().distinct().toList();
    return calls.async(
        () -> {
          Map<String, CloudFailure> failed = new HashMap<>();
          for (int i = 0; i < all.size(); i += TERMINATE_AT_ONCE) {
            end(all.subList(i, Math.min(all.size(), i + TERMINATE_AT_ONCE)), failed);
          }
          return failed;
        });
  }

  /** One bad id fails the whole request: unknown ones are left out and the rest is ended, others are found by halves. */
  private void end(List<String> ids, Map<String, CloudFailure> failed) {
    if (ids.isEmpty()) {
      return;
    }
    try {
      calls.call(Ec2Calls.Kind.TERMINATE, "TerminateInstances of " + ids.size(), () -> client.terminateInstances(r -> r.instanceIds(ids)));
    } catch (CloudException e) {
      List<String> rest = new ArrayList<>(ids);
      List<String> unknown = idsIn(e.failure().message());
      if (e.failure().code().equals("InvalidInstanceID.NotFound") && rest.removeAll(unknown)) {
        ids.stream().filter(unknown::contains).forEach(id -> failed.put(id, e.failure()));
        end(rest, failed);
      } else if (e.failure().kind() != CloudFailure.Kind.CONFIGURATION || ids.size() == 1 || e.failure().code().equals("UnauthorizedOperation")) {
        ids.forEach(id -> failed.put(id, e.failure()));
      } else {
        end(ids.subList(0, ids.size() / 2), failed);
        end(ids.subList(ids.size() / 2, ids.size()), failed);
      }
    }
  }

  private static List<String> idsIn(String message) {
    List<String> ids = new ArrayList<>();
    Matcher m = INSTANCE_ID.matcher(message);
    while (m.find()) {
      ids.add(m.group());
    }
    return ids;
  }

  // ---- looking

  @Override
  public CompletableFuture<List<Instance>> inventory() {
    return calls.async(() -> find(Filter.builder().name("tag:" + OrderTags.CLUSTER).values(settings.cluster()).build()));
  }

  /** Either check: of the instance, or of the host it is on. EC2 takes no tags here: others' instances are among them. */
  @Override
  public CompletableFuture<Set<String>> impaired() {
    return calls.async(() -> {
      Set<String> found = new HashSet<>();
      for (String check : List.of("instance-status.status", "system-status.status")) {
        Filter impaired = Filter.builder().name(check).values("impaired").build();
        String page = null;
        do {
          DescribeInstanceStatusRequest request =
              DescribeInstanceStatusRequest.builder().filters(impaired).maxResults(PAGE).nextToken(page).build();
          DescribeInstanceStatusResponse answer =
              calls.call(Ec2Calls.Kind.INVENTORY, "DescribeInstanceStatus", () -> client.describeInstanceStatus(request));
          answer.instanceStatuses().forEach(s -> found.add(s.instanceId()));
          page = answer.nextToken();
        } while (page != null && !page.isEmpty());
      }
      return found;
    });
  }

  /** EC2 keeps what is over for two weeks, with a word in front of its description. */
  @Override
  public CompletableFuture<Map<String, String>> scheduledEvents() {
    return calls.async(() -> {
      Map<String, String> found = new HashMap<>();
      Filter any = Filter.builder().name("event.code")
          .values("instance-reboot", "system-reboot", "system-maintenance", "instance-retirement", "instance-stop").build();
      String page = null;
      do {
        DescribeInstanceStatusRequest request =
            DescribeInstanceStatusRequest.builder().filters(any).maxResults(PAGE).nextToken(page).build();
        DescribeInstanceStatusResponse answer =
            calls.call(Ec2Calls.Kind.INVENTORY, "DescribeInstanceStatus", () -> client.describeInstanceStatus(request));
        answer.instanceStatuses().forEach(s -> s.events().stream().filter(Ec2Provider::isToCome)
            .forEach(e -> found.putIfAbsent(s.instanceId(), e.codeAsString())));
        page = answer.nextToken();
      } while (page != null && !page.isEmpty());
      return found;
    });
  }

  private static boolean isToCome(InstanceStatusEvent e) {
    String words = e.description() == null ? "" : e.description();
    return !words.startsWith("[Completed]") && !words.startsWith("[Canceled]");
  }

  private List<Instance> find(Filter which) {
    Filter alive =
        Filter.builder().name("instance-state-name").values("pending", "running", "stopping", "stopped", "shutting-down").build();
    List<Instance> found = new ArrayList<>();
    String page = null;
    do {
      DescribeInstancesRequest request =
          DescribeInstancesRequest.builder().filters(which, alive).maxResults(PAGE).nextToken(page).build();
      DescribeInstancesResponse answer =
          calls.call(Ec2Calls.Kind.INVENTORY, "DescribeInstances", () -> client.describeInstances(request));
      answer.reservations().forEach(r -> r.instances().forEach(i -> found.add(OrderTags.instance(i))));
      page = answer.nextToken();
    } while (page != null && !page.isEmpty());
    return found;
  }

  // ---- before anything is started

  @Override
  public CompletableFuture<Findings> examine(String group, List<CapacityOption> options, LaunchOrder.LaunchSettings how) {
    return calls.async(() -> new GroupExamination(settings, client, calls, this::template, this::type).of(group, options, how));
  }

  @Override
  public void close() {
    calls.close();
    client.close();
  }
}
