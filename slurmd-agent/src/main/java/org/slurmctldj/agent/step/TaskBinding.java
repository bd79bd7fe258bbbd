package org.slurmctldj.agent.step;

import java.util.List;
import java.util.Optional;

/**
 * Where one task may run.
 *
 * @param cpus "0,2-3", this machine's numbers; empty: not bound
 * @param environment what tells the task about it
 * @param said --cpu-bind=verbose: the line on its standard error
 */
record TaskBinding(Optional<String> cpus, List<String> environment, Optional<String> said) {
  static final TaskBinding NONE = new TaskBinding(Optional.empty(), List.of(), Optional.empty());
}
