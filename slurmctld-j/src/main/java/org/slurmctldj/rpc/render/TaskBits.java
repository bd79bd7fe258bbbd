package org.slurmctldj.rpc.render;

import java.util.BitSet;
import org.slurmctldj.core.TaskSet;
import org.slurmctldj.proto.wire.Bitmap;

/** Array tasks as a bitmap, bit i = task i. */
public final class TaskBits {

  /** As long as the highest task needs. */
  public static Bitmap of(TaskSet tasks) {
    BitSet bits = new BitSet();
    int[] ranges = tasks.ranges();
    for (int i = 0; i < ranges.length; i += 2) {
      bits.set(ranges[i], ranges[i + 1] + 1);
    }
    return Bitmap.of(bits.length(), bits);
  }

  private TaskBits() {}
}
