package org.slurmctldj.agent.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every expected name was made by real slurmd 24.11.5 (array job 49, task 12; host vm, node index 0, user peer). */
class OutputNameTest {
  private static final OutputName.Facts TASK = new OutputName.Facts(49, 49, 12, "j n", "peer", "vm", 0, 0, "batch");
  private static final OutputName.Facts JOB =
      new OutputName.Facts(4, 0, 4294967294L, "na_me", "peer", "vm", 0, 0, "batch");

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "a1_%3N_%5x_%3u_%3s ~ a1_vm_j n_peer_batch",
        "a2_%3%_%12j_%0j_%5q_%00005a_%2J_%05t_%4n_%b_%3b ~ a2_3%_0000000049_49_5q_00012_49_00000_0000_2_002",
        "a3_%A_%a_%4a_x% ~ a3_49_12_0012_x%",
        "a4_%j_%i_%I ~ a4_49_%i_%I",
        "a5_%10a_%11a_%-3a_% a ~ a5_0000000012_0000000012_%-3a_% a",
        "%x/%u/%a.out ~ j n/peer/12.out",
      })
  void ofAnArrayTask(String pattern, String expected) {
    assertEquals(expected, OutputName.expand(pattern, TASK));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "x_%j_%5j_%A_%a_%x_%u_%N_%n_%s_%t_%b_%J_%%_%q_%2a_.out"
            + " ~ x_4_00004_4_4294967294_na_me_peer_vm_0_batch_0_4_4_%_%q_4294967294_.out",
        "y_%j_\\%j_%%.out ~ y_%j_%j_%%.out",
      })
  void ofAJob(String pattern, String expected) {
    assertEquals(expected, OutputName.expand(pattern, JOB));
  }

  @Test
  void withoutAPatternItIsSlurmsName() {
    assertEquals("/w d/slurm-4.out", OutputName.path(OutputName.defaultPattern(JOB), "/w d", JOB));
    assertEquals("/w d/slurm-49_12.out", OutputName.path(OutputName.defaultPattern(TASK), "/w d", TASK));
    assertEquals("/abs/4", OutputName.path("/abs/%j", "/w d", JOB));
  }
}
