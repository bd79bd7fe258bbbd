package org.slurmctldj.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slurmctldj.proto.conf.ConfHash;
import org.slurmctldj.proto.conf.ConfFile;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.slurm.BuildInfoResponse;
import org.slurmctldj.proto.slurm.FieldPrinter;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;

/**
 * Our answer to {@code scontrol show config} against the body that a real slurmctld of the release
 * sent for the same slurm.conf (README.md beside the files says how they were taken). Only what is
 * not in the file is copied from the real answer: two times, the next job id, the release.
 */
class BuildInfoTest {
  private static final Map<String, Integer> VERSIONS = Map.of("22.05", 38, "24.11", 42, "26.05", 45);

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = BuildInfoTest.class.getResourceAsStream("build-info/" + name)) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "minimal,22.05", "minimal,24.11", "minimal,26.05",
    "full,22.05", "full,24.11", "full,26.05",
    "none,22.05", "none,24.11", "none,26.05",
    "incl,22.05",
    "debug,22.05", "debug,24.11", "debug,26.05",
  })
  void theAnswerIsTheRealControllersToTheByte(String name, String release) throws IOException {
    int version = VERSIONS.get(release);
    byte[] real = HexFormat.of().parseHex(new String(resource(name + "." + release + ".hex"), StandardCharsets.US_ASCII).strip());
    BuildInfoResponse theirs = BuildInfoResponse.read(new Unpacker(real), version);
    ConfFile.Source files =
        file -> resource(file.equals("/tmp/bi/slurm.conf") ? name + "." + release + ".conf" : file.substring(8));
    SlurmConf slurm = SlurmConf.load("/tmp/bi/slurm.conf", files);
    BuildInfo.Facts facts =
        new BuildInfo.Facts(
            theirs.lastUpdate(), theirs.bootTime(), theirs.nextJobId(), ConfHash.of("/tmp/bi/slurm.conf", "golden", files), theirs.version());
    BuildInfoResponse ours = BuildInfo.of(ControllerConf.unreviewed(slurm), facts, version);
    Packer out = new Packer();
    ours.write(out, version);
    // field by field first: the message names what differs
    BuildInfoResponse again = BuildInfoResponse.read(new Unpacker(out.toByteArray()), version);
    assertEquals(without(lines(theirs), lines(again)), without(lines(again), lines(theirs)));
    assertArrayEquals(real, out.toByteArray());
  }

  /** Defaults by release as the man pages of slurm.conf of 22.05, 23.02, 23.11, ... 26.05 name them. */
  @ParameterizedTest
  @CsvSource({
    "38,50,priority/basic,select/linear,topology/none",
    "39,50,priority/basic,select/linear,topology/none",
    "40,16,priority/multifactor,select/cons_tres,topology/default",
    "41,16,priority/multifactor,select/cons_tres,topology/default",
    "42,16,priority/multifactor,select/cons_tres,topology/default",
    "43,16,priority/multifactor,select/cons_tres,topology/flat",
    "44,16,priority/multifactor,select/cons_tres,topology/flat",
    "45,16,priority/multifactor,select/cons_tres,topology/flat",
  })
  void everyReleaseSeesItsOwnDefaults(int version, int treeWidth, String priority, String select, String topology) {
    SlurmConf slurm =
        SlurmConf.parse("slurm.conf", "ClusterName=c\nSlurmctldHost=h\nNodeName=n1\nPartitionName=p Nodes=n1\n");
    BuildInfo.Facts facts = new BuildInfo.Facts(1, 2, 3, 4, "x");
    Packer out = new Packer();
    BuildInfo.of(ControllerConf.of(slurm), facts, version).write(out, version);
    BuildInfoResponse info = BuildInfoResponse.read(new Unpacker(out.toByteArray()), version);
    assertEquals(treeWidth, info.treeWidth());
    assertEquals(priority, info.priorityType());
    assertEquals(select, info.selectType());
    assertEquals(topology, info.topologyPlugin());
  }

  private static List<String> lines(BuildInfoResponse info) {
    return FieldPrinter.indented(info).lines().toList();
  }

  private static List<String> without(List<String> lines, List<String> others) {
    return lines.stream().filter(line -> !others.contains(line)).toList();
  }
}
