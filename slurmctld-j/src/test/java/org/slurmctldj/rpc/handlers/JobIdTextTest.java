package org.slurmctldj.rpc.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slurmctldj.core.JobSelector;
import org.slurmctldj.core.TaskSet;

class JobIdTextTest {
  @Test
  void jobsArraysAndTasks() {
    assertEquals(Optional.of(JobSelector.job(12)), JobIdText.parse("12"));
    assertEquals(Optional.of(new JobSelector(12, TaskSet.of(3))), JobIdText.parse("12_3"));
    assertEquals(Optional.of(new JobSelector(12, TaskSet.of(1, 2, 3, 7))), JobIdText.parse("12_[1-3,7]"));
    assertEquals(Optional.of(new JobSelector(12, TaskSet.of(0, 2, 4))), JobIdText.parse("12_[0-5:2%1]"));
    assertEquals(Optional.of(JobSelector.job(12)), JobIdText.parse("12_*"));
    assertEquals(Optional.of(JobSelector.component(12, 1)), JobIdText.parse("12+1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "a", "12_", "12_x", "12_[", "12_[]", "12_[3-1]", "12+", "12+x", "+1", "12+1_2", "12.batch", "99999999999", "12_[0-99999999]", "12_[1-2:0]"})
  void anythingElseNamesNoJob(String text) {
    assertTrue(JobIdText.parse(text).isEmpty(), text);
  }
}
