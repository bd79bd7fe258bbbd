package org.slurmctldj.agents;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.slurmctldj.core.ArraySpec;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.GresLayout;
import org.slurmctldj.core.GresShare;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSluid;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.proto.agent.Gres;
import org.slurmctldj.proto.agent.JobFacts;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.agent.Share;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.SlurmConstants;

/** Makes the Launch message of a job from its record and its blobs. Reads the disk: not for event loops. */
public final class LaunchBuilder {
  private static final byte[] GET_USER_ENV = "SLURM_GET_USER_ENV=1".getBytes(StandardCharsets.ISO_8859_1);

  /** Scripts and environments by content hash. */
  public interface Blobs {
    byte[] read(String hash) throws IOException;
  }

  private final Blobs blobs;
  private final LongFunction<JobRecord> jobs;

  /** @param jobs the record of a job id, or null: other components of heterogeneous jobs */
  LaunchBuilder(Blobs blobs, LongFunction<JobRecord> jobs) {
    this.blobs = blobs;
    this.jobs = jobs;
  }

  /** @param launchId as {@link LaunchIds} makes it */
  Launch build(ClusterConfig config, JobRecord job, String launchId, int node, String groupName) throws IOException {
    JobFields r = job.request;
    Allocation.NodeShare share = null;
    int index = 0;
    List<String> names = new ArrayList<>();
    List<Integer> cpus = new ArrayList<>();
    for (Allocation.NodeShare s : job.allocation.nodes()) {
      if (s.node() == node) {
        share = s;
        index = names.size();
      }
      names.add(config.nodes().get(s.node()).name());
      cpus.add(s.cpus());
    }
    if (share == null) {
      throw new IOException("job " + job.jobId + " holds nothing on node " + node);
    }
    byte[] script = blobs.read(r.text(JobField.SCRIPT_HASH));
    Launch.Builder b =
        Launch.newBuilder()
            .setLaunchId(launchId)
            .setJobId((int) job.jobId)
            .setRestartCount(job.restarts)
            .setStepId((int) SlurmConstants.BATCH_STEP)
            .setUid((int) r.number(JobField.USER_ID))
            .setGid((int) r.number(JobField.GROUP_ID))
            .setUserName(bytes(r.text(JobField.USER_NAME)))
            .setScript(ByteString.copyFrom(script))
            .setWorkDir(bytes(r.text(JobField.WORK_DIR)))
            .setStdIn(bytes(r.text(JobField.STD_IN)))
            .setStdOut(bytes(r.text(JobField.STD_OUT)))
            .setStdErr(bytes(r.text(JobField.STD_ERR)))
            .setOpenModeValue((int) r.number(JobField.OPEN_MODE))
            .setCpus(share.cpus())
            .setCoreBitmap(ranges(share.cores()))
            .setMemoryMb(share.memory())
            .setOvercommit(r.number(JobField.OVERCOMMIT) == 1)
            .setKillWaitSeconds((int) config.limits().killWaitSeconds());
    b.addAllGres(gres(config.nodes().get(share.node()), share));
    for (long gid : r.numbers(JobField.GROUP_IDS)) {
      b.addGids((int) gid);
    }
    for (String arg : r.texts(JobField.ARGV)) {
      b.addArgv(bytes(arg));
    }
    for (String v : r.texts(JobField.SPANK_JOB_ENV)) {
      b.addSpankJobEnv(bytes(v));
    }
    environment(b, r);
    HetEnvironment.of(config, job, jobs).forEach(e -> b.addEnvironment(bytes(e)));
    String aliases = NodeAliases.text(config, job, (int) r.number(JobField.START_PROTOCOL_VERSION) >> 8, _ -> null);
    if (aliases != null) {
      b.addEnvironment(bytes("SLURM_NODE_ALIASES=" + aliases));
    }
    b.setFacts(facts(config, job, names, cpus, index, groupName));
    return b.build();
  }

  /** What the job's extern step on that node is kept to; empty where the job's nodes are not of this configuration. Reads nothing. */
  static Optional<Share> share(ClusterConfig config, JobRecord job, int node) {
    List<NodeShare> shares = job.allocation == null || job.epoch != config.epoch() ? List.of() : job.allocation.nodes();
    for (int i = 0; i < shares.size(); i++) {
      NodeShare share = shares.get(i);
      if (share.node() == node) {
        return Optional.of(
            Share.newBuilder()
                .setUid((int) job.request.number(JobField.USER_ID))
                .setMemoryMb(share.memory())
                .setCoreBitmap(ranges(share.cores()))
                .addAllGres(gres(config.nodes().get(node), share))
                .setNodeIndex(i)
                .build());
      }
    }
    return Optional.empty();
  }

