package org.slurmctldj.agent.step;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.slurmctldj.agent.launch.JobHold;
import org.slurmctldj.proto.slurm.LaunchTasks;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.wire.SlurmAddress;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * A launch that may be carried out: what was asked, what the controller has signed, and what follows for this node.
 *
 * @param version 38 to 45
 * @param node this node's place in the step's hostlist
 * @param origin the host of srun
 */
record StepOrder(
    StepKey key,
    int version,
    int node,
    InetAddress origin,
    LaunchTasks launch,
    SlurmCredArg granted,
    StepUser user,
    StepAllocation allocation) {
  static final long MULTI_PROG = 1 << 1;
  static final long PTY = 1 << 2;
  static final long BUFFERED_IO = 1 << 3;
  static final long LABEL_IO = 1 << 4;
  static final long NO_ALLOC = 1 << 6;

  boolean has(long flag) {
    return (launch.flags() & flag) != 0;
  }

  Mpi mpi() {
    return Mpi.of(launch.mpiPluginId()).orElse(Mpi.NONE);
  }

  /** Global ids of this node's tasks, without the offset of a heterogeneous component. */
  long[] taskIds() {
    return launch.nodes().get(node).globalTaskIds();
  }

  boolean heterogeneous() {
    return launch.hetJobId() != 0 && launch.hetJobId() != SlurmConstants.NO_VAL;
  }

  long taskOffset() {
    return launch.hetJobTaskOffset() == SlurmConstants.NO_VAL ? 0 : launch.hetJobTaskOffset();
  }

  long nodeOffset() {
    return launch.hetJobNodeOffset() == SlurmConstants.NO_VAL ? 0 : launch.hetJobNodeOffset();
  }

  /** The id that the job's user knows it by. */
  long shownJobId() {
    return heterogeneous() ? launch.hetJobId() : key.jobId();
  }

  /** @param node this node's name */
  JobHold hold(String node, long heard) throws StepRefusal {
    return new JobHold(
        key.jobId(),
        user.uid(),
        allocation.jobMemoryMb(),
        StepAllocation.ranges(allocation.jobCores()),
        allocation.jobDevices(),
        StepAllocation.indexOf(granted.jobHostlist(), node),
        heard);
  }

  StepTree tree() {
    return StepTree.of(node, launch.nodes().size());
  }

  /** Another node of the step; absent: the list of its nodes has no such place. */
  Optional<StepFacts.Parent> nodeAt(int place) throws StepRefusal {
    List<String> names = StepAllocation.names(launch.completeNodelist());
    if (place >= names.size()) {
      return Optional.empty();
    }
    String name = names.get(place);
    List<SlurmAddress> told = granted.jobNodeAddrs() == null ? List.of() : granted.jobNodeAddrs().addrs();
    int at = StepAllocation.indexOf(granted.jobHostlist(), name);
    boolean known = at >= 0 && at < told.size() && !told.get(at).isUnspecified();
    return Optional.of(new StepFacts.Parent(name, known ? Optional.of(told.get(at).toInetSocketAddress()) : alias(name)));
  }

  /** Where a cloud node is, until 23.02 said as "name:[address]:hostname,…"; the port is slurm.conf's: 0 here. */
  private Optional<InetSocketAddress> alias(String node) {
    String list = granted.jobAliasList() != null ? granted.jobAliasList() : launch.aliasList();
    for (String one : list == null ? new String[0] : list.split(",")) {
      int open = one.indexOf(":[");
      int close = one.indexOf(']');
      if (open > 0 && close > open && one.substring(0, open).equals(node)) {
        return StepFacts.address(one.substring(open + 2, close) + " 0");
      }
    }
    return Optional.empty();
  }

  Optional<InetSocketAddress> respond() {
    return port(launch.respPort()).map(p -> new InetSocketAddress(origin, p));
  }

  Optional<Integer> ioPort() {
    return port(launch.ioPort());
  }

  private Optional<Integer> port(int[] ports) {
    return ports.length == 0 || ports[node % ports.length] == 0 ? Optional.empty() : Optional.of(ports[node % ports.length]);
  }
}
