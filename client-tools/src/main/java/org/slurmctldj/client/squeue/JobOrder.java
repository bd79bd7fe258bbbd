package org.slurmctldj.client.squeue;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.text.HostNames;
import org.slurmctldj.client.text.JobStates;
import org.slurmctldj.client.text.MergeSort;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.MultiCoreData;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * {@code --sort}: letters of the output format, each with + or - before it, the first one counting most. Sorted once per letter
 * from the last to the first, by a sort that keeps the order of equals.
 */
final class JobOrder {
  static final String DEFAULT = "P,t,-p";
  private static final String CLUSTER = "cluster";

  private final JobView view;
  private boolean reverse;

  private JobOrder(JobView view) {
    this.view = view;
  }

  static void sort(List<JobRow> rows, String keys, JobView view, Client client) {
    JobOrder order = new JobOrder(view);
    for (int i = keys.length() - 1; i >= 0; i--) {
      char key = keys.charAt(i);
      if (key == ',' || key == '+' || key == '-') {
        continue;
      }
      int start = i - CLUSTER.length() + 1;
      boolean cluster = key == 'r' && start >= 0 && keys.startsWith(CLUSTER, start);
      if (cluster) {
        i = start;
      }
      order.reverse = i > 0 && keys.charAt(i - 1) == '-';
      if (cluster) {
        MergeSort.sort(rows, (a, b) -> order.signed(text(a.job().cluster(), b.job().cluster())));
      } else if (key == 'b') {
        client.console().complain(client.program() + ": Invalid sort specification: b");
      } else if ("cCBdDefgGhHiIjJlLmMnNOpPQStTuUvVz".indexOf(key) >= 0) {
        MergeSort.sort(rows, (a, b) -> order.compare(key, a, b));
      } else {
        client.error("Invalid sort specification: " + key);
        throw new Exit(1);
      }
    }
  }

  /** What squeue does before anything else; jobs that compare as equal later keep this order. */
  static List<JobInfo> latestStartFirst(List<JobInfo> jobs) {
    List<JobInfo> list = new ArrayList<>(jobs);
    MergeSort.sort(
        list, (a, b) -> a.startTime() == 0 ? 1 : b.startTime() == 0 ? -1 : Long.compare(b.startTime(), a.startTime()));
    return list;
  }

  private int compare(char key, JobRow x, JobRow y) {
    JobInfo a = x.job();
    JobInfo b = y.job();
    return switch (key) {
      case 'S' -> startTime(a.startTime(), b.startTime());
      case 'N' -> nodes(a.nodes(), b.nodes());
      default -> signed(plain(key, x, y));
    };
  }

  private int plain(char key, JobRow x, JobRow y) {
    JobInfo a = x.job();
    JobInfo b = y.job();
    return switch (key) {
      case 'C' -> Long.compare(a.numCpus(), b.numCpus());
      case 'B' -> text(a.batchHost(), b.batchHost());
      case 'd' -> Long.compare(a.pnMinTmpDisk(), b.pnMinTmpDisk());
      case 'D' -> Long.compare(view.nodeCount(a), view.nodeCount(b));
      case 'e' -> Long.compare(a.endTime(), b.endTime());
      case 'G' -> Long.compare(a.groupId(), b.groupId());
      case 'H' -> Integer.compare(cores(a).socketsPerNode(), cores(b).socketsPerNode());
      case 'i' -> id(a, b);
      case 'I' -> Integer.compare(cores(a).coresPerSocket(), cores(b).coresPerSocket());
      case 'j' -> text(a.name(), b.name());
      case 'J' -> Integer.compare(cores(a).threadsPerCore(), cores(b).threadsPerCore());
      case 'l', 'L' -> Long.compare(a.timeLimit(), b.timeLimit());
      case 'm' -> Long.compare(a.pnMinMemory() & Long.MAX_VALUE, b.pnMinMemory() & Long.MAX_VALUE);
      case 'M' -> Long.compare(view.usedSeconds(a), view.usedSeconds(b));
      case 'p', 'Q' -> Long.compare(x.priority(), y.priority());
      case 'P' -> text(x.partition(), y.partition());
      case 't', 'T' -> text(JobStates.name(a.jobState()), JobStates.name(b.jobState()));
      case 'u' -> text(view.userName(a.userId()), view.userName(b.userId()));
      case 'U' -> Long.compare(a.userId(), b.userId());
      case 'v' -> text(a.resvName(), b.resvName());
      case 'V' -> Long.compare(a.submitTime(), b.submitTime());
      case 'z' -> socketsCoresThreads(cores(a), cores(b));
      // c, f, g, h, n and O are taken and change nothing
      default -> 0;
    };
  }

  private int signed(int difference) {
    return reverse ? -difference : difference;
  }

  /** A job that has no start time comes last in either direction. */
  private int startTime(long a, long b) {
    if (a == 0) {
      return 1;
    }
    return b == 0 ? -1 : signed(Long.compare(a, b));
  }

  private int nodes(String a, String b) {
    if (a == null || a.isEmpty()) {
      return signed(1);
    }
    return b == null || b.isEmpty() ? signed(-1) : signed(HostNames.compareFirst(a, b));
  }

  /** Members of an array or a heterogeneous job stand together. */
  private static int id(JobInfo a, JobInfo b) {
    int leader = Long.compare(leader(a), leader(b));
    if (leader != 0) {
      return leader;
    }
    int offset = Long.compare(a.hetJobOffset(), b.hetJobOffset());
    if (a.hetJobId() != 0 && offset != 0) {
      return offset;
    }
    int task = Long.compare(a.arrayTaskId(), b.arrayTaskId());
    return task != 0 ? task : Long.compare(a.jobId(), b.jobId());
  }

  private static long leader(JobInfo j) {
    return j.arrayJobId() != 0 ? j.arrayJobId() : j.hetJobId() != 0 ? j.hetJobId() : j.jobId();
  }

  private static int socketsCoresThreads(MultiCoreData a, MultiCoreData b) {
    int sockets = Integer.compare(a.socketsPerNode(), b.socketsPerNode());
    int cores = sockets != 0 ? sockets : Integer.compare(a.coresPerSocket(), b.coresPerSocket());
    return cores != 0 ? cores : Integer.compare(a.threadsPerCore(), b.threadsPerCore());
  }

  private static final MultiCoreData NOTHING_ASKED =
      new MultiCoreData()
          .socketsPerNode(SlurmConstants.NO_VAL16)
          .coresPerSocket(SlurmConstants.NO_VAL16)
          .threadsPerCore(SlurmConstants.NO_VAL16);

  private static MultiCoreData cores(JobInfo j) {
    return j.mcPtr() == null ? NOTHING_ASKED : j.mcPtr();
  }

  static int text(String a, String b) {
    return (a == null ? "" : a).compareTo(b == null ? "" : b);
  }
}
