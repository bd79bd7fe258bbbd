package org.slurmctldj.jobcomp;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.LongFunction;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.Outcome;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.render.JobMemory;
import org.slurmctldj.rpc.render.NodeNames;

/**
 * One run of a job as jobcomp/filetxt writes it, word for word as 22.05.8 and 24.11.5 do. Those two end each line with a
 * blank, call the cluster "unknown" and write texts as they are; only a line's end in a text (a job's name may have one)
 * is made a question mark, since what follows it would be a forged line.
 */
final class CompletionLine {
  private static final String[] UNITS = {"M", "G", "T", "P"};

  private final ZoneId zone;
  private final LongFunction<String> userName;
  private final LongFunction<String> groupName;

  /** {@code userName}, {@code groupName}: of a number; may ask the system. */
  CompletionLine(ZoneId zone, LongFunction<String> userName, LongFunction<String> groupName) {
    this.zone = zone;
    this.userName = userName;
    this.groupName = groupName;
  }

  /** {@code config}: what the job's numbers count in. Ends with a newline. */
  String of(JobRecord j, ClusterConfig config) {
    JobFields r = j.request;
    long uid = r.number(JobField.USER_ID);
    long gid = r.number(JobField.GROUP_ID);
    boolean placed = j.allocation != null;
    StringBuilder b = new StringBuilder(512);
    b.append("JobId=").append(j.jobId)
        .append(" UserId=").append(userName.apply(uid)).append('(').append(uid).append(')')
        .append(" GroupId=").append(groupName.apply(gid)).append('(').append(gid).append(')')
        .append(" Name=").append(text(r, JobField.NAME))
        // One that was requeued by scontrol is PENDING in its line, one that a node's failure requeued is not.
        .append(" JobState=").append(j.requeueAfterEnd && j.outcome != Outcome.NODE_FAIL ? "PENDING" : j.outcome.name())
        .append(" Partition=").append(partition(j, config))
        .append(" TimeLimit=").append(j.timeLimit >= SlurmConstants.NO_VAL ? "UNLIMITED" : Long.toString(j.timeLimit))
        .append(" StartTime=").append(time(j.startTime))
        .append(" EndTime=").append(time(j.endTime))
        .append(" NodeList=").append(placed && j.epoch == config.epoch() ? nodes(j, config) : "(null)")
        .append(" NodeCnt=").append(placed ? j.allocation.nodes().size() : 0)
        .append(" ProcCnt=").append(placed ? j.allocation.totalCpus() : 0)
        .append(" WorkDir=").append(text(r, JobField.WORK_DIR))
        .append(" ReservationName=").append(text(r, JobField.RESERVATION))
        .append(" Tres=").append(asked(j, config))
        .append(" Account=").append(text(r, JobField.ACCOUNT))
        .append(" QOS=")
        .append(" WcKey=").append(text(r, JobField.WCKEY))
        .append(" Cluster=unknown")
        .append(" SubmitTime=").append(time(j.submitTime))
        .append(" EligibleTime=").append(time(j.eligibleTime));
    if (j.arrayJobId != 0 && j.arrayTaskId < SlurmConstants.NO_VAL) {
      b.append(" ArrayJobId=").append(j.arrayJobId).append(" ArrayTaskId=").append(j.arrayTaskId);
    }
    if (j.isHet()) {
      b.append(" HetJobId=").append(j.hetJobId).append(" HetJobOffset=").append(j.hetOffset());
    }
    return b.append(" DerivedExitCode=").append(exit(j.derivedExitCode))
        .append(" ExitCode=").append(exit(j.exitCode)).append(" \n").toString();
  }

  private static String text(JobFields r, JobField field) {
    String text = r.text(field);
    if (text == null) {
      return "";
    }
    return text.replace('\n', '?').replace('\r', '?');
  }

  private static String partition(JobRecord j, ClusterConfig config) {
    boolean known = j.epoch == config.epoch() && j.partition >= 0 && j.partition < config.partitions().size();
    return j.allocation != null && known ? config.partitions().get(j.partition).name() : text(j.request, JobField.PARTITION);
  }

  private static String nodes(JobRecord j, ClusterConfig config) {
    return NodeNames.of(config, j.allocation.nodes().stream().mapToInt(Allocation.NodeShare::node).toArray());
  }

  private String time(long seconds) {
    return seconds == 0 ? "unknown" : DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(Instant.ofEpochSecond(seconds).atZone(zone));
  }

  /** What it asked for, not what it got; without slurmdbd generic resources are not among it. */
  private static String asked(JobRecord j, ClusterConfig config) {
    JobFields r = j.request;
    long cpus = r.isSet(JobField.MIN_CPUS) ? r.number(JobField.MIN_CPUS) : 1;
    long nodes = r.isSet(JobField.MIN_NODES) ? r.number(JobField.MIN_NODES) : 1;
    long memory = JobMemory.requested(config, j);
    return "cpu=" + cpus + (memory > 0 ? ",mem=" + rounded(memory) : "") + ",node=" + nodes + ",billing=" + cpus;
  }

  /** MiB in the largest unit of which it is so many halves: 62.50G, 1500M. */
  static String rounded(long mib) {
    double n = mib;
    int unit = 0;
    for (; n >= 1024 && (long) n % 512 == 0 && unit < UNITS.length - 1; unit++) {
      n /= 1024;
    }
    return (n == Math.rint(n) ? Long.toString((long) n) : String.format(Locale.ROOT, "%.2f", n)) + UNITS[unit];
  }

  private static String exit(int status) {
    return (status >> 8 & 0xff) + ":" + (status & 0x7f);
  }
}
