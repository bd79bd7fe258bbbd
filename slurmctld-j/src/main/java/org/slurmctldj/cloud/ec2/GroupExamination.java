package org.slurmctldj.cloud.ec2;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slurmctldj.cloud.CapacityCatalog.Findings;
import org.slurmctldj.cloud.CapacityCatalog.TypeFacts;
import org.slurmctldj.cloud.CapacityOption;
import org.slurmctldj.cloud.CloudException;
import org.slurmctldj.cloud.CloudFailure;
import org.slurmctldj.cloud.LaunchOrder;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.GpuDeviceInfo;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;

/** Asks EC2 about a group: template, types, subnets, and with a dry run whether we may. Collects all errors. */
final class GroupExamination {
  private static final String WOULD_WORK = "DryRunOperation";

  private final Ec2Settings settings;
  private final Ec2Client client;
  private final Ec2Calls calls;
  private final Function<LaunchOrder.LaunchSettings, Template> templates;
  private final Function<String, InstanceTypeInfo> types;
  private final List<String> errors = new ArrayList<>();

  GroupExamination(
      Ec2Settings settings,
      Ec2Client client,
      Ec2Calls calls,
      Function<LaunchOrder.LaunchSettings, Template> templates,
      Function<String, InstanceTypeInfo> types) {
    this.settings = settings;
    this.client = client;
    this.calls = calls;
    this.templates = templates;
    this.types = types;
  }

  Findings of(String group, List<CapacityOption> options, LaunchOrder.LaunchSettings how) {
    Template template = found(() -> templates.apply(how));
    Map<String, InstanceTypeInfo> infos = new LinkedHashMap<>();
    Set<String> subnets = new LinkedHashSet<>();
    for (CapacityOption option : options) {
      subnets.add(option.subnetId());
      if (!infos.containsKey(option.instanceType())) {
        InstanceTypeInfo info = found(() -> types.apply(option.instanceType()));
        if (info != null) {
          infos.put(option.instanceType(), info);
        }
      }
    }
    Map<String, TypeFacts> facts = new LinkedHashMap<>();
    infos.forEach((name, info) -> facts.put(name, facts(info)));
    alike(facts);
    Map<String, String> zones = zones(subnets);
    List<String> warnings = new ArrayList<>();
    if (template != null) {
      boolean onDemand = options.stream().anyMatch(o -> o.market() != CapacityOption.Market.SPOT);
      errors.addAll(template.errors(onDemand));
      warnings.addAll(template.warnings(how.instanceProfile() != null));
      if (how.imageId() == null && template.data().imageId() == null) {
        errors.add("neither the group nor its launch template names an image");
      }
    }
    infos.forEach(
        (name, info) -> {
          if (info.vCpuInfo() != null && info.vCpuInfo().defaultThreadsPerCore() != null && info.vCpuInfo().defaultThreadsPerCore() > 1
              && !info.vCpuInfo().validThreadsPerCore().contains(1)) {
            warnings.add("instance type " + name + " has " + info.vCpuInfo().defaultThreadsPerCore() + " threads per core and EC2 cannot change that");
          }
        });
    if (errors.isEmpty()) {
      tryOut(group, options, how, template, infos);
    }
    return new Findings(errors.stream().distinct().toList(), warnings, facts, zones);
  }

  private void alike(Map<String, TypeFacts> facts) {
    same(facts, "architectures", f -> f.architecture());
    same(facts, "numbers of CPUs", f -> f.cpus());
    same(facts, "numbers of GPUs", f -> f.gpus());
  }

  private void same(Map<String, TypeFacts> facts, String what, Function<TypeFacts, Object> of) {
    if (facts.values().stream().map(of).distinct().count() > 1) {
      List<String> each = new ArrayList<>();
      facts.forEach((name, f) -> each.add(name + " " + of.apply(f)));
      errors.add("instance types of a group must be alike; these have different " + what + ": " + String.join(", ", each));
    }
  }

