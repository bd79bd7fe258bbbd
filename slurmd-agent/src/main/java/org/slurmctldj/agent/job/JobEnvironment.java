package org.slurmctldj.agent.job;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slurmctldj.agent.node.Devices;
import org.slurmctldj.proto.agent.Gres;
import org.slurmctldj.proto.agent.JobFacts;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.text.Sluid;
import org.slurmctldj.proto.wire.ProtocolVersion;

/**
 * The environment of a batch script: the submitted one, then what slurmd and slurmstepd add (observed on 22.05.8 and
 * 24.11.5; the newer set where they differ). Pure; "K=V" are bytes carried as Latin-1.
 */
public final class JobEnvironment {
  /** Travel with the submission for the node, the job does not see them. */
  private static final List<String> CONSUMED = List.of("SLURM_RLIMIT_", "SLURM_UMASK=");

  private static final String EXTERNAL_LAUNCHER = "--external-launcher";

  private static final int UNLIMITED = 0xffffffff;
  private static final long YEAR_SECONDS = 365L * 86400;

  /** What the node adds that is not in the launch. */
  public record NodeFacts(String nodeName, String slurmConf, Devices devices) {}

  /**
   * @param base the user's own environment (--get-user-env), weaker than the submitted one; empty if not asked for
   */
  public static List<String> of(Launch launch, NodeFacts node, List<String> base) {
    Map<String, String> env = new LinkedHashMap<>();
    base.forEach(entry -> put(env, entry));
    for (ByteString entry : launch.getEnvironmentList()) {
      String text = text(entry);
      if (CONSUMED.stream().noneMatch(text::startsWith)) {
        put(env, text);
      }
    }
    job(env, launch);
    size(env, launch);
    array(env, launch.getFacts());
    gpus(env, launch, node.devices());
    node(env, launch, node);
    List<String> list = new ArrayList<>(env.size());
    env.forEach((key, value) -> list.add(value == null ? key : key + "=" + value));
    return list;
  }

  private static void job(Map<String, String> env, Launch launch) {
    JobFacts facts = launch.getFacts();
    String id = Integer.toUnsignedString(launch.getJobId());
    env.put("ENVIRONMENT", "BATCH");
    env.put("SLURM_JOB_ID", id);
    env.put("SLURM_JOBID", id);
    if (facts.getSluid() != 0 && facts.getClientVersion() << 8 >= ProtocolVersion.V26_05) {
      env.put("SLURM_JOB_SLUID", Sluid.text(facts.getSluid()));
    }
    env.put("SLURM_CLUSTER_NAME", text(facts.getClusterName()));
    env.put("SLURM_JOB_PARTITION", text(facts.getPartition()));
    env.put("SLURM_JOB_UID", Integer.toUnsignedString(launch.getUid()));
    env.put("SLURM_JOB_GID", Integer.toUnsignedString(launch.getGid()));
    env.put("SLURM_JOB_USER", text(launch.getUserName()));
    env.putIfAbsent("SLURM_JOB_NAME", text(facts.getJobName()));
    putText(env, "SLURM_JOB_ACCOUNT", facts.getAccount());
    putText(env, "SLURM_JOB_RESERVATION", facts.getReservation());
    if (launch.getRestartCount() > 0) {
      env.put("SLURM_RESTART_COUNT", Integer.toUnsignedString(launch.getRestartCount()));
    } else {
      env.remove("SLURM_RESTART_COUNT");
    }
    if (facts.getStartTime() != 0) {
      env.put("SLURM_JOB_START_TIME", Long.toString(facts.getStartTime()));
    }
    if (facts.getEndTime() != 0) {
      env.put("SLURM_JOB_END_TIME", Long.toString(facts.getEndTime()));
    } else if (facts.getTimeLimit() == UNLIMITED && facts.getStartTime() != 0) {
      // Slurm gives a job without limit a year
      env.put("SLURM_JOB_END_TIME", Long.toString(facts.getStartTime() + YEAR_SECONDS));
    }
    if (facts.getClientVersion() == 0 || facts.getClientVersion() << 8 >= ProtocolVersion.V23_02) {
      launchers(env);
    }
    env.put("SLURM_OOM_KILL_STEP", "0");
  }

  /** MPI launchers start their daemons by srun --external-launcher: an srun of 22.05 would end at that option. */
  private static void launchers(Map<String, String> env) {
    for (String key : List.of("HYDRA_BOOTSTRAP", "I_MPI_HYDRA_BOOTSTRAP")) {
      env.putIfAbsent(key, "slurm");
    }
    for (String key :
        List.of(
            "HYDRA_LAUNCHER_EXTRA_ARGS",
            "I_MPI_HYDRA_BOOTSTRAP_EXEC_EXTRA_ARGS",
            "OMPI_MCA_plm_slurm_args",
            "PRTE_MCA_plm_slurm_args")) {
      env.putIfAbsent(key, EXTERNAL_LAUNCHER);
    }
  }

