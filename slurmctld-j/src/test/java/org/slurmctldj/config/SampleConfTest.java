package org.slurmctldj.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slurmctldj.proto.conf.ConfFile;

/** The files of conf/ work as they are: here, and for real Slurm where it is installed. */
class SampleConfTest {
  private static final Path CONF = Path.of("").toAbsolutePath().resolveSibling("conf");

  @ParameterizedTest
  @ValueSource(strings = {"single-node", "munge-cluster", "auth-slurm-cluster", "ec2-cluster"})
  void ourParserTakesItWithoutAnyComplaint(String name) {
    ControllerConf conf = ControllerConf.load(CONF.resolve(name).resolve("slurm.conf"));
    List<ConfMessage> complaints =
        conf.messages().stream().filter(m -> m.level() != ConfMessage.Level.INFO).toList();
    assertEquals(List.of(), complaints);
    assertTrue(conf.layout().defaultPartition().isPresent());
    assertFalse(conf.layout().nodes().isEmpty());
  }

  @Test
  void theSampleOfOurOwnKeysShowsEachWithItsDefault() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : Files.readAllLines(CONF.resolve("slurmctld-j.conf"))) {
      text.append(line.matches("#\\w+=.*") ? line.substring(1) : line).append('\n');
    }
    ConfFile file = ConfFile.parse("slurmctld-j.conf", text.toString());
    assertEquals(
        ConfigBinder.setters(SlurmctldJConf.class).keySet(),
        Stream.of(file.lines()).flatMap(List::stream).map(l -> l.first().key()).collect(java.util.stream.Collectors.toCollection(java.util.TreeSet::new)));
    SlurmctldJConf shown = SlurmctldJConf.of(file);
    SlurmctldJConf defaults = new SlurmctldJConf();
    assertEquals(defaults.sackSocket(), shown.sackSocket());
    assertEquals(defaults.maxConnections(), shown.maxConnections());
    assertEquals(defaults.requestTimeout(), shown.requestTimeout());
    assertEquals(defaults.journalSegmentMegabytes(), shown.journalSegmentMegabytes());
  }

  /** {@code scontrol show hostlist} reads the whole file before it does anything, and needs no controller. */
  @ParameterizedTest
  @ValueSource(strings = {"single-node", "munge-cluster"})
  void realSlurmsParserTakesIt(String name) throws Exception {
    Path scontrol = Path.of("/usr/bin/scontrol");
    Assumptions.assumeTrue(Files.isExecutable(scontrol), "no real Slurm on this host");
    assertEquals("a[1-2]", run(List.of(scontrol.toString(), "show", "hostlist", "a1,a2"), CONF.resolve(name).resolve("slurm.conf")));
  }

  /** auth/slurm is only known to 23.11 and later: Debian 13's release in a chroot, if it was made. */
  @ParameterizedTest
  @ValueSource(strings = {"single-node", "munge-cluster", "auth-slurm-cluster", "ec2-cluster"})
  void realSlurm2411sParserTakesIt(String name) throws Exception {
    Path root = Path.of(System.getProperty("peer.chroot", "/tmp/peer/chroot-24.11"));
    Assumptions.assumeTrue(Files.isExecutable(root.resolve("usr/bin/scontrol")), "no chroot with Slurm 24.11");
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "chroot needs root");
    Path copy = Files.createTempFile(root.resolve("tmp"), name, ".conf");
    try {
      Files.write(copy, Files.readAllBytes(CONF.resolve(name).resolve("slurm.conf")));
      String inside = "/tmp/" + copy.getFileName();
      assertEquals(
          "a[1-2]",
          run(List.of("chroot", root.toString(), "env", "SLURM_CONF=" + inside, "scontrol", "show", "hostlist", "a1,a2"), Path.of(inside)));
    } finally {
      Files.delete(copy);
    }
  }

  private static String run(List<String> command, Path conf) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SLURM_CONF", conf.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    return output.strip();
  }
}
