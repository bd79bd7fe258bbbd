package org.slurmctldj.client.sbatch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.job.ByteNames;
import org.slurmctldj.client.job.ExportList;
import org.slurmctldj.client.job.JobShape;
import org.slurmctldj.client.job.ProcessStat;
import org.slurmctldj.client.job.PropagatedLimits;
import org.slurmctldj.client.job.Submission;
import org.slurmctldj.client.job.TresPerTask;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.os.ResourceLimit;

/**
 * The environment that goes with the job: the submitter's, as {@code --export} wants it, and the SLURM_* variables that sbatch
 * adds, in the order in which the real one has them.
 */
final class JobEnvironment {
  private final Client client;
  private final boolean old;
  private final Submission s;
  private final Map<String, String> own = new LinkedHashMap<>();

  JobEnvironment(Client client, boolean old, Submission s, List<String> processEnvironment) {
    this.client = client;
    this.old = old;
    this.s = s;
    for (String entry : processEnvironment) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        own.putIfAbsent(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
  }

  String[] build(JobShape shape, String jobName) {
    processVariables(jobName);
    Map<String, String> job = exported();
    if (s.getUserEnv || wantsLogin()) {
      job.put("SLURM_GET_USER_ENV", "1");
    }
    gpus(job);
    if (!old) {
      launchers(job);
    }
    shape(job, shape);
    return job.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toArray(String[]::new);
  }

  /** What tells of the job as a component of a larger one: sizes, by the names that they have in a job of its own. */
  Map<String, String> component(JobShape shape) {
    Map<String, String> own = new LinkedHashMap<>();
    gpus(own);
    shape(own, shape);
    if (s.memPerCpu != Submission.UNSET) {
      own.put("SLURM_MEM_PER_CPU", Long.toString(s.memPerCpu));
    }
    if (s.memPerNode != Submission.UNSET) {
      own.put("SLURM_MEM_PER_NODE", Long.toString(s.memPerNode));
    }
    return own;
  }

  /** What sbatch sets in its own environment, from where it may or may not be exported. */
  private void processVariables(String jobName) {
    set("SLURM_CONTAINER", s.container);
    set("SLURM_CONTAINER_ID", s.containerId);
    if (s.hint != null && !JobShape.ignoresHint(s)) {
      set("SLURM_HINT", s.hint);
    }
    if (old) {
      set("SLURM_JOB_NAME", jobName);
      set("SLURM_OPEN_MODE", s.openMode == 0 ? null : s.openMode == 1 ? "a" : "t");
    }
    set("SLURM_JOB_DEPENDENCY", s.dependency);
    if (old) {
      set("SLURM_PROFILE", s.profileName);
      set("SLURM_ACCTG_FREQ", s.acctgFreq);
      set("SLURM_CPU_FREQ_REQ", s.cpuFreq == null ? null : s.cpuFreq.text());
    }
    if (s.export != null && !s.export.equalsIgnoreCase("ALL")) {
      set("SLURM_EXPORT_ENV", s.export);
    }
    if (!s.getUserEnv) {
      limits();
    }
    set("SLURM_PRIO_PROCESS", Integer.toString(ProcessStat.nice()));
    set("SLURM_SUBMIT_DIR", ByteNames.workingDirectory(client.env("PWD")));
    set("SLURM_SUBMIT_HOST", ProcessFacts.hostName());
    if (!own.containsKey("SLURM_UMASK")) {
      String umask = Integer.toOctalString(ProcessFacts.umask());
      set("SLURM_UMASK", "0000".substring(Math.min(4, umask.length())) + umask);
    }
  }

  private void set(String name, String value) {
    if (value != null) {
      own.put(name, value);
    }
  }

  private void limits() {
    Set<String> chosen = PropagatedLimits.names(client, s.propagate);
    for (ResourceLimit limit : ResourceLimit.values()) {
      if (chosen.contains(limit.name())) {
        String value = Long.toUnsignedString(limit.get().soft());
        set("SLURM_RLIMIT_" + limit.name(), s.propagate == null ? value : "U" + value);
      }
    }
  }

  private boolean wantsLogin() {
    if (s.export == null || s.export.equalsIgnoreCase("ALL")) {
      return false;
    }
    return old || !s.export.equalsIgnoreCase("NIL");
  }

  private Map<String, String> exported() {
    if (s.exportFile != null) {
      Map<String, String> job = fromFile();
      for (String name : List.of("SLURM_PRIO_PROCESS", "SLURM_SUBMIT_DIR", "SLURM_SUBMIT_HOST", "SLURM_UMASK")) {
        job.put(name, own.get(name));
      }
      return job;
    }
    if (s.export == null || s.export.equalsIgnoreCase("ALL")) {
      return own;
    }
    Map<String, String> job = new LinkedHashMap<>();
    boolean all = false;
    if (!s.export.equalsIgnoreCase("NONE") && !s.export.equalsIgnoreCase("NIL")) {
      List<String> items = ExportList.split(s.export);
      Set<String> words = new HashSet<>();
      items.forEach(i -> words.add(i.toUpperCase(Locale.ROOT)));
      all = words.contains("ALL");
      if (all) {
        job.putAll(own);
      }
      for (String item : items) {
        int equals = item.indexOf('=');
        if (equals > 0) {
          job.put(item.substring(0, equals), item.substring(equals + 1));
        } else if (own.containsKey(item)) {
          job.put(item, own.get(item));
        }
      }
    }
    if (!all) {
      own.forEach((name, value) -> {
        if (name.startsWith("SLURM_")) {
          job.put(name, value);
        }
      });
    }
    return job;
  }

  private Map<String, String> fromFile() {
    Map<String, String> job = new LinkedHashMap<>();
    try {
      boolean descriptor = !s.exportFile.isEmpty() && s.exportFile.chars().allMatch(c -> c >= '0' && c <= '9');
      Path file = descriptor ? Path.of("/proc/self/fd/" + s.exportFile) : ByteNames.path(s.exportFile);
      for (String entry : new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).split("\0")) {
        int equals = entry.indexOf('=');
        if (equals > 0) {
          job.put(entry.substring(0, equals), entry.substring(equals + 1));
        }
      }
    } catch (IOException e) {
      client.error("Could not open user environment file " + s.exportFile);
      throw new Exit(1);
    }
    return job;
  }

