package org.slurmctldj.client.salloc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.job.ByteNames;
import org.slurmctldj.client.job.HetComponents;
import org.slurmctldj.client.job.JobShape;
import org.slurmctldj.client.job.Submission;
import org.slurmctldj.client.job.TaskCounts;
import org.slurmctldj.client.job.TresPerTask;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.slurm.ResourceAllocationResponse;
import org.slurmctldj.proto.wire.SlurmConstants;

/** The environment of salloc's command: salloc's own, and what tells the command about its allocation. */
final class AllocationEnvironment {
  private static final long PER_CPU = 1L << 63;

  private final Client client;
  private final boolean old;
  private final Submission s;
  private final Map<String, String> map = new LinkedHashMap<>();
  /** Variables of a heterogeneous job that no component has for itself. */
  private static final Set<String> COMMON = Set.of("SLURM_CONF", "SLURM_CLUSTER_NAME", "SLURM_SUBMIT_DIR", "SLURM_SUBMIT_HOST");

  AllocationEnvironment(Client client, boolean old, Submission submission) {
    this.client = client;
    this.old = old;
    this.s = submission;
    for (String entry : ProcessFacts.environment()) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        map.putIfAbsent(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
  }

  /** Adds a component of a heterogeneous job: what it would have alone, under names that say which it is. */
  void component(Submission options, ResourceAllocationResponse allocation, JobShape shape, int number) {
    AllocationEnvironment own = new AllocationEnvironment(client, old, options);
    own.map.clear();
    own.build(allocation, shape);
    own.map.forEach(
        (name, value) -> {
          if (COMMON.contains(name)) {
            map.putIfAbsent(name, value);
          } else {
            HetComponents.names(name, number).forEach(n -> map.put(n, value));
          }
        });
  }

  /** The whole, with its components added before. */
  List<String> together(long job, int components) {
    map.put("SLURM_PACK_SIZE", Integer.toString(components));
    map.put("SLURM_HET_SIZE", Integer.toString(components));
    map.put("SLURM_JOB_ID", Long.toString(job));
    return map.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  List<String> build(ResourceAllocationResponse allocation, JobShape shape) {
    String job = Long.toString(allocation.stepId().jobId());
    map.putIfAbsent("SLURM_CONF", client.conf().path());
    map.put("SLURM_CLUSTER_NAME", client.conf().clusterName());
    map.put("SLURM_SUBMIT_DIR", ByteNames.workingDirectory(client.env("PWD")));
    map.put("SLURM_SUBMIT_HOST", ProcessFacts.hostName());
    put("SLURM_JOB_NAME", s.jobName);
    put("SLURM_ACCTG_FREQ", s.acctgFreq);
    put("SLURM_NETWORK", s.network);
    put("SLURM_PROFILE", s.profileName);
    put("SLURM_HINT", s.hint);
    put("SLURM_CONTAINER", s.container);
    put("SLURM_CONTAINER_ID", s.containerId);
    put("SLURM_CPU_FREQ_REQ", s.cpuFreq == null ? null : s.cpuFreq.text());
    map.put("SLURM_JOB_ID", job);
    map.put("SLURM_JOBID", job);
    String nodes = Long.toString(allocation.nodeCnt());
    map.put("SLURM_JOB_NUM_NODES", nodes);
    map.put("SLURM_NNODES", nodes);
    map.put("SLURM_JOB_NODELIST", allocation.nodeList());
    map.put("SLURM_NODELIST", allocation.nodeList());
    map.put("SLURM_JOB_PARTITION", allocation.partition());
    if (old) {
      map.put("SLURM_NODE_ALIASES", allocation.aliasList() == null ? "(null)" : allocation.aliasList());
    }
    int[] cpus = TaskCounts.expand(allocation.cpusPerNode(), allocation.cpuCountReps());
    map.put("SLURM_JOB_CPUS_PER_NODE", TaskCounts.text(cpus));
    map.put("SLURM_TASKS_PER_NODE", TaskCounts.text(tasks(cpus, shape)));
    put("SLURM_JOB_ACCOUNT", allocation.account());
    put("SLURM_JOB_QOS", allocation.qos());
    put("SLURM_JOB_RESERVATION", allocation.resvName());
    long memory = allocation.pnMinMemory();
    if ((memory & PER_CPU) != 0) {
      map.put("SLURM_MEM_PER_CPU", Long.toString(memory & ~PER_CPU));
    } else if (memory != 0 && memory != SlurmConstants.NO_VAL64) {
      map.put("SLURM_MEM_PER_NODE", Long.toString(memory));
    }
    requests(shape, cpus.length);
    return map.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  private int[] tasks(int[] cpus, JobShape shape) {
    int perTask = s.cpusPerTask == Submission.UNSET ? 1 : s.cpusPerTask;
    int tasks = shape.ntasksSet() ? (int) shape.ntasks() : TaskCounts.capacity(cpus, perTask);
    if (!shape.ntasksSet() && s.ntasksPerNode != Submission.UNSET) {
      tasks = cpus.length * s.ntasksPerNode;
    }
    return s.distribution != null && s.distribution.isPlane()
        ? TaskCounts.planes(cpus.length, tasks, s.planeSize)
        : TaskCounts.spread(cpus, tasks, perTask);
  }

  private void requests(JobShape shape, int nodes) {
    if (shape.ntasksSet() || !old && s.ntasksPerNode != Submission.UNSET) {
      String tasks = Long.toString(shape.ntasksSet() ? shape.ntasks() : (long) nodes * s.ntasksPerNode);
      map.put("SLURM_NTASKS", tasks);
      map.put("SLURM_NPROCS", tasks);
    }
    put("SLURM_NTASKS_PER_NODE", s.ntasksPerNode);
    put("SLURM_NTASKS_PER_SOCKET", s.ntasksPerSocket);
    put("SLURM_NTASKS_PER_CORE", s.ntasksPerCore);
    put("SLURM_NTASKS_PER_GPU", s.ntasksPerGpu);
    put("SLURM_CPUS_PER_TASK", s.cpusPerTask);
    put("SLURM_THREADS_PER_CORE", shape.threadsPerCore());
    put("SLURM_CPUS_PER_GPU", s.cpusPerGpu);
    put("SLURM_GPUS", s.gpus);
    put("SLURM_GPUS_PER_NODE", s.gpusPerNode);
    put("SLURM_GPUS_PER_SOCKET", s.gpusPerSocket);
    put("SLURM_GPU_FREQ", s.gpuFreq);
    if (s.memPerGpu != Submission.UNSET) {
      map.put("SLURM_MEM_PER_GPU", Long.toString(s.memPerGpu));
    }
    if (s.overcommit) {
      map.put("SLURM_OVERCOMMIT", "1");
    }
    if (s.distribution != null) {
      map.put("SLURM_DISTRIBUTION", s.distribution.name());
      if (s.distribution.isPlane()) {
        map.put("SLURM_DIST_PLANESIZE", Integer.toString(s.planeSize));
      }
    }
    if (s.memBind != null && s.memBind.isSet()) {
      map.put("SLURM_MEM_BIND", s.memBind.text());
      if (s.memBind.sorts()) {
        map.put("SLURM_MEM_BIND_SORT", "sort");
      }
      map.put("SLURM_MEM_BIND_VERBOSE", s.memBind.isVerbose() ? "verbose" : "quiet");
    }
    if (old) {
      put("SLURM_GPU_BIND", s.gpuBind);
      put("SLURM_GPUS_PER_TASK", s.gpusPerTask);
    } else {
      put("SLURM_TRES_PER_TASK", TresPerTask.text(s));
      put("SLURM_TRES_BIND", TresPerTask.bind(s));
    }
  }

  private void put(String name, String value) {
    if (value != null) {
      map.put(name, value);
    }
  }

  private void put(String name, int value) {
    if (value != Submission.UNSET) {
      map.put(name, Integer.toString(value));
    }
  }
}
