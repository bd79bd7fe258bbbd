package org.slurmctldj.rpc.render;

import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.proto.wire.SlurmConstants;

/** How much memory tres_req_str says a job wants, in MiB over all nodes. */
public final class JobMemory {
  public static long requested(ClusterConfig config, JobRecord j) {
    JobFields r = j.request;
    long wanted = r.isSet(JobField.PN_MIN_MEMORY) ? r.number(JobField.PN_MIN_MEMORY) : 0;
    long nodes = JobWire.or(r, JobField.MIN_NODES, 1);
    if (wanted == 0) {
      // All of a node's memory: what the partition's first node has, as slurmctld estimates it.
      return nodes * wholeNode(config, j);
    }
    if ((wanted & SlurmConstants.MEM_PER_CPU) != 0) {
      return (wanted & ~SlurmConstants.MEM_PER_CPU) * JobWire.or(r, JobField.MIN_CPUS, 1);
    }
    return wanted * nodes;
  }

  private static long wholeNode(ClusterConfig config, JobRecord j) {
    if (j.partition < 0 || j.partition >= config.partitions().size()) {
      return 0;
    }
    PartitionDefinition p = config.partitions().get(j.partition);
    return p.nodes().length == 0 ? 0 : config.nodes().get(p.nodes()[0]).realMemory();
  }

  private JobMemory() {}
}
