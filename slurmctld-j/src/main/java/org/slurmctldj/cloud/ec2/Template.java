package org.slurmctldj.cloud.ec2;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterfaceSpecification;
import software.amazon.awssdk.services.ec2.model.ResponseLaunchTemplateData;

/** One version of a launch template: it never changes. {@link #NONE} for groups without one. */
record Template(ResponseLaunchTemplateData data) {
  static final Template NONE = new Template(ResponseLaunchTemplateData.builder().build());

  /** Decoded, or null. */
  byte[] userData() {
    return data.userData() == null || data.userData().isEmpty() ? null : Base64.getMimeDecoder().decode(data.userData());
  }

  /** Tags for resources of that type ("instance", "volume"). */
  Map<String, String> tags(String resourceType) {
    Map<String, String> tags = new TreeMap<>();
    data.tagSpecifications().stream()
        .filter(s -> resourceType.equals(s.resourceTypeAsString()))
        .flatMap(s -> s.tags().stream())
        .forEach(t -> tags.put(t.key(), t.value()));
    return tags;
  }

  /** As a request has them, in that subnet: a request's list replaces the template's whole. */
  List<InstanceNetworkInterfaceSpecification> networkInterfaces(String subnetId) {
    List<InstanceNetworkInterfaceSpecification> interfaces = new ArrayList<>();
    for (var theirs : data.networkInterfaces()) {
      InstanceNetworkInterfaceSpecification.Builder ours = InstanceNetworkInterfaceSpecification.builder();
      SameFields.copy(theirs, (software.amazon.awssdk.core.SdkPojo) ours);
      interfaces.add(ours.subnetId(subnetId).build());
    }
    return interfaces;
  }

  /** What a group cannot be started with. */
  List<String> errors(boolean onDemand) {
    List<String> errors = new ArrayList<>();
    if (data.instanceRequirements() != null) {
      errors.add("the launch template sets InstanceRequirements, which cannot be put aside: remove them from it");
    }
    if (data.hasElasticGpuSpecifications()) {
      errors.add("the launch template sets ElasticGpuSpecifications, which cannot be put aside: remove them from it");
    }
    if (data.hasElasticInferenceAccelerators()) {
      errors.add("the launch template sets ElasticInferenceAccelerators, which cannot be put aside: remove them from it");
    }
    if (onDemand && data.instanceMarketOptions() != null) {
      errors.add("the launch template sets InstanceMarketOptions, the group's options say how instances are bought: remove them from it");
    }
    if (data.hasSecurityGroups()) {
      errors.add("the launch template names security groups: give their ids (SecurityGroupIds)");
    }
    if (data.networkInterfaces().stream().anyMatch(n -> n.networkInterfaceId() != null)) {
      errors.add("the launch template names one network interface (NetworkInterfaceId): only one instance could be started");
    }
    if (data.networkInterfaces().stream().anyMatch(n -> n.privateIpAddress() != null)) {
      errors.add("the launch template names one PrivateIpAddress: only one instance could be started");
    }
    try {
      if (userData() != null) {
        MimeParts.of(userData());
      }
    } catch (IllegalArgumentException e) {
      errors.add("launch template: " + e.getMessage());
    }
    try {
      networkInterfaces("subnet-0");
    } catch (IllegalArgumentException e) {
      errors.add("network interface of the launch template: " + e.getMessage());
    }
    return errors;
  }

  /** What is put aside, as the PCS guide says. */
  List<String> warnings(boolean profileGiven) {
    List<String> ignored = new ArrayList<>();
    if (data.instanceType() != null) {
      ignored.add("InstanceType");
    }
    if (data.iamInstanceProfile() != null && profileGiven) {
      ignored.add("IamInstanceProfile");
    }
    if (Boolean.TRUE.equals(data.disableApiTermination())) {
      ignored.add("DisableApiTermination");
    }
    if (Boolean.TRUE.equals(data.disableApiStop())) {
      ignored.add("DisableApiStop");
    }
    if (data.hibernationOptions() != null && Boolean.TRUE.equals(data.hibernationOptions().configured())) {
      ignored.add("HibernationOptions");
    }
    if (data.cpuOptions() != null && data.cpuOptions().threadsPerCore() != null && data.cpuOptions().threadsPerCore() != 1) {
      ignored.add("ThreadsPerCore");
    }
    if (data.instanceInitiatedShutdownBehavior() != null && !data.instanceInitiatedShutdownBehaviorAsString().equals("terminate")) {
      ignored.add("InstanceInitiatedShutdownBehavior");
    }
    return ignored.stream().map(f -> f + " of the launch template is ignored").toList();
  }
}
