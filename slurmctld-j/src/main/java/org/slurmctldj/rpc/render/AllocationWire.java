package org.slurmctldj.rpc.render;

import static org.slurmctldj.proto.wire.SlurmConstants.NO_VAL;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import org.slurmctldj.agents.NodeAliases;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSize;
import org.slurmctldj.proto.slurm.HetJobAllocationResponse;
import org.slurmctldj.proto.slurm.ResourceAllocationResponse;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.ProtocolVersion;

/** An allocation as salloc and srun are told of it: RESPONSE_RESOURCE_ALLOCATION and RESPONSE_JOB_ALLOCATION_INFO. */
public final class AllocationWire {
  private static final int ANY = 0xffff;

  /**
   * What salloc and srun make SLURM_MEM_PER_CPU or SLURM_MEM_PER_NODE of, and so what steps ask for that say nothing: 0
   * for a job that has its memory by default, whose steps may use all of it beside each other (22.05.8, 24.11.5).
   */
  private static long askedMemory(JobFields r) {
    boolean asked = r.isSet(JobField.PN_MIN_MEMORY) && r.number(JobField.MEMORY_BY_DEFAULT) == 0;
    return asked ? r.number(JobField.PN_MIN_MEMORY) : 0;
  }

  /** In which srun from 25.05 on speaks to the job's nodes: the client's own, or that of the oldest of them. */
  private static int launchVersion(ClusterView view, JobRecord j) {
    int client = (int) j.request.number(JobField.START_PROTOCOL_VERSION) >> 8;
    if (j.allocation == null) {
      return client << 8;
    }
    return SpokenVersion.of(view, client, j.allocation.nodes().stream().mapToInt(Allocation.NodeShare::node)) << 8;
  }

  /**
   * That job's nodes; none while it is pending.
   *
   * @param error goes along with a job that waits: why it does
   * @param groupName name of the job's group, or null
   */
  public static ResourceAllocationResponse of(ClusterView view, JobRecord j, long error, String groupName) {
    ClusterConfig config = view.config();
    JobFields r = j.request;
    int version = launchVersion(view, j);
    ResourceAllocationResponse w =
        new ResourceAllocationResponse()
            .stepId(new StepId().jobId(j.jobId).stepId(NO_VAL).stepHetComp(NO_VAL))
            .account(r.text(JobField.ACCOUNT))
            .environment(new String[0])
            .errorCode(error)
            .ntasksPerCore((int) or16(r, JobField.NTASKS_PER_CORE, ANY))
            .ntasksPerSocket((int) or16(r, JobField.NTASKS_PER_SOCKET, ANY))
            .pnMinMemory(askedMemory(r))
            // a QOS that was asked for is none without accounting: jobs are not told of it
            .resvName(r.text(JobField.RESERVATION))
            .tresPerNode(r.text(JobField.TRES_PER_NODE))
            .tresPerTask(r.text(JobField.TRES_PER_TASK))
            .startProtocolVer(version)
            .uid(r.number(JobField.USER_ID))
            .userName(r.text(JobField.USER_NAME))
            .gid(r.number(JobField.GROUP_ID))
            .groupName(groupName);
    if (j.allocation == null || !j.phase.holdsNodes() || j.epoch != config.epoch()) {
      return w;
    }
    List<Integer> cpus = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    int[] nodes = new int[j.allocation.nodes().size()];
    for (int i = 0; i < nodes.length; i++) {
      Allocation.NodeShare s = j.allocation.nodes().get(i);
      nodes[i] = s.node();
      int last = cpus.size() - 1;
      if (last >= 0 && cpus.get(last) == s.cpus()) {
        counts.set(last, counts.get(last) + 1);
      } else {
        cpus.add(s.cpus());
        counts.add(1L);
      }
    }
    if (r.number(JobField.START_PROTOCOL_VERSION) >= ProtocolVersion.V26_05) {
      w.environment(new String[] {"SLURM_TASKS_PER_NODE=" + tasksPerNode(config, j)});
    }
    return w.nodeCnt(nodes.length)
        .aliasList(NodeAliases.text(config, j, (int) r.number(JobField.START_PROTOCOL_VERSION) >> 8, view::node))
        .nodeList(NodeNames.of(config, nodes))
        .batchHost(config.nodes().get(j.batchNode >= 0 ? j.batchNode : nodes[0]).name())
        .partition(config.partitions().get(j.partition).name())
        .cpusPerNode(cpus.stream().mapToInt(Integer::intValue).toArray())
        .cpuCountReps(counts.stream().mapToLong(Long::longValue).toArray());
  }

  /** "2(x3),1": from 26.05 on the controller says it; salloc and srun of earlier releases work it out. */
  private static String tasksPerNode(ClusterConfig config, JobRecord j) {
    int[] cpus = j.allocation.nodes().stream().mapToInt(Allocation.NodeShare::cpus).toArray();
    JobSize size = JobSize.of(j, config.partitions().get(j.partition), config);
    long[] tasks = (j.request.number(JobField.BITFLAGS) & JobSize.NTASKS_SET) != 0 || size.tasksPerNode() > 0
        ? size.tasksOn(cpus)
        : Arrays.stream(cpus).mapToLong(n -> Math.max(1, n / size.cpusPerTask())).toArray();
    StringBuilder text = new StringBuilder();
    for (int i = 0, n; i < tasks.length; i += n) {
      n = 1;
      while (i + n < tasks.length && tasks[i + n] == tasks[i]) {
        n++;
      }
      text.append(text.isEmpty() ? "" : ",").append(tasks[i]).append(n > 1 ? "(x" + n + ")" : "");
    }
    return text.toString();
  }

  /** Of a heterogeneous job all components, of any other that one alone: RESPONSE_HET_JOB_ALLOCATION. */
  public static HetJobAllocationResponse ofAll(ClusterView view, JobRecord leader, LongFunction<String> groupName) {
    String group = groupName.apply(leader.request.number(JobField.GROUP_ID));
    List<ResourceAllocationResponse> all = new ArrayList<>();
    all.add(of(view, leader, 0, group));
    for (long id = leader.jobId + 1; id < leader.jobId + leader.hetSize; id++) {
      JobRecord j = view.job(id);
      if (j != null && j.hetJobId == leader.jobId) {
        all.add(of(view, j, 0, group));
      }
    }
    return new HetJobAllocationResponse().allocations(all);
  }

  private static long or16(JobFields r, JobField f, long ifUnset) {
    return r.isSet(f) ? r.number(f) : ifUnset;
  }

  private AllocationWire() {}
}