  private static List<Gres> gres(NodeDefinition node, NodeShare share) {
    List<Gres> list = new ArrayList<>();
    List<GresLayout.Entry> entries = share.gres().isEmpty() ? List.of() : GresLayout.of(node).entries();
    for (GresShare s : share.gres()) {
      if (s.entry() >= entries.size()) {
        continue;
      }
      GresLayout.Entry e = entries.get(s.entry());
      Gres.Builder g = Gres.newBuilder().setName(bytes(e.name())).setType(bytes(e.type())).setCount(s.count());
      BitSet.valueOf(s.devices()).stream().forEach(d -> g.addDevices(d + e.first()));
      list.add(g.build());
    }
    return list;
  }

  private void environment(Launch.Builder b, JobFields r) throws IOException {
    String hash = r.text(JobField.ENVIRONMENT_HASH);
    if (hash == null) {
      return;
    }
    byte[] all = blobs.read(hash);
    int start = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] == 0) {
        b.addEnvironment(ByteString.copyFrom(all, start, i - start));
        if (i - start == GET_USER_ENV.length && java.util.Arrays.equals(all, start, i, GET_USER_ENV, 0, GET_USER_ENV.length)) {
          b.setGetUserEnv(true);
        }
        start = i + 1;
      }
    }
    if (start < all.length) {
      b.addEnvironment(ByteString.copyFrom(all, start, all.length - start));
    }
  }

  private static JobFacts facts(
      ClusterConfig config, JobRecord job, List<String> names, List<Integer> cpus, int index, String groupName) {
    JobFields r = job.request;
    JobFacts.Builder f =
        JobFacts.newBuilder()
            .setClusterName(bytes(config.clusterName()))
            .setJobName(bytes(r.text(JobField.NAME)))
            .setPartition(bytes(config.partitions().get(job.partition).name()))
            .setAccount(bytes(r.text(JobField.ACCOUNT)))
            .setReservation(bytes(r.text(JobField.RESERVATION)))
            .setNodeList(bytes(Hostlist.of(names).toString()))
            .setNumNodes(names.size())
            .setNodeIndex(index)
            .setNumTasks(given(r, JobField.NUM_TASKS))
            .setCpusPerTask(given(r, JobField.CPUS_PER_TASK))
            .setPnMinMemory(r.isSet(JobField.PN_MIN_MEMORY) ? r.number(JobField.PN_MIN_MEMORY) : 0)
            .setStartTime(job.startTime)
            .setTimeLimit((int) job.timeLimit)
            .setSubmitHost(bytes(r.text(JobField.ALLOC_NODE)))
            .setLicenses(bytes(r.text(JobField.LICENSES)))
            .setComment(bytes(r.text(JobField.COMMENT)))
            .setConstraints(bytes(r.text(JobField.FEATURES)))
            .setThreadsPerCore(given(r, JobField.THREADS_PER_CORE))
            .setGroupName(bytes(groupName))
            .setClientVersion((int) r.number(JobField.START_PROTOCOL_VERSION) >> 8)
            .setSluid(JobSluid.of(config.clusterName(), job))
            .setExclusive(r.isSet(JobField.SHARED) && r.number(JobField.SHARED) == 0);
    if (job.timeLimit != SlurmConstants.INFINITE) {
      f.setEndTime(job.startTime + job.timeLimit * 60);
    }
    for (int i = 0; i < cpus.size(); ) {
      int n = i;
      while (n < cpus.size() && cpus.get(n).equals(cpus.get(i))) {
        n++;
      }
      f.addCpusPerNode(cpus.get(i)).addCpusPerNodeReps(n - i);
      i = n;
    }
    if (job.arrayJobId != 0 && job.arrayTaskId != SlurmConstants.NO_VAL) {
      ArraySpec spec = ArraySpec.accepted(r.text(JobField.ARRAY_SPEC));
      f.setArrayJobId((int) job.arrayJobId)
          .setArrayTaskId((int) job.arrayTaskId)
          .setArrayTaskCount(spec.tasks().size())
          .setArrayTaskMin(spec.tasks().first())
          .setArrayTaskMax(spec.tasks().last())
          .setArrayTaskStep(spec.step());
    }
    return f.build();
  }

  private static int given(JobFields r, JobField field) {
    return r.isSet(field) ? (int) r.number(field) : 0;
  }

  static String ranges(long[] words) {
    BitSet bits = BitSet.valueOf(words);
    StringBuilder b = new StringBuilder();
    for (int i = bits.nextSetBit(0); i >= 0; ) {
      int end = bits.nextClearBit(i) - 1;
      b.append(b.isEmpty() ? "" : ",").append(i);
      if (end > i) {
        b.append('-').append(end);
      }
      i = bits.nextSetBit(end + 1);
    }
    return b.toString();
  }

  static List<ByteString> bytes(List<String> latin1) {
    return latin1.stream().map(LaunchBuilder::bytes).toList();
  }

  private static ByteString bytes(String latin1) {
    return latin1 == null ? ByteString.EMPTY : ByteString.copyFrom(latin1, StandardCharsets.ISO_8859_1);
  }
}
