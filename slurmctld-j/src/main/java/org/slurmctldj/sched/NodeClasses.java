package org.slurmctldj.sched;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.NodeDefinition;

/** Nodes that are alike but for name and weight: what fits one of a class fits all. One epoch's; immutable. */
final class NodeClasses {
  private final int[] classOf;
  private final List<NodeDefinition> examples = new ArrayList<>();

  NodeClasses(ClusterConfig config) {
    classOf = new int[config.nodes().size()];
    Map<NodeDefinition, Integer> known = new HashMap<>();
    for (int i = 0; i < classOf.length; i++) {
      NodeDefinition d = config.nodes().get(i);
      NodeDefinition nameless =
          new NodeDefinition(
              "", "", "", 0, d.cpus(), d.boards(), d.sockets(), d.coresPerSocket(), d.threadsPerCore(), d.realMemory(),
              d.tmpDisk(), 0, d.features(), d.gres(), d.coreSpecCount(), d.memSpecLimit(), 0, null,
              d.activeFeatures(), d.specialisedCores());
      Integer number = known.get(nameless);
      if (number == null) {
        number = examples.size();
        known.put(nameless, number);
        examples.add(d);
      }
      classOf[i] = number;
    }
  }

  int of(int node) {
    return classOf[node];
  }

  int count() {
    return examples.size();
  }

  NodeDefinition example(int number) {
    return examples.get(number);
  }
}
