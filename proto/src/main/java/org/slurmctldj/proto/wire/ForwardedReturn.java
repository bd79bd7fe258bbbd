package org.slurmctldj.proto.wire;

/**
 * What one node answered to a forwarded message; they travel in the header of the answer.
 *
 * @param error slurm_errno, 0 for none (u32)
 * @param type message number of the body; 9001 = RESPONSE_FORWARD_FAILED, with an empty body
 * @param nodeName who answers
 * @param body packed in the header's version
 */
public record ForwardedReturn(long error, int type, String nodeName, byte[] body) {
  public static final int RESPONSE_FORWARD_FAILED = 9001;

  /**
   * Finds the end of a body, which carries no length of its own: reads one body of {@code type} and
   * leaves the reader behind it. The generated message classes can do it for any type.
   */
  public interface BodySkipper {
    void skip(int type, int version, Unpacker in);
  }

  /** Knows return codes and failed forwards, which is what nodes answer to most messages. */
  public static final BodySkipper RETURN_CODES =
      (type, version, in) -> {
        switch (type) {
          case 8001 -> in.u32();
          case RESPONSE_FORWARD_FAILED -> {}
          default -> throw new WireException("forwarded answer of type " + type + " cannot be measured");
        }
      };
}
