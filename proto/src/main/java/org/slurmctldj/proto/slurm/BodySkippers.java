package org.slurmctldj.proto.slurm;

import org.slurmctldj.proto.wire.ForwardedReturn;
import org.slurmctldj.proto.wire.WireException;

/** Measures the bodies of forwarded answers, which carry no length: for {@code Frame.parse}. */
public final class BodySkippers {
  /** Any declared message. */
  public static final ForwardedReturn.BodySkipper ANY =
      (type, version, in) -> {
        if (type != ForwardedReturn.RESPONSE_FORWARD_FAILED) {
          MessageType.of(type)
              .orElseThrow(() -> new WireException("forwarded answer of unknown type " + type))
              .read(in, version >> 8);
        }
      };

  private BodySkippers() {}
}
