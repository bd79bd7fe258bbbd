package org.slurmctldj.agent.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slurmctldj.proto.slurm.LaunchTasks;
import org.slurmctldj.proto.slurm.SlurmCredArg;

class StepOrderTest {
  private static Optional<StepFacts.Parent> above(SlurmCredArg granted, LaunchTasks launch) throws StepRefusal {
    launch.completeNodelist("c-[1-2]");
    return new StepOrder(null, 38, 1, InetAddress.getLoopbackAddress(), launch, granted.jobHostlist("c-[1-2]"), null, null).nodeAt(0);
  }

  /** As 22.05.8 and ours sign it: "name:[address]:hostname,…"; such a node's name need not be known to anybody. */
  @Test
  void aCloudNodeIsWhereTheCredentialSaysThenWhereSrunSays() throws StepRefusal {
    String list = "c-1:[10.0.0.7]:ip-10-0-0-7,c-2:[10.0.0.8]:ip-10-0-0-8";
    Optional<InetSocketAddress> at = Optional.of(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.7"), 0));
    assertEquals(Optional.of(new StepFacts.Parent("c-1", at)), above(new SlurmCredArg().jobAliasList(list), new LaunchTasks()));
    assertEquals(Optional.of(new StepFacts.Parent("c-1", at)), above(new SlurmCredArg(), new LaunchTasks().aliasList(list)));
    assertEquals(
        Optional.of(new StepFacts.Parent("c-1", at)),
        above(new SlurmCredArg().jobAliasList(list), new LaunchTasks().aliasList("c-1:[10.9.9.9]:elsewhere")));
  }

  @Test
  void othersAreWhereSlurmConfSays() throws StepRefusal {
    Optional<StepFacts.Parent> unknown = Optional.of(new StepFacts.Parent("c-1", Optional.empty()));
    for (String list : new String[] {null, "", "TBD", "c-2:[10.0.0.8]:x", "c-1:[host.example]:x", "c-1:[", "c-1:]["}) {
      assertEquals(unknown, above(new SlurmCredArg().jobAliasList(list), new LaunchTasks()), list);
    }
  }
}
