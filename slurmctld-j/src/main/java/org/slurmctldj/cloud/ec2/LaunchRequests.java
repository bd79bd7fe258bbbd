package org.slurmctldj.cloud.ec2;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slurmctldj.cloud.CapacityOption;
import org.slurmctldj.cloud.LaunchOrder;
import software.amazon.awssdk.services.ec2.model.CpuOptionsRequest;
import software.amazon.awssdk.services.ec2.model.IamInstanceProfileSpecification;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateSpecification;
import software.amazon.awssdk.services.ec2.model.MarketType;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.ShutdownBehavior;
import software.amazon.awssdk.services.ec2.model.SpotInstanceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.ec2.model.VCpuInfo;

/** An order as RunInstances. The same order gives the same request, which EC2 demands of a client token used again. */
final class LaunchRequests {

  /** @throws IllegalArgumentException a sentence about what cannot be asked for */
  static RunInstancesRequest of(Ec2Settings settings, LaunchOrder order, Template template, InstanceTypeInfo type) {
    List<String> errors = template.errors(order.option().market() != CapacityOption.Market.SPOT);
    if (!errors.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", errors));
    }
    LaunchOrder.LaunchSettings how = order.settings();
    RunInstancesRequest.Builder request =
        RunInstancesRequest.builder()
            .clientToken(order.token())
            .minCount(Math.max(1, order.least()))
            .maxCount(order.nodes().size())
            .instanceType(order.option().instanceType())
            .imageId(how.imageId())
            // an agent that gives up shuts its instance down: nobody pays for it any longer
            .instanceInitiatedShutdownBehavior(ShutdownBehavior.TERMINATE)
            .userData(
                UserData.encoded(
                    withTemplate(template, how), BootScripts.join(settings, order.token()), BootScripts.start(settings)))
            .tagSpecifications(
                tags(ResourceType.INSTANCE, settings, order, template), tags(ResourceType.VOLUME, settings, order, template));
    if (how.launchTemplateId() != null) {
      request.launchTemplate(
          LaunchTemplateSpecification.builder().launchTemplateId(how.launchTemplateId()).version(how.launchTemplateVersion()).build());
    }
    if (how.instanceProfile() != null) {
      request.iamInstanceProfile(profile(how.instanceProfile()));
    }
    place(request, order.option().subnetId(), template);
    buy(request, order.option());
    threads(request, template, type.vCpuInfo());
    putAside(request, template);
    return request.build();
  }

  private static List<byte[]> withTemplate(Template template, LaunchOrder.LaunchSettings how) {
    List<byte[]> theirs = new ArrayList<>();
    theirs.add(template.userData());
    theirs.add(how.userData());
    return theirs;
  }

  private static TagSpecification tags(ResourceType resource, Ec2Settings settings, LaunchOrder order, Template template) {
    Map<String, String> theirs = template.tags(resource.toString());
    List<Tag> tags = OrderTags.of(settings.cluster(), order, theirs);
    return TagSpecification.builder().resourceType(resource).tags(tags).build();
  }

  private static IamInstanceProfileSpecification profile(String nameOrArn) {
    return nameOrArn.startsWith("arn:")
        ? IamInstanceProfileSpecification.builder().arn(nameOrArn).build()
        : IamInstanceProfileSpecification.builder().name(nameOrArn).build();
  }

  private static void place(RunInstancesRequest.Builder request, String subnetId, Template template) {
    if (template.data().hasNetworkInterfaces()) {
      request.networkInterfaces(template.networkInterfaces(subnetId));
    } else {
      request.subnetId(subnetId);
    }
  }

  private static void buy(RunInstancesRequest.Builder request, CapacityOption option) {
    switch (option.market()) {
      case ON_DEMAND -> {}
      case SPOT ->
          request.instanceMarketOptions(
              m -> m.marketType(MarketType.SPOT).spotOptions(s -> s.spotInstanceType(SpotInstanceType.ONE_TIME)));
      case RESERVED ->
          request.capacityReservationSpecification(
              c -> c.capacityReservationTarget(t -> t.capacityReservationId(option.reservationId())));
    }
  }

  /** One thread per core, where the type lets us choose. */
  private static void threads(RunInstancesRequest.Builder request, Template template, VCpuInfo cpus) {
    if (cpus == null || cpus.defaultThreadsPerCore() == null || cpus.defaultThreadsPerCore() == 1 || !cpus.validThreadsPerCore().contains(1)) {
      return;
    }
    Integer cores = template.data().cpuOptions() == null ? null : template.data().cpuOptions().coreCount();
    request.cpuOptions(CpuOptionsRequest.builder().coreCount(cores == null ? cpus.defaultCores() : cores).threadsPerCore(1).build());
  }

  private static void putAside(RunInstancesRequest.Builder request, Template template) {
    if (Boolean.TRUE.equals(template.data().disableApiTermination())) {
      request.disableApiTermination(false);
    }
    if (Boolean.TRUE.equals(template.data().disableApiStop())) {
      request.disableApiStop(false);
    }
    if (template.data().hibernationOptions() != null && Boolean.TRUE.equals(template.data().hibernationOptions().configured())) {
      request.hibernationOptions(h -> h.configured(false));
    }
  }

  private LaunchRequests() {}
}
