package org.slurmctldj.agent.launch;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import org.slurmctldj.proto.agent.Gres;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.agent.Prepare;
import org.slurmctldj.proto.agent.Share;
import org.slurmctldj.proto.conf.GresConf;

/**
 * What a job holds of this node, as far as its extern step is kept to it.
 *
 * @param uid whose job it is
 * @param memoryMb 0: none asked
 * @param cores "0-3,8", the controller's core numbers; "": not told
 * @param devices numbers of the devices it holds, by Slurm's number of the kind
 * @param node this node's place among the job's
 * @param heard {@link System#nanoTime} of the message that says so: an order to end the job that came after it counts
 */
public record JobHold(long jobId, long uid, long memoryMb, String cores, Map<Long, BitSet> devices, long node, long heard) {

  static JobHold of(Prepare prepare, long heard) {
    Share s = prepare.getShare();
    return new JobHold(
        Integer.toUnsignedLong(prepare.getJobId()),
        Integer.toUnsignedLong(s.getUid()),
        s.getMemoryMb(),
        s.getCoreBitmap(),
        devices(s.getGresList()),
        s.getNodeIndex(),
        heard);
  }

  static JobHold of(Launch launch, long heard) {
    return new JobHold(
        Integer.toUnsignedLong(launch.getJobId()),
        Integer.toUnsignedLong(launch.getUid()),
        launch.getMemoryMb(),
        launch.getCoreBitmap(),
        devices(launch.getGresList()),
        launch.getFacts().getNodeIndex(),
        heard);
  }

  static Map<Long, BitSet> devices(Iterable<Gres> list) {
    Map<Long, BitSet> held = new TreeMap<>();
    list.forEach(
        g -> g.getDevicesList().forEach(d -> held.computeIfAbsent(GresConf.kind(LaunchPlan.text(g.getName())), _ -> new BitSet()).set(d)));
    return held;
  }
}