  private static void size(Map<String, String> env, Launch launch) {
    JobFacts facts = launch.getFacts();
    String nodes = text(facts.getNodeList());
    String count = Integer.toUnsignedString(facts.getNumNodes());
    env.put("SLURM_JOB_NODELIST", nodes);
    env.put("SLURM_NODELIST", nodes);
    env.put("SLURM_JOB_NUM_NODES", count);
    env.put("SLURM_NNODES", count);
    env.put("SLURM_JOB_CPUS_PER_NODE", TaskLayout.cpusPerNode(facts));
    env.put(
        "SLURM_TASKS_PER_NODE",
        facts.getTasksPerNode().isEmpty() ? TaskLayout.tasksPerNode(facts, env.containsKey("SLURM_NTASKS")) : text(facts.getTasksPerNode()));
    // SLURM_NTASKS, SLURM_NPROCS and SLURM_CPUS_PER_TASK are sbatch's own, where the user gave numbers
    if (launch.getOvercommit()) {
      env.put("SLURM_OVERCOMMIT", "1");
    }
    long memory = facts.getPnMinMemory();
    if (memory < 0) {
      env.put("SLURM_MEM_PER_CPU", Long.toString(memory & Long.MAX_VALUE));
    } else if (memory > 0) {
      env.put("SLURM_MEM_PER_NODE", Long.toString(memory));
    }
  }

  /** The numbers of the job's GPUs under the names that the vendors' libraries look for. */
  private static void gpus(Map<String, String> env, Launch launch, Devices devices) {
    long count = 0;
    List<String> numbers = new ArrayList<>();
    for (Gres g : launch.getGresList()) {
      if (text(g.getName()).equals("gpu")) {
        count += g.getCount();
        g.getDevicesList().forEach(d -> numbers.add(Integer.toUnsignedString(d)));
      }
    }
    if (count == 0) {
      return;
    }
    env.put("SLURM_GPUS_ON_NODE", Long.toString(count));
    if (!numbers.isEmpty()) {
      String list = String.join(",", numbers);
      env.put("SLURM_JOB_GPUS", list);
      String seen = !devices.constrained() ? list : IntStream.range(0, numbers.size()).mapToObj(Integer::toString).collect(Collectors.joining(","));
      devices.gpuVariables().forEach(name -> env.put(name, seen));
    }
  }

  private static void array(Map<String, String> env, JobFacts facts) {
    if (facts.getArrayJobId() == 0) {
      return;
    }
    env.put("SLURM_ARRAY_JOB_ID", Integer.toUnsignedString(facts.getArrayJobId()));
    env.put("SLURM_ARRAY_TASK_ID", Integer.toUnsignedString(facts.getArrayTaskId()));
    env.put("SLURM_ARRAY_TASK_COUNT", Integer.toUnsignedString(facts.getArrayTaskCount()));
    env.put("SLURM_ARRAY_TASK_MIN", Integer.toUnsignedString(facts.getArrayTaskMin()));
    env.put("SLURM_ARRAY_TASK_MAX", Integer.toUnsignedString(facts.getArrayTaskMax()));
    env.put("SLURM_ARRAY_TASK_STEP", Integer.toUnsignedString(Math.max(1, facts.getArrayTaskStep())));
  }

  private static void node(Map<String, String> env, Launch launch, NodeFacts node) {
    env.put("HOSTNAME", node.nodeName());
    env.put("SLURMD_NODENAME", node.nodeName());
    env.put("SLURM_TOPOLOGY_ADDR", node.nodeName());
    env.put("SLURM_TOPOLOGY_ADDR_PATTERN", "node");
    env.put("SLURM_CONF", node.slurmConf());
    env.put("SLURM_CPUS_ON_NODE", Integer.toUnsignedString(launch.getCpus()));
    env.put("SLURM_GTIDS", "0");
    env.put("SLURM_LOCALID", "0");
    env.put("SLURM_NODEID", "0");
    env.put("SLURM_PROCID", "0");
    // the shepherd's child writes its own pid here
    env.put("SLURM_TASK_PID", "0");
    env.putIfAbsent("TMPDIR", "/tmp");
  }

  private static void putText(Map<String, String> env, String key, ByteString value) {
    if (!value.isEmpty()) {
      env.put(key, text(value));
    }
  }

  /** An entry without '=' is kept as it is: execve takes anything. */
  private static void put(Map<String, String> env, String entry) {
    int equals = entry.indexOf('=');
    if (equals < 0) {
      env.put(entry, null);
    } else {
      env.put(entry.substring(0, equals), entry.substring(equals + 1));
    }
  }

  static String text(ByteString bytes) {
    return bytes.toString(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private JobEnvironment() {}
}
