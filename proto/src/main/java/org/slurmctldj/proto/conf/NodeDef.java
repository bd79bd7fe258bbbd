package org.slurmctldj.proto.conf;

import java.util.Optional;

/**
 * One node of slurm.conf: its own name, addresses and port, and what its NodeName line and the
 * DEFAULT lines above say. Immutable; made by {@link ClusterLayout}.
 */
public final class NodeDef {
  private final int index;
  private final String name;
  private final String hostName;
  private final String address;
  private final String bcastAddress;
  private final int port;
  private final NodeCpus cpus;
  private final SpecialisedCores specialised;
  private final LineSettings settings;

  NodeDef(
      int index,
      String name,
      String hostName,
      String address,
      String bcastAddress,
      int port,
      NodeCpus cpus,
      SpecialisedCores specialised,
      LineSettings settings) {
    this.index = index;
    this.name = name;
    this.hostName = hostName;
    this.address = address;
    this.bcastAddress = bcastAddress;
    this.port = port;
    this.cpus = cpus;
    this.specialised = specialised;
    this.settings = settings;
  }

  /** Place among all nodes in file order, from 0. */
  public int index() {
    return index;
  }

  public String name() {
    return name;
  }

  /** NodeHostname; the name if it is not set. */
  public String hostName() {
    return hostName;
  }

  /** NodeAddr: where to connect; the host name if it is not set. */
  public String address() {
    return address;
  }

  public Optional<String> bcastAddress() {
    return Optional.ofNullable(bcastAddress);
  }

  /** Port of its slurmd; SlurmdPort if the line has none. */
  public int port() {
    return port;
  }

  /** Boards, sockets, cores, threads and the number of CPUs that follows from them. */
  public NodeCpus cpus() {
    return cpus;
  }

  /** MB. */
  public long realMemory() {
    return settings.number("RealMemory", 1);
  }

  /** MB. */
  public long tmpDisk() {
    return settings.number("TmpDisk", 0);
  }

  public long weight() {
    return settings.number("Weight", 1);
  }

  public Optional<String> features() {
    return settings.text("Feature");
  }

  public Optional<String> gres() {
    return settings.text("Gres");
  }

  /** As written: UNKNOWN, DOWN, DRAIN, FAIL, FUTURE, CLOUD, ... */
  public String state() {
    return settings.text("State").orElse("UNKNOWN");
  }

  public Optional<String> reason() {
    return settings.text("Reason");
  }

  /** CoreSpecCount and CpuSpecList. */
  public SpecialisedCores specialised() {
    return specialised;
  }

  /** MB the system keeps; 0 if not set, or if it is not below RealMemory. */
  public long memSpecLimit() {
    long limit = settings.number("MemSpecLimit", 0);
    return limit < realMemory() ? limit : 0;
  }

  public Optional<String> cpuBind() {
    return settings.text("CpuBind");
  }

  public Optional<String> tresWeights() {
    return settings.text("TRESWeights");
  }

  public Optional<String> topology() {
    return settings.text("Topology");
  }

  /** Any other key of the line, as written. */
  public Optional<String> text(String key) {
    return settings.text(key);
  }

  /** File and line of the NodeName line. */
  public ConfFile.Token line() {
    return settings.first();
  }

  @Override
  public String toString() {
    return name;
  }
}
