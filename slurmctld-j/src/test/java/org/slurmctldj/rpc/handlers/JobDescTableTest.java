package org.slurmctldj.rpc.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.wire.Unpacker;

/** No field of a job description is swallowed. */
class JobDescTableTest {
  private static final Path VECTORS = Path.of("../proto/src/test/resources/vectors");

  @Test
  void everyFieldOfTheDeclarationHasARow() {
    List<String> missing = new ArrayList<>();
    new JobDescMsg()
        .fields(
            (name, _) -> {
              if (!JobDescTable.names().contains(name)) {
                missing.add(name);
              }
            });
    assertEquals(List.of(), missing);
  }

  @Test
  void aDescriptionWithNothingSetAsksForNothing() {
    assertEquals(new JobFields(), JobDescTable.fields(new JobDescMsg()));
    assertTrue(JobDescTable.refused(new JobDescMsg()).isEmpty());
  }

  @Test
  void whatIsNotImplementedIsRefusedByName() {
    var refused = JobDescTable.refused(new JobDescMsg().burstBuffer("#BB")).orElseThrow();
    assertEquals(2094, refused.error());
    assertTrue(refused.message().contains("burst_buffer"), refused.message());
    assertTrue(JobDescTable.refused(new JobDescMsg().reboot(1)).isPresent());
    assertTrue(JobDescTable.refused(new JobDescMsg().reboot(0)).isEmpty());
    assertTrue(JobDescTable.refused(new JobDescMsg().shared(2)).orElseThrow().message().contains("--exclusive=user"));
    assertTrue(JobDescTable.refused(new JobDescMsg().bitflags(1L << 8)).orElseThrow().message().contains("--spread-job"));
  }

  /** Cores are chosen without gres.conf's Cores=: who insists on them must not be told yes. */
  @Test
  void enforceBindingIsRefusedForWhoeverAsksForGenericResources() {
    JobDescMsg d = new JobDescMsg().bitflags(1L << 4);
    assertTrue(JobDescTable.refused(d).isEmpty());
    d.tresPerNode("gres:gpu:2");
    assertTrue(JobDescTable.refused(d).orElseThrow().message().contains("--gres-flags=enforce-binding"));
    assertTrue(JobDescTable.refused(d.bitflags(1L << 19)).isEmpty(), "disable-binding");
  }

  @Test
  void aWarningSignalIsTakenButNotOneForReservations() {
    JobDescMsg d = new JobDescMsg().warnSignal(12).warnTime(90).warnFlags(1);
    assertTrue(JobDescTable.refused(d).isEmpty());
    JobFields expected = new JobFields().number(JobField.WARN_SIGNAL, 12).number(JobField.WARN_TIME, 90).number(JobField.WARN_FLAGS, 1);
    assertEquals(expected, JobDescTable.fields(d));
    assertTrue(JobDescTable.refused(d.warnFlags(2)).orElseThrow().message().contains("warn_flags"));
  }

  /** Bytes that real sbatch of 22.05.8, 24.11.5 and 26.05.5 sent. */
  @ParameterizedTest
  @ValueSource(ints = {38, 42, 45})
  void realSubmissionsAreTaken(int version) throws IOException {
    int seen = 0;
    for (String line : Files.readAllLines(VECTORS.resolve("v" + version + ".txt"))) {
      String[] words = line.split(" ");
      if (!words[0].equals("4003")) {
        continue;
      }
      JobDescMsg d = JobDescMsg.read(new Unpacker(HexFormat.of().parseHex(words[2])), version);
      var refused = JobDescTable.refused(d);
      assertTrue(refused.isEmpty(), () -> refused + " in " + d);
      JobFields f = JobDescTable.fields(d);
      assertEquals(d.name(), f.text(JobField.NAME));
      assertEquals(d.workDir(), f.text(JobField.WORK_DIR));
      seen++;
    }
    assertTrue(seen > 0, "no submission among the vectors");
  }
}
