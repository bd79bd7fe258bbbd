package org.slurmctldj.agent.cloud;

import java.io.IOException;

/** The controller does not want this instance, and would not later. */
final class JoinRefusedException extends IOException {
  private static final long serialVersionUID = 1;

  JoinRefusedException(String message) {
    super(message);
  }
}