  private Map<String, String> zones(Set<String> subnets) {
    Map<String, String> zones = new LinkedHashMap<>();
    List<Filter> filters = List.of(Filter.builder().name("subnet-id").values(subnets).build());
    var answer =
        found(() -> calls.call(Ec2Calls.Kind.DESCRIBE, "DescribeSubnets", () -> client.describeSubnets(r -> r.filters(filters))));
    if (answer == null) {
      return zones;
    }
    answer.subnets().forEach(s -> zones.put(s.subnetId(), s.availabilityZone()));
    Set<String> networks = new LinkedHashSet<>();
    answer.subnets().forEach(s -> networks.add(s.vpcId()));
    for (String subnet : subnets) {
      if (!zones.containsKey(subnet)) {
        errors.add("subnet " + subnet + " is not known in " + settings.region());
      }
    }
    if (networks.size() > 1) {
      errors.add("subnets of a group must be in one VPC; these are in " + String.join(", ", networks));
    }
    return zones;
  }

  /** EC2 checks rights and parameters, and starts nothing. */
  private void tryOut(
      String group, List<CapacityOption> options, LaunchOrder.LaunchSettings how, Template template, Map<String, InstanceTypeInfo> infos) {
    Set<String> tried = new LinkedHashSet<>();
    for (CapacityOption option : options) {
      if (!tried.add(option.instanceType() + " " + option.subnetId() + " " + option.market())) {
        continue;
      }
      LaunchOrder one = new LaunchOrder("dry-run", group, option, List.of(group + "-1"), 1, how);
      found(
          () -> {
            RunInstancesRequest request =
                LaunchRequests.of(settings, one, template, infos.get(option.instanceType())).toBuilder().clientToken(null).dryRun(true).build();
            return wouldWork(request);
          });
    }
  }

  private boolean wouldWork(RunInstancesRequest request) {
    try {
      calls.call(Ec2Calls.Kind.RUN, "RunInstances (dry run)", () -> client.runInstances(request));
    } catch (CloudException e) {
      boolean forNow = e.failure().kind() == CloudFailure.Kind.CAPACITY || e.failure().kind() == CloudFailure.Kind.LIMIT;
      if (!e.failure().code().equals(WOULD_WORK) && !(forNow && !Ec2Errors.isThrottled(e.failure()))) {
        throw e;
      }
    }
    return true;
  }

  /** Null when it is an error that an admin can mend; others go through. */
  private <T> T found(java.util.function.Supplier<T> ask) {
    try {
      return ask.get();
    } catch (IllegalArgumentException e) {
      errors.add(e.getMessage());
    } catch (CloudException e) {
      if (e.failure().kind() != CloudFailure.Kind.CONFIGURATION) {
        throw e;
      }
      errors.add(e.failure().code() + ": " + e.failure().message());
    }
    return null;
  }

  private static TypeFacts facts(InstanceTypeInfo info) {
    List<GpuDeviceInfo> gpus = info.gpuInfo() == null ? List.of() : info.gpuInfo().gpus();
    int count = gpus.stream().mapToInt(g -> g.count() == null ? 0 : g.count()).sum();
    String name = gpus.isEmpty() || gpus.getFirst().name() == null ? null : gpus.getFirst().name().toLowerCase(Locale.ROOT).replaceAll("\\s+", "");
    List<String> architectures = info.processorInfo() == null ? List.of() : info.processorInfo().supportedArchitecturesAsStrings();
    String architecture =
        architectures.stream().filter(a -> a.equals("x86_64") || a.equals("arm64")).findFirst().orElse(String.valueOf(architectures));
    boolean threadsStay = info.vCpuInfo().validThreadsPerCore().stream().noneMatch(t -> t == 1);
    int cpus = threadsStay && info.vCpuInfo().defaultVCpus() != null ? info.vCpuInfo().defaultVCpus() : info.vCpuInfo().defaultCores();
    return new TypeFacts(cpus, info.memoryInfo() == null ? 0 : info.memoryInfo().sizeInMiB(), architecture, count, name);
  }
}
