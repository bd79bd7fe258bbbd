package org.slurmctldj.slurmd;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongFunction;
import java.util.Optional;
import org.slurmctldj.agents.NodeAliases;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSize;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.slurm.Identity;
import org.slurmctldj.proto.slurm.NodeAliasAddrsRequest;
import org.slurmctldj.proto.slurm.SlurmAddrArray;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.slurm.SwitchStepInfo;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * What a credential says of a job, whichever of its steps it is for: who, which nodes, cores and memory. The caller adds
 * the step: its id, hosts, cores ({@link #stepCores}) and memory, and has it signed.
 */
public final class JobCredential {
  private JobCredential() {}

  /**
   * A credential's argument with everything that is the job's; the step id is that of the job itself.
   *
   * @param job with its whole request and an allocation
   * @param now seconds since the epoch: slurmd refuses it cred_expire seconds later
   */
  public static SlurmCredArg of(ClusterConfig config, JobRecord job, Identity who, long now) {
    JobFields r = job.request;
    List<Allocation.NodeShare> shares = job.allocation.nodes();
    RunLengths cores = new RunLengths();
    RunLengths cpus = new RunLengths();
    RunLengths memory = new RunLengths();
    List<String> names = new ArrayList<>(shares.size());
    for (Allocation.NodeShare s : shares) {
      NodeDefinition d = config.nodes().get(s.node());
      names.add(d.name());
      cores.add((long) d.coresPerSocket() << 32 | d.sockets());
      cpus.add(s.cpus());
      memory.add(s.memory());
    }
    Bitmap all = stepCores(config, job.allocation, job.allocation);
    return new SlurmCredArg()
        .stepId(new StepId().jobId(job.jobId))
        .id(who)
        .jobGresList(JobGres.of(config, job.allocation))
        .jobAccount(r.text(JobField.ACCOUNT))
        .jobNodeAddrs(NodeAliases.addresses(config, job).map(NodeAliasAddrsRequest::nodeAddrs).orElseGet(SlurmAddrArray::new))
        .jobAliasList(NodeAliases.text(config, job))
        .jobComment(r.text(JobField.COMMENT))
        .jobConstraints(r.text(JobField.FEATURES))
        .jobPartition(config.partitions().get(job.partition).name())
        .jobEndTime(endTime(job))
        .jobExtra(r.text(JobField.EXTRA))
        .jobOversubscribe((int) r.number(JobField.SHARED))
        .jobQos(r.text(JobField.QOS))
        .jobReservation(r.text(JobField.RESERVATION))
        .jobRestartCnt(job.restarts)
        .jobStartTime(job.startTime)
        .jobStdErr(r.text(JobField.STD_ERR))
        .jobStdIn(r.text(JobField.STD_IN))
        .jobStdOut(r.text(JobField.STD_OUT))
        .ctime(now)
        .totCoreCnt(all.size())
        .jobCoreBitmap(all)
        .coresPerSocket(cores.values().stream().mapToInt(v -> (int) (v >>> 32)).toArray())
        .socketsPerNode(cores.values().stream().mapToInt(v -> (int) (long) v).toArray())
        .sockCoreRepCount(cores.counts())
        .cpuArray(cpus.values().stream().mapToInt(v -> (int) (long) v).toArray())
        .cpuArrayReps(cpus.counts())
        .jobNhosts(names.size())
        .jobNtasks(tasks(r))
        .jobHostlist(Hostlist.of(names).toString())
        .jobLicenses(r.text(JobField.LICENSES))
        .jobMemAlloc(memory.values().stream().mapToLong(Long::longValue).toArray())
        .jobMemAllocRepCount(memory.counts())
        .switchStep(SwitchStepInfo.NONE);
  }

  /**
   * The cores of a part of a job: as many bits as the job's nodes have cores, node after node.
   *
   * @param job decides which nodes count
   * @param part what is set; its nodes are among the job's
   */
  public static Bitmap stepCores(ClusterConfig config, Allocation job, Allocation part) {
    BitSet bits = new BitSet();
    int offset = 0;
    for (Allocation.NodeShare s : job.nodes()) {
      int size = config.nodes().get(s.node()).cores();
      for (Allocation.NodeShare p : part.nodes()) {
        if (p.node() == s.node()) {
          BitSet of = BitSet.valueOf(p.cores());
          for (int i = of.nextSetBit(0); i >= 0 && i < size; i = of.nextSetBit(i + 1)) {
            bits.set(offset + i);
          }
        }
      }
      offset += size;
    }
    return Bitmap.of(offset, bits);
  }

  /** Who the job runs as, with the names that this host knows; may block. */
  public static Identity identity(JobFields request, LongFunction<Optional<UserDatabase.User>> users) {
    long uid = request.number(JobField.USER_ID);
    Identity id =
        new Identity().uid(uid).gid(request.number(JobField.GROUP_ID)).gids(request.numbers(JobField.GROUP_IDS)).grNames(new String[0]);
    Optional<UserDatabase.User> user = users.apply(uid);
    if (user.isEmpty()) {
      return id.pwName(request.text(JobField.USER_NAME));
    }
    UserDatabase.User u = user.get();
    return id.pwName(u.name()).pwGecos(u.gecos()).pwDir(u.home()).pwShell(u.shell());
  }

  /** 0 where the user named no number of tasks: Prolog has no SLURM_JOB_NTASKS then (24.11.5), the script no SLURM_NTASKS (22.05.8). */
  static int tasks(JobFields r) {
    long perNode = r.number(JobField.NTASKS_PER_NODE);
    boolean named = (r.number(JobField.BITFLAGS) & JobSize.NTASKS_SET) != 0 || perNode != 0 && perNode != SlurmConstants.NO_VAL16;
    return named ? given(r, JobField.NUM_TASKS) : 0;
  }

  private static long endTime(JobRecord job) {
    if (job.endTime != 0) {
      return job.endTime;
    }
    // As slurmctld: a job without a limit ends a year after its start.
    return job.timeLimit == SlurmConstants.INFINITE ? job.startTime + 365 * 86_400L : job.startTime + job.timeLimit * 60;
  }

  static int given(JobFields r, JobField field) {
    return r.isSet(field) ? (int) r.number(field) : 0;
  }
}
