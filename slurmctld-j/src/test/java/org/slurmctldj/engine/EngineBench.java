package org.slurmctldj.engine;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.Result;
import org.slurmctldj.journal.Blob;

/**
 * The engine without the front door: submissions per second with 64 in flight, resident bytes per
 * pending job, time to list them, and ({@code restart}) the time to be back with them. Not a test:
 * {@code java -cp ... org.slurmctldj.engine.EngineBench submit|restart DIRECTORY [jobs]}.
 */
final class EngineBench {
  private EngineBench() {}

  private static long residentKilobytes() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(l -> l.startsWith("VmRSS")).mapToLong(l -> Long.parseLong(l.replaceAll("\\D", ""))).sum();
  }

  private static JobFields request(int i, Blob script, Blob environment) {
    return Load.request("job-" + i % 1000)
        .text(JobField.USER_NAME, "alice")
        .text(JobField.ACCOUNT, "physics")
        .text(JobField.PARTITION, "debug")
        .text(JobField.WORK_DIR, "/home/alice/projects/simulation/run-" + i % 1000)
        .text(JobField.STD_OUT, "/home/alice/projects/simulation/run-" + i % 1000 + "/slurm-%j.out")
        .text(JobField.STD_IN, "/dev/null")
        .text(JobField.COMMAND, "/home/alice/projects/simulation/run.sh")
        .text(JobField.ALLOC_NODE, "login1")
        .text(JobField.SUBMIT_LINE, "sbatch --mem=100 -J job-" + i % 1000 + " run.sh " + i)
        .number(JobField.MIN_NODES, 1)
        .number(JobField.MIN_CPUS, 1)
        .number(JobField.NUM_TASKS, 1)
        .number(JobField.TIME_LIMIT, 60)
        .number(JobField.ENVIRONMENT_COUNT, 60)
        .number(JobField.START_PROTOCOL_VERSION, 9728)
        .numbers(JobField.GROUP_IDS, new long[] {1001, 1002, 1003})
        .text(JobField.SCRIPT_HASH, script.hex())
        .text(JobField.ENVIRONMENT_HASH, environment.hex());
  }

  public static void main(String[] args) throws Exception {
    long begin = ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();
    EngineOptions options = EngineOptions.standard(Path.of(args[1]), false);
    ClusterEngine engine = ClusterEngine.open(options);
    engine.start();
    engine.reconfigure(Load.config(Load.NODES, 10_000_000, 300)).get();
    if (args[0].equals("restart")) {
      int[] n = new int[1];
      long ready = System.currentTimeMillis();
      engine.view().forEachJob(j -> n[0]++);
      long listed = System.currentTimeMillis();
      submit(engine, 0).get();
      System.out.printf(
          "%d jobs; since process start: ready %d ms, listed %d ms, submitted %d ms; RSS %d MB; %d records replayed%n",
          n[0], ready - begin, listed - begin, System.currentTimeMillis() - begin, residentKilobytes() / 1024, engine.replayed());
      System.exit(0); // nothing is closed, as in a kill
    }
    int jobs = Integer.parseInt(args[2]);
    run(engine, 2_000);
    System.gc();
    long before = residentKilobytes();
    long start = System.nanoTime();
    run(engine, jobs);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.gc();
    long after = residentKilobytes();
    System.out.printf(
        "%d submissions with 8 KB environments in %.1f s: %.0f/s; RSS %d -> %d MB: %d bytes a job; off-heap %d bytes a job%n",
        jobs, seconds, jobs / seconds, before / 1024, after / 1024, (after - before) * 1024 / jobs,
        engine.store().bytes() / (jobs + 2000));
    for (int i = 0; i < 5; i++) {
      start = System.nanoTime();
      int[] n = new int[1];
      engine.view().forEachJob(j -> n[0]++);
      System.out.printf("list of %d jobs: %d ms%n", n[0], (System.nanoTime() - start) / 1_000_000);
    }
    if (args.length > 3) { // seconds to stay, for jcmd
      Thread.sleep(Long.parseLong(args[3]) * 1000);
    }
    System.exit(0); // nothing is closed, as in a kill
  }

  private static CompletableFuture<Result> submit(ClusterEngine engine, int i) {
    Blob script = Blob.of(("#!/bin/sh\necho " + i % 100 + "\n").getBytes(StandardCharsets.US_ASCII));
    byte[] e = new byte[8192];
    byte[] name = ("JOB=" + i % 5000).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(name, 0, e, 0, name.length);
    Blob environment = Blob.of(e);
    JobFields request = request(i, script, environment);
    return engine.submitWithBlobs(
        now -> new Command.SubmitJob(now, Load.ALICE, request), java.util.List.of(script, environment));
  }

  private static void run(ClusterEngine engine, int jobs) throws Exception {
    Semaphore free = new Semaphore(64);
    for (int i = 0; i < jobs; i++) {
      free.acquire();
      submit(engine, i).thenAccept(r -> {
        if (!r.isOk()) {
          System.err.println(r);
          Runtime.getRuntime().halt(1);
        }
        free.release();
      });
    }
    free.acquire(64);
  }
}
