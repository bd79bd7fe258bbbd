package org.slurmctldj.agent.door;

import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.ReturnCodeMsg;
import org.slurmctldj.proto.slurm.ReturnCodeTextMsg;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.slurm.SlurmError;

/** What goes back to a caller. {@code sent} runs after it has gone, or could not go. */
public record NodeAnswer(MessageType type, SlurmBody body, Runnable sent) {
  public static NodeAnswer of(MessageType type, SlurmBody body) {
    return new NodeAnswer(type, body, () -> {});
  }

  public static NodeAnswer code(long number) {
    return of(MessageType.RESPONSE_SLURM_RC, new ReturnCodeMsg().returnCode(number));
  }

  public static NodeAnswer ok() {
    return code(0);
  }

  public static NodeAnswer error(SlurmError error) {
    return code(error.number());
  }

  /** With a sentence that the client prints. */
  public static NodeAnswer error(SlurmError error, String text) {
    return of(MessageType.RESPONSE_SLURM_RC_MSG, new ReturnCodeTextMsg().returnCode(error.number()).errMsg(text));
  }

  public NodeAnswer then(Runnable task) {
    return new NodeAnswer(type, body, task);
  }
}