  private void gpus(Map<String, String> job) {
    put(job, "SLURM_CPUS_PER_GPU", s.cpusPerGpu);
    put(job, "SLURM_GPUS", s.gpus);
    if (old) {
      put(job, "SLURM_GPU_BIND", s.gpuBind);
    }
    put(job, "SLURM_GPU_FREQ", s.gpuFreq);
    put(job, "SLURM_GPUS_PER_NODE", s.gpusPerNode);
    put(job, "SLURM_GPUS_PER_SOCKET", s.gpusPerSocket);
    if (old) {
      put(job, "SLURM_GPUS_PER_TASK", s.gpusPerTask);
    }
    if (s.memPerGpu != Submission.UNSET) {
      job.put("SLURM_MEM_PER_GPU", Long.toString(s.memPerGpu));
    }
    if (!old) {
      put(job, "SLURM_TRES_PER_TASK", TresPerTask.text(s));
      put(job, "SLURM_TRES_BIND", TresPerTask.bind(s));
    }
  }

  /** MPI launchers other than Slurm's own are told to start their daemons outside of the job's steps. */
  private static void launchers(Map<String, String> job) {
    job.putIfAbsent("OMPI_MCA_plm_slurm_args", "--external-launcher");
    job.putIfAbsent("PRTE_MCA_plm_slurm_args", "--external-launcher");
    job.putIfAbsent("HYDRA_BOOTSTRAP", "slurm");
    if (job.get("HYDRA_BOOTSTRAP").equals("slurm")) {
      job.putIfAbsent("HYDRA_LAUNCHER_EXTRA_ARGS", "--external-launcher");
    }
    job.putIfAbsent("I_MPI_HYDRA_BOOTSTRAP", "slurm");
    if (job.get("I_MPI_HYDRA_BOOTSTRAP").equals("slurm")) {
      job.putIfAbsent("I_MPI_HYDRA_BOOTSTRAP_EXEC_EXTRA_ARGS", "--external-launcher");
    }
  }

  private void shape(Map<String, String> job, JobShape shape) {
    if (s.cpusPerTask != Submission.UNSET) {
      job.put("SLURM_CPUS_PER_TASK", Integer.toString(s.cpusPerTask));
    } else {
      int cpus = TresPerTask.cpus(s);
      put(job, "SLURM_CPUS_PER_TASK", cpus == 0 ? Submission.UNSET : cpus);
    }
    if (s.distribution != null) {
      if (s.distribution.isArbitrary()) {
        job.put("SLURM_ARBITRARY_NODELIST", shape.nodeList());
      }
      job.put("SLURM_DISTRIBUTION", s.distribution.name());
    }
    if (s.memBind != null && s.memBind.isSet()) {
      job.put("SLURM_MEM_BIND", s.memBind.text());
      if (s.memBind.sorts()) {
        job.put("SLURM_MEM_BIND_SORT", "sort");
      }
      job.put("SLURM_MEM_BIND_VERBOSE", s.memBind.isVerbose() ? "verbose" : "quiet");
    }
    if (shape.ntasksSet() && shape.ntasks() > 0) {
      job.put("SLURM_NPROCS", Long.toString(shape.ntasks()));
      job.put("SLURM_NTASKS", Long.toString(shape.ntasks()));
    }
    put(job, "SLURM_NTASKS_PER_CORE", shape.ntasksPerCore());
    put(job, "SLURM_NTASKS_PER_GPU", s.ntasksPerGpu);
    put(job, "SLURM_NTASKS_PER_NODE", s.ntasksPerNode);
    put(job, "SLURM_NTASKS_PER_SOCKET", s.ntasksPerSocket);
    if (s.distribution != null && s.distribution.isPlane()) {
      job.put("SLURM_DIST_PLANESIZE", Integer.toString(s.planeSize));
    }
    put(job, "SLURM_THREADS_PER_CORE", shape.threadsPerCore());
  }

  private static void put(Map<String, String> job, String name, String value) {
    if (value != null) {
      job.put(name, value);
    }
  }

  private static void put(Map<String, String> job, String name, int value) {
    if (value != Submission.UNSET) {
      job.put(name, Integer.toString(value));
    }
  }
}
