package org.slurmctldj.interop.cloud;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.ec2.model.GpuDeviceInfo;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.ResponseLaunchTemplateData;
import software.amazon.awssdk.services.ec2.model.Subnet;

/** What is on sale in the fake's one region. Figures of the types are EC2's own. */
final class Region {
  static final String NAME = "fake-region-1";
  static final String ACCOUNT = "000000000000";
  static final String IMAGE = "ami-00000000000000fa1";

  private final Map<String, InstanceTypeInfo> types = new LinkedHashMap<>();
  private final Map<String, Subnet> subnets = new LinkedHashMap<>();
  private final Map<String, ResponseLaunchTemplateData> templates = new ConcurrentHashMap<>();

  Region() {
    type("t3.micro", 2, 1, 2, 1024, "x86_64");
    type("c5.large", 2, 1, 2, 4096, "x86_64");
    type("c5.xlarge", 4, 2, 2, 8192, "x86_64");
    type("m5.large", 2, 1, 2, 8192, "x86_64");
    type("m5.xlarge", 4, 2, 2, 16_384, "x86_64");
    type("c7g.large", 2, 2, 1, 4096, "arm64");
    type("g4dn.xlarge", 4, 2, 2, 16_384, "x86_64", GpuDeviceInfo.builder().name("T4").manufacturer("NVIDIA").count(1).build());
    type("p5.48xlarge", 192, 96, 2, 2_097_152, "x86_64", GpuDeviceInfo.builder().name("H100").manufacturer("NVIDIA").count(8).build());
    subnet("subnet-0000000a", NAME + "a", "10.0.0.0/20");
    subnet("subnet-0000000b", NAME + "b", "10.0.16.0/20");
    template("lt-00000000000000001", "1", ResponseLaunchTemplateData.builder().imageId(IMAGE).securityGroupIds("sg-00000001").build());
  }

  private void type(String name, int cpus, int cores, int threads, long memory, String architecture, GpuDeviceInfo... gpus) {
    InstanceTypeInfo.Builder type =
        InstanceTypeInfo.builder()
            .instanceType(name)
            .bareMetal(false)
            .currentGeneration(true)
            .processorInfo(p -> p.supportedArchitecturesWithStrings(architecture))
            .vCpuInfo(
                v -> v.defaultVCpus(cpus).defaultCores(cores).defaultThreadsPerCore(threads)
                    .validThreadsPerCore(threads == 1 ? List.of(1) : List.of(1, threads)))
            .memoryInfo(m -> m.sizeInMiB(memory));
    if (gpus.length > 0) {
      type.gpuInfo(g -> g.gpus(gpus));
    }
    types.put(name, type.build());
  }

  private void subnet(String id, String zone, String block) {
    subnets.put(id, Subnet.builder().subnetId(id).availabilityZone(zone).cidrBlock(block).vpcId("vpc-00000001").build());
  }

  void template(String id, String version, ResponseLaunchTemplateData data) {
    templates.put(id + " " + version, data);
  }

  InstanceTypeInfo type(String name) {
    return types.get(name);
  }

  Iterable<InstanceTypeInfo> types() {
    return types.values();
  }

  Subnet subnet(String id) {
    return subnets.get(id);
  }

  Iterable<Subnet> subnets() {
    return subnets.values();
  }

  /** Null if there is none. */
  ResponseLaunchTemplateData template(String id, String version) {
    return templates.get(id + " " + version);
  }

  boolean hasTemplate(String id) {
    return templates.keySet().stream().anyMatch(k -> k.startsWith(id + " "));
  }
}
