package org.slurmctldj.agent.step;

import java.util.List;

/** What one task runs, of a --multi-prog step. */
record TaskProgram(List<String> arguments) {}
