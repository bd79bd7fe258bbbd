package org.slurmctldj.client.sstat;

import java.util.List;
import org.slurmctldj.client.text.Units;

/**
 * One line of sstat: a step, or one node of it.
 *
 * @param id "12.0"
 * @param nodeList what the Nodelist column shows
 * @param nodes of the step, which usage's node numbers are indexes of
 * @param freqMin what --cpu-freq asked for, kHz or one of its names; NO_VAL: nothing
 */
record StatRow(
    String id, String nodeList, List<String> nodes, StepUsage usage, long freqMin, long freqMax, long freqGov, Units.Style units) {
  StatRow of(String node, StepUsage part) {
    return new StatRow(id, node, nodes, part, freqMin, freqMax, freqGov, units);
  }
}
