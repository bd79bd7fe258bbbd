package org.slurmctldj.agent.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slurmctldj.proto.agent.ExitReport;
import org.slurmctldj.proto.agent.Failure;
import org.slurmctldj.proto.agent.Usage;

/** The file {@code exit} of a launch or step: lines "key value", by its process, or by the agent where none can. */
public record ExitRecord(Map<String, String> values) {
  private static final String FILE = "exit";

  /** How the controller and Slurm's tools show a job that ran out of memory: signal 125. */
  static final int OUT_OF_MEMORY_STATUS = 125;

  /** Empty: none was written (yet). */
  public static Optional<ExitRecord> read(Path launchDirectory) throws IOException {
    return KeyValueFile.read(launchDirectory.resolve(FILE)).map(ExitRecord::new);
  }

  /** The end of a launch that has no shepherd (any more). */
  public static ExitRecord withoutShepherd(Failure failure, int waitStatus, String text, String bootId, long nowMillis) {
    return new ExitRecord(
        Map.of(
            "failure", failure.name(),
            "wait_status", Integer.toString(waitStatus),
            "text", text.replace('\n', ' '),
            "boot_id", bootId,
            "end_ms", Long.toString(nowMillis),
            "clean", "1"));
  }

  /** The same end, with nothing left of the job. */
  ExitRecord cleaned() {
    Map<String, String> with = new HashMap<>(values);
    with.put("clean", "1");
    return new ExitRecord(Map.copyOf(with));
  }

  /** Durable when it returns. */
  public void write(Path launchDirectory) throws IOException {
    String text = values.entrySet().stream().map(e -> e.getKey() + " " + e.getValue() + "\n").collect(Collectors.joining());
    DurableFile.write(launchDirectory.resolve(FILE), text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public boolean clean() {
    return number("clean") == 1;
  }

  ExitReport report(String launchId, int jobId) {
    boolean oom = number("oom_kills") > 0;
    Failure failure =
        Arrays.stream(Failure.values())
            .filter(f -> f.name().equals(values.getOrDefault("failure", "NONE")))
            .findFirst()
            .orElse(Failure.SETUP);
    return ExitReport.newBuilder()
        .setLaunchId(launchId)
        .setJobId(jobId)
        .setWaitStatus(oom ? OUT_OF_MEMORY_STATUS : (int) number("wait_status"))
        .setOutOfMemory(oom)
        .setStartTimeMillis(number("start_ms"))
        .setEndTimeMillis(number("end_ms"))
        .setFailure(failure)
        .setText(values.getOrDefault("text", ""))
        .setNodeClean(clean())
        .setPid((int) number("script"))
        .setUsage(
            Usage.newBuilder()
                .setUserMicros(number("user_us"))
                .setSystemMicros(number("system_us"))
                .setMaxRssKb(number("max_rss_kb"))
                .setMinorFaults(number("minor_faults"))
                .setMajorFaults(number("major_faults"))
                .setBlockInput(number("blocks_in"))
                .setBlockOutput(number("blocks_out"))
                .setVoluntarySwitches(number("voluntary_switches"))
                .setInvoluntarySwitches(number("involuntary_switches"))
                .setPeakMemoryKb(number("peak_kb")))
        .build();
  }

  public String text(String key) {
    return values.getOrDefault(key, "");
  }

  /** 0 when it is missing. */
  public long number(String key) {
    try {
      return Long.parseLong(values.getOrDefault(key, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
