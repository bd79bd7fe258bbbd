package org.slurmctldj.core;

import java.util.List;

/**
 * Everything core knows of one node beyond its {@link NodeDefinition}. A plain struct like {@link
 * JobRecord}.
 */
public final class NodeRecord {
  /** Index in the current epoch's node list. */
  public int index;

  public String name;
  public NodePhase phase = NodePhase.UNKNOWN;

  /** An admin's wish: no new jobs (drain). Independent of the phase. */
  public boolean drain;

  /** It drains because an admin expects it to fail: shown FAIL in place of DRAIN. Never without {@link #drain}. */
  public boolean failing;

  public String reason;
  public long reasonUid = 0xfffffffeL;

  /** Seconds; 0 none. */
  public long reasonTime;

  /** What the agent (or slurmd) registered; null before the first registration. */
  public Registration registration;

  /** Logical CPUs given to jobs. */
  public int allocatedCpus;

  /** Cores given to jobs, bit i of word i/64 = core i. */
  public long[] allocatedCores = new long[0];

  /** MiB given to jobs. */
  public long allocatedMemory;

  /** Jobs that hold some of it, ENDING ones included. */
  public int jobs;

  /** Jobs of it that are ENDING here: the node shows COMPLETING. */
  public int jobsEnding;

  /** True while one job holds it exclusively. */
  public boolean exclusive;

  /** Seconds; when the last job left. */
  public long lastBusy;

  public long version;
  public long changedAt;

  /** Admin-settable texts, or null. */
  public String comment;

  public String extra;

  /** An admin's weight, or -1 for slurm.conf's. */
  public long weight = -1;

  /** The last registration showed less than slurm.conf promises: the reason it is DOWN or drained. */
  public boolean invalidRegistration;

  /** Its agent is connected: registered and not lost since. What an admin's resume goes by. */
  public boolean linked;

  /** Jobs of it that an admin suspended: a node that has no others shows IDLE. */
  public int jobsSuspended;

  /** Generic resources given to jobs, one sum for each entry of the node's {@link GresLayout} that is in use. */
  public List<GresShare> gres = List.of();

  /** The address and host name an admin (or a cloud's script) gave it, or null for slurm.conf's. */
  public String address;

  public String hostName;

  /** Slurm's cpu_bind bits; 0 none set. */
  public long cpuBind;

  public String instanceId;
  public String instanceType;

  /** Power saving: a job or an admin wants it on; ResumeProgram has not been called yet. */
  public boolean powerUp;

  /** Power saving: to be switched off as soon as no job is on it; SuspendProgram has not been called yet. */
  public boolean powerDown;

  /** It drains only until it is switched off (power_down_asap). */
  public boolean powerDrain;

  /** DOWN and switched off: ResumeTimeout passed, or an admin set it down while it was. */
  public boolean poweredDown;

  /** ResumeTimeout passed and ResumeFailProgram has not been called yet. */
  public boolean resumeFailed;

  /** When its program was called (POWERING_UP, POWERING_DOWN) or when it came up, milliseconds; 0 never. */
  public long powerSince;

  /** It is not to be switched off before, though idle: an exclusion held it up. Milliseconds. */
  public long powerKeepUntil;

  /** When something of power saving is due, milliseconds; 0 nothing. Derived at each change. */
  public long powerDeadlineMillis;

  /** Pool nodes: the token of the launch order whose answer is awaited, or null. Only while POWERING_UP or POWERING_DOWN. */
  public String order;

  /** With fewer instances than this its order is to start none. */
  public int orderLeast;

  /** Pool nodes: the token of the order that its instance came of, or null. */
  public String instanceOrder;

  /** Pool nodes: the capacity option of its instance or order, "type/where/market". */
  public String capacityOption;

  /** Pool nodes, milliseconds, 0 not yet: ordered, seen running by the cloud, first heard of, registered. */
  public long requestedMillis;

  public long runningMillis;
  public long helloMillis;
  public long readyMillis;

  /** Pool nodes: how long the last machine of this name took from order to ready, milliseconds; 0 none did yet. */
  public long bootMillis;

  /** Pool nodes: instances of this name that failed to come up since one of its pool last did. */
  public int bootFailures;

  /** Pool nodes: no capacity for it before, milliseconds; 0 none known. Counts while it is POWERED_DOWN. */
  public long blockedUntil;

  /** Launches that do not count any more and that the node has not confirmed to be gone, in order. See {@link Leftovers}. */
  public List<Leftover> leftovers = List.of();

  /** One incarnation of a job. */
  public record Leftover(long jobId, int restarts) {}

