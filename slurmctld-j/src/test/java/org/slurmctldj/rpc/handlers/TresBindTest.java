package org.slurmctldj.rpc.handlers;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** sbatch --tres-bind: what the real slurmctld 24.11.5 took and what it refused with ESLURM_INVALID_TRES. */
class TresBindTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gres/gpu:closest", "gres/gpu:none", "gres/gpu:single:2", "gres/gpu:map:0,1", "gres/gpu:mask:0x3,0x1", "gres/gpu:verbose,closest",
        "gres/gpu:per_task:x", "gres/foo:closest+gres/gpu:none", "gres/gpu:map_gpu:0,1", "gres/gpu:map_gpu:0*4"
      })
  void taken(String text) {
    assertTrue(TresBind.isValid(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none", "closest", "gres/gpu:foo", "gpu:closest", "gres/gpu:map_gpu:x", "cpu:none", "gres/gpu:per_task:-1", "gres/gpu:mask_gpu:g"
      })
  void refused(String text) {
    assertFalse(TresBind.isValid(text));
  }

  @Test
  void nothing() {
    assertTrue(TresBind.isValid(null));
    assertTrue(TresBind.isValid(""));
  }
}
