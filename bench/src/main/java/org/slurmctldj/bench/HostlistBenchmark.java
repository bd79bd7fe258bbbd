package org.slurmctldj.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.slurmctldj.proto.text.Hostlist;

/** Node expressions as a 10,000 node cluster has them: one range, and every second node. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
public class HostlistBenchmark {
  @Param({"range", "everySecond"})
  String shape;

  private String text;
  private Hostlist list;

  @Setup
  public void make() {
    if (shape.equals("range")) {
      text = "node[00001-10000]";
    } else {
      StringBuilder b = new StringBuilder("node[00001");
      for (int i = 3; i <= 10_000; i += 2) {
        b.append(',').append(String.format("%05d", i));
      }
      text = b.append(']').toString();
    }
    list = Hostlist.parse(text);
  }

  @Benchmark
  public Hostlist parse() {
    return Hostlist.parse(text);
  }

  @Benchmark
  public Hostlist fromNames() {
    return Hostlist.of(list);
  }

  @Benchmark
  public String print() {
    return list.toString();
  }
}
