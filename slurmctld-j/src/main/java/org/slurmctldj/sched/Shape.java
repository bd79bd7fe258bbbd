package org.slurmctldj.sched;

import java.util.Arrays;
import java.util.Map;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Features;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSize;
import org.slurmctldj.core.Licenses;
import org.slurmctldj.core.NodeFit;
import org.slurmctldj.core.NodeNames;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.sched.PendingReasons.Reason;

/**
 * What jobs of one {@link org.slurmctldj.core.RequestShape} ask for, worked out once for all of them.
 * One epoch's; one planner thread's.
 */
final class Shape {
  /** The shape in one of its partitions. */
  static final class Place {
    final int partition;
    final PartitionDefinition definition;
    final JobSize size;
    /** What about the partition itself keeps such a job from starting, or null. */
    final Reason limit;
    /** By class of nodes; null not looked at yet, {@link #UNFIT} not a node for this job. */
    private final NodeFit[] fits;
    /** Cores that a node has free at least if it can take part of such a job, or all of it; likewise memory. */
    int leastCores = 1;

    int wholeCores = 1;
    long leastMemory = Long.MIN_VALUE + 1;
    /** The most CPUs that any class of nodes can give. */
    int mostCpus;

    // Main pass: resources only shrink during one, so what failed once in it fails again.
    long failedInPass = -1;
    Reason failedFor;

    // Backfill: likewise, no slot before the one found last will do.
    long lookedInPass = -1;
    int notBefore;

    private Place(int partition, PartitionDefinition definition, JobSize size, Reason limit, int classes) {
      this.partition = partition;
      this.definition = definition;
      this.size = size;
      this.limit = limit;
      this.fits = new NodeFit[classes];
    }
  }

  private static final NodeFit UNFIT =
      new NodeFit(
          new org.slurmctldj.core.NodeDefinition(
              "", "", "", 0, 1, 1, 1, 1, 1, 0, 0, 0, java.util.List.of(), null, 0, 0, 0, null),
          new JobSize(1, 1, 1, 1, 0, 1, 0, false, 0, 0, 0, 0, 0, 1, 1), 0);

  final long number;
  final Place[] places;
  /** Every place has a limit: no such job can start before the configuration or the request changes. */
  final Reason limit;
  final int[] wanted;
  private final int[] refused;
  private final String features;
  /** As asked, or null; what it counts to, by name. */
  final String licenses;
  final Map<String, Long> licenseCounts;
  /** As asked, or null. */
  final String reservation;
  /** All its nodes stand one after the other in slurm.conf. */
  final boolean contiguous;
  /** Minutes as asked, NO_VAL for the partition's. */
  final long timeLimit;
  /** How many queued jobs have it. */
  int jobs;

  private final ClusterConfig config;
  private final NodeClasses classes;

  Shape(long number, JobRecord example, ClusterConfig config, NodeClasses classes) {
    this.number = number;
    this.config = config;
    this.classes = classes;
    this.wanted = list(example, JobField.REQ_NODES);
    this.refused = list(example, JobField.EXC_NODES);
    this.features = example.request.text(JobField.FEATURES);
    this.licenses = example.request.text(JobField.LICENSES);
    this.licenseCounts = licenses == null ? Map.of() : Licenses.parse(licenses);
    this.reservation = example.request.text(JobField.RESERVATION);
    this.contiguous = example.request.number(JobField.CONTIGUOUS) == 1;
    this.timeLimit = example.request.number(JobField.TIME_LIMIT);
    this.places =
        Arrays.stream(example.partitions)
            .filter(p -> p < config.partitions().size())
            .mapToObj(p -> place(example, p))
            .toArray(Place[]::new);
    Reason nearest = null;
    for (Place p : places) {
      if (p.limit == null) {
        nearest = null;
        break;
      }
      nearest = nearest == null ? p.limit : nearest;
    }
    this.limit = nearest;
  }

  private Place place(JobRecord example, int p) {
    PartitionDefinition d = config.partitions().get(p);
    JobSize size = JobSize.of(example, d, config);
    Place place = new Place(p, d, size, PartitionReason.of(config, example, d), classes.count());
    // Only what every class agrees on prunes the search.
    int most = 1;
    for (int c = 0; c < classes.count(); c++) {
      if (fit(place, c) == UNFIT) {
        continue;
      }
      place.mostCpus = Math.max(place.mostCpus, mostOfEmpty(place, c));
      most = Math.max(most, classes.example(c).cpus() / NodeFit.coresOf(classes.example(c)));
    }
    place.leastCores = Math.max(1, (size.minCpusPerNode() + most - 1) / most);
    place.wholeCores = (int) Math.min(Integer.MAX_VALUE, Math.max(place.leastCores, (size.minCpus() + most - 1) / most));
    if ((config.limits().selectTypeParameters() & org.slurmctldj.core.SlurmNumbers.CR_MEMORY) != 0) {
      place.leastMemory = size.memoryPerCpu() ? size.memoryAmount() * size.minCpusPerNode() : size.memoryAmount();
    }
    return place;
  }

  private int[] list(JobRecord job, JobField f) {
    String text = job.request.text(f);
    int[] indexes = text == null || text.isEmpty() ? new int[0] : NodeNames.indexes(text, config);
    return indexes == null ? new int[] {Integer.MAX_VALUE} : indexes;
  }

  private NodeFit fit(Place place, int nodeClass) {
    NodeFit f = place.fits[nodeClass];
    if (f == null) {
      f = new NodeFit(classes.example(nodeClass), place.size, config.limits().selectTypeParameters());
      if (!f.possible() || !Features.match(features, classes.example(nodeClass).activeFeatures())) {
        f = UNFIT;
      }
      place.fits[nodeClass] = f;
    }
    return f;
  }

  private int mostOfEmpty(Place place, int nodeClass) {
    return fit(place, nodeClass).mostOfEmpty();
  }

  /** The place for that partition, or null. */
  Place place(int partition) {
    for (Place p : places) {
      if (p.partition == partition) {
        return p;
      }
    }
    return null;
  }

  /** What such a job can have of that node; null if it may not use the node at all, in or out of service. */
  NodeFit onNode(Place place, int node) {
    NodeFit f = fit(place, classes.of(node));
    return f == UNFIT || refused.length > 0 && Arrays.binarySearch(refused, node) >= 0 ? null : f;
  }

  boolean wants(int node) {
    return Arrays.binarySearch(wanted, node) >= 0;
  }
}
