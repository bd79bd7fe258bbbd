package org.slurmctldj.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.JobInfoResponse;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;

/** A submission and a job list as real Slurm wrote them (proto's golden bodies), read and written. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
public class CodecBenchmark {
  private static final int SUBMIT = 4003;
  private static final int JOB_LIST = 2004;

  @Param({"38", "42", "45"})
  int version;

  private byte[] submission;
  private JobInfoResponse list;
  private final Packer out = new Packer(1 << 16);

  @Setup
  public void read() throws IOException {
    submission = golden(SUBMIT);
    list = JobInfoResponse.read(new Unpacker(golden(JOB_LIST)), version);
  }

  private byte[] golden(int message) throws IOException {
    Path file = Path.of(System.getProperty("golden", "proto/src/test/resources/vectors"), "v" + version + ".txt");
    try (var lines = Files.lines(file)) {
      String hex = lines.map(l -> l.split(" ")).filter(w -> w[0].equals("" + message)).findFirst().orElseThrow()[2];
      return HexFormat.of().parseHex(hex);
    }
  }

  @Benchmark
  public JobDescMsg readSubmission() {
    return JobDescMsg.read(new Unpacker(submission), version);
  }

  @Benchmark
  public int writeJobList() {
    out.reset();
    list.write(out, version);
    return out.length();
  }
}
