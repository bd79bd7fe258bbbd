package org.slurmctldj.cloud;

import java.util.List;

/**
 * What came of an order: {@code started} in the order of its nodes, and, when fewer than ordered were started, why.
 *
 * @param failure null when all were started
 */
public record LaunchAnswer(List<Instance> started, CloudFailure failure) {
  public LaunchAnswer {
    started = List.copyOf(started);
  }
}
