package org.slurmctldj.client.text;

import java.util.BitSet;
import java.util.Optional;
import org.slurmctldj.proto.text.ArraySpec;

/** The pending tasks of an array as the controller sends them: a hexadecimal mask. */
public final class TaskMask {
  /** "1-3,7"; what is no mask as it is. */
  public static String ranges(String mask) {
    Optional<BitSet> bits = ArraySpec.fromHex(mask);
    return bits.isPresent() ? ArraySpec.ranges(bits.get()) : mask;
  }

  public static boolean has(String mask, long task) {
    return mask != null && task <= Integer.MAX_VALUE && ArraySpec.fromHex(mask).filter(b -> b.get((int) task)).isPresent();
  }

  private TaskMask() {}
}
