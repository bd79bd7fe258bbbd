package org.slurmctldj.power;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.config.PowerKeys;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command.PowerProgram;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.text.Json;

/**
 * Runs ResumeProgram, SuspendProgram and ResumeFailProgram: the node list as the one argument, SLURM_CONF in the
 * environment, for ResumeProgram the jobs that want the nodes as JSON in SLURM_RESUME_FILE (the keys of 22.05 and those
 * of later releases). Starts and returns; how it ended is logged.
 */
public final class PowerPrograms {
  private static final Logger LOG = LoggerFactory.getLogger(PowerPrograms.class);

  private final Path confFile;
  private final Path folder;

  /** {@code folder}: where resume files live while their program runs. */
  public PowerPrograms(Path confFile, Path folder) {
    this.confFile = confFile;
    this.folder = folder;
  }

  void call(PowerProgram what, String nodes, List<NodeRecord> records, PowerKeys.Programs p, ClusterView view) {
    Optional<String> program = switch (what) {
      case RESUME -> p.resume();
      case SUSPEND -> p.suspend();
      case RESUME_FAILED -> p.resumeFail();
    };
    if (program.isEmpty()) {
      return;
    }
    Path file = null;
    try {
      ProcessBuilder b = new ProcessBuilder(program.get(), nodes).redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD);
      b.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      Map<String, String> env = b.environment();
      String path = env.getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
      env.clear();
      env.put("PATH", path);
      env.put("SLURM_CONF", confFile.toString());
      file = what == PowerProgram.RESUME ? resumeFileIfPossible(nodes, records, view) : null;
      if (file != null) {
        env.put("SLURM_RESUME_FILE", file.toString());
      }
      Process process = b.start();
      LOG.info("{} called for {}", program.get(), nodes);
      Path its = file;
      Thread.ofVirtual().name("power-program").start(() -> await(process, program.get(), nodes, its, p.programSeconds()));
    } catch (IOException e) {
      LOG.error("{} cannot be called for {}: {}", program.get(), nodes, e.getMessage());
      if (file != null) {
        file.toFile().delete();
      }
    }
  }

  private static void await(Process process, String program, String nodes, Path file, long seconds) {
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
        LOG.error("{} for {} was still running after {} s: killed", program, nodes, seconds);
      } else if (process.exitValue() != 0) {
        LOG.error("{} for {} ended with status {}", program, nodes, process.exitValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (file != null) {
        file.toFile().delete();
      }
    }
  }

  /** The nodes are wanted all the same: without the file the program knows less of the jobs, without the call it knows nothing. */
  private Path resumeFileIfPossible(String nodes, List<NodeRecord> records, ClusterView view) {
    try {
      return resumeFile(nodes, records, view);
    } catch (IOException | RuntimeException e) {
      LOG.error("no SLURM_RESUME_FILE for {}: {}", nodes, e.toString());
      return null;
    }
  }

  private Path resumeFile(String nodes, List<NodeRecord> records, ClusterView view) throws IOException {
    Set<Integer> resumed = records.stream().map(n -> n.index).collect(Collectors.toSet());
    List<Object> jobs = new ArrayList<>();
    view.forEachJob(
        j -> {
          if (j.configuring && j.allocation != null && j.allocation.nodes().stream().anyMatch(s -> resumed.contains(s.node()))) {
            jobs.add(job(j, resumed, view));
          }
        });
    Map<String, Object> root = new TreeMap<>();
    root.put("all_nodes", nodes);
    root.put("all_nodes_resume", nodes);
    root.put("jobs", jobs);
    Path file = Files.createTempFile(folder, "resume", ".json");
    Files.write(file, Json.write(root).getBytes(StandardCharsets.ISO_8859_1));
    return file;
  }

  private static Map<String, Object> job(JobRecord j, Set<Integer> resumed, ClusterView view) {
    Map<String, Object> m = new TreeMap<>();
    String all = names(j, view, i -> true);
    m.put("job_id", j.jobId);
    m.put("nodes", all);
    m.put("nodes_alloc", all);
    m.put("nodes_resume", names(j, view, resumed::contains));
    m.put("features", j.request.text(JobField.FEATURES));
    m.put("partition", view.config().partitions().get(j.partition).name());
    m.put("reservation", j.request.text(JobField.RESERVATION));
    m.put("oversubscribe", "OK");
    return m;
  }

  private static String names(JobRecord j, ClusterView view, java.util.function.IntPredicate which) {
    return Hostlist.of(
            j.allocation.nodes().stream().map(Allocation.NodeShare::node).filter(which::test).map(i -> view.config().nodes().get(i).name()).toList())
        .toString();
  }
}
