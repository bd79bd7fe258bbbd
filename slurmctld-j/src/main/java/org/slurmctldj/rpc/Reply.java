package org.slurmctldj.rpc;

import java.util.concurrent.CompletionStage;
import org.slurmctldj.proto.slurm.SlurmBody;

/** What a handler wants the client to be told. */
public sealed interface Reply {

  /** RESPONSE_SLURM_RC: Slurm's error number, 0 for success. */
  record ReturnCode(long code) implements Reply {}

  /** RESPONSE_SLURM_RC_MSG. */
  record ReturnCodeMessage(long code, String message) implements Reply {}

  /**
   * A message of that number.
   *
   * @param number the release's number whose layout it goes out in; 0: that of the request
   */
  record Message(int type, SlurmBody body, int number) implements Reply {}

  /**
   * The answer comes when something else is done; the worker thread is not kept.
   *
   * @param likely what it will nearly always be, or null: made ready for sending, credential and all, while the journal writes.
   *     It goes out only if {@code reply} completes with this very object, whose thread then sends it
   */
  record Later(CompletionStage<Reply> reply, Reply likely) implements Reply {
    public Later(CompletionStage<Reply> reply) {
      this(reply, null);
    }
  }

  /** Close without a word, as Slurm does for messages that want no answer. */
  record Nothing() implements Reply {}

  Reply OK = new ReturnCode(0);
  Reply NOTHING = new Nothing();

  static Reply rc(long code) {
    return code == 0 ? OK : new ReturnCode(code);
  }

  static Reply message(int type, SlurmBody body) {
    return new Message(type, body, 0);
  }

  /** What goes on to nodes of an older release than the client's must be laid out, and signed, as theirs. */
  static Reply message(int type, SlurmBody body, int number) {
    return new Message(type, body, number);
  }
}