  /** True where it takes no new job, whatever its phase: an admin's or the cloud's wish, or what is left of former jobs. */
  public boolean closed() {
    return drain || powerDown || blocked() || lingers();
  }

  /** True while processes of jobs that are over here may live on it. A machine that is switched off has none. */
  public boolean lingers() {
    return !leftovers.isEmpty() && !phase.saving();
  }

  /** True where nothing new may be placed because the cloud has nothing for it. */
  public boolean blocked() {
    return blockedUntil != 0 && phase == NodePhase.POWERED_DOWN;
  }

  /** True while it reboots: silent and idle, and not to be switched off for it. */
  boolean rebooting() {
    return reboot == Reboot.ISSUED;
  }

  /** scontrol reboot. */
  public enum Reboot {
    NONE,
    /** It reboots when nothing runs on it. */
    REQUESTED,
    /** Its daemon has been told; DOWN until it registers after the boot. */
    ISSUED
  }

  public Reboot reboot = Reboot.NONE;

  /** Slurm's RESUME or DOWN: what it shall be afterwards; 0 as it was. */
  public long rebootNext;

  /** Seconds; when the reboot was issued. */
  public long rebootTime;

  /** It drains only because it shall reboot soon (ASAP). */
  public boolean rebootDrain;

  public NodeRecord copy() {
    NodeRecord c = new NodeRecord();
    c.index = index;
    c.name = name;
    c.phase = phase;
    c.drain = drain;
    c.failing = failing;
    c.reason = reason;
    c.reasonUid = reasonUid;
    c.reasonTime = reasonTime;
    c.registration = registration;
    c.allocatedCpus = allocatedCpus;
    c.allocatedCores = allocatedCores.clone();
    c.allocatedMemory = allocatedMemory;
    c.jobs = jobs;
    c.jobsEnding = jobsEnding;
    c.exclusive = exclusive;
    c.lastBusy = lastBusy;
    c.version = version;
    c.changedAt = changedAt;
    c.comment = comment;
    c.extra = extra;
    c.weight = weight;
    c.invalidRegistration = invalidRegistration;
    c.linked = linked;
    c.reboot = reboot;
    c.rebootNext = rebootNext;
    c.rebootTime = rebootTime;
    c.rebootDrain = rebootDrain;
    c.powerUp = powerUp;
    c.powerDown = powerDown;
    c.powerDrain = powerDrain;
    c.poweredDown = poweredDown;
    c.resumeFailed = resumeFailed;
    c.powerSince = powerSince;
    c.powerKeepUntil = powerKeepUntil;
    c.powerDeadlineMillis = powerDeadlineMillis;
    c.jobsSuspended = jobsSuspended;
    c.gres = gres;
    c.address = address;
    c.hostName = hostName;
    c.cpuBind = cpuBind;
    c.instanceId = instanceId;
    c.instanceType = instanceType;
    c.order = order;
    c.orderLeast = orderLeast;
    c.instanceOrder = instanceOrder;
    c.capacityOption = capacityOption;
    c.requestedMillis = requestedMillis;
    c.runningMillis = runningMillis;
    c.helloMillis = helloMillis;
    c.readyMillis = readyMillis;
    c.bootFailures = bootFailures;
    c.bootMillis = bootMillis;
    c.blockedUntil = blockedUntil;
    c.leftovers = leftovers;
    return c;
  }

  /**
   * What a node said of itself.
   *
   * @param bootTime seconds since the epoch
   * @param startTime when the daemon started, seconds
   * @param bootId the kernel's boot id: a new one means that every launch of before is gone
   * @param protocolVersion of a real slurmd; 0 for our agent
   * @param gres how many of each kind of generic resources it has, "gpu:2,lic:5"; null if it did not say
   */
  public record Registration(
      String version,
      String arch,
      String os,
      int cpus,
      int boards,
      int sockets,
      int coresPerSocket,
      int threadsPerCore,
      long realMemory,
      long tmpDisk,
      long bootTime,
      long startTime,
      String bootId,
      int protocolVersion,
      String gres) {
    public Registration(
        String version,
        String arch,
        String os,
        int cpus,
        int boards,
        int sockets,
        int coresPerSocket,
        int threadsPerCore,
        long realMemory,
        long tmpDisk,
        long bootTime,
        long startTime,
        String bootId,
        int protocolVersion) {
      this(
          version, arch, os, cpus, boards, sockets, coresPerSocket, threadsPerCore, realMemory, tmpDisk, bootTime, startTime, bootId,
          protocolVersion, null);
    }
  }
}
