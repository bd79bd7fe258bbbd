package org.slurmctldj.rpc.handlers;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Result;
import org.slurmctldj.proto.slurm.BurstBufferStatusResponse;
import org.slurmctldj.proto.slurm.DebugLevelMsg;
import org.slurmctldj.proto.slurm.ShutdownMsg;
import org.slurmctldj.proto.slurm.SetDebugFlagsRequest;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;

/** What scontrol asks of the daemon itself, and requests that this controller refuses by Slurm's numbers. */
final class ControlHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(ControlHandlers.class);
  private static final int EINVAL = 22;
  private static final int ESRCH = 3;
  private static final int NOT_SUPPORTED = 2036;
  private static final int DISABLED = 2037;
  private static final int NO_TOKEN = 6009;

  private final Controller c;

  private ControlHandlers(Controller c) {
    this.c = c;
  }

  static void register(RpcTable.Builder table, Controller c) {
    ControlHandlers h = new ControlHandlers(c);
    table
        .privileged(1003, "REQUEST_RECONFIGURE", h::reconfigure)
        .privileged(1005, "REQUEST_SHUTDOWN", h::shutdown)
        .privileged(1010, "REQUEST_SET_DEBUG_LEVEL", h::debugLevel)
        .privileged(1014, "REQUEST_SET_DEBUG_FLAGS", h::debugFlags)
        .privileged(1013, "REQUEST_SET_SCHEDLOG_LEVEL", _ -> Reply.rc(DISABLED))
        .privileged(1023, "REQUEST_SET_FS_DAMPENING_FACTOR", r -> notYet(r, "scontrol fsdampeningfactor"))
        .privileged(1012, "REQUEST_TAKEOVER", r -> notYet(r, "scontrol takeover"))
        .privileged(1009, "REQUEST_CONTROL", r -> notYet(r, "a backup controller"))
        .privileged(10001, "ACCOUNTING_UPDATE_MSG", r -> notYet(r, "slurmdbd"))
        .user(2200, "REQUEST_CRONTAB", _ -> Reply.rc(DISABLED))
        .user(2202, "REQUEST_UPDATE_CRONTAB", _ -> Reply.rc(DISABLED))
        .user(2017, "REQUEST_TRIGGER_SET", r -> notYet(r, "strigger --set"))
        .user(2019, "REQUEST_TRIGGER_CLEAR", _ -> Reply.rc(ESRCH))
        .user(2030, "REQUEST_TRIGGER_PULL", _ -> Reply.rc(ESRCH))
        .user(2055, "REQUEST_BURST_BUFFER_STATUS", _ -> Reply.message(2056, new BurstBufferStatusResponse()))
        .user(5039, "REQUEST_AUTH_TOKEN", _ -> Reply.rc(NO_TOKEN));
  }

  private static Reply notYet(Request r, String what) {
    LOG.info("{} from uid {} at {} refused: not supported yet", what, r.uid(), r.actor().from());
    return Reply.rc(NOT_SUPPORTED);
  }

  private Reply reconfigure(Request r) {
    LOG.info("REQUEST_RECONFIGURE from uid {} at {}", r.uid(), r.actor().from());
    return new Reply.Later(c.operations().reconfigure("uid " + r.uid() + " at " + r.actor().from()).thenApply(ControlHandlers::answer));
  }

  /** The words of a refused configuration go along: clients print them before the error. */
  private static Reply answer(Result result) {
    return result.isOk() || result.message() == null ? Reply.rc(result.error()) : new Reply.ReturnCodeMessage(result.error(), result.message());
  }

  private Reply shutdown(Request r) {
    LOG.info("REQUEST_SHUTDOWN from uid {} at {}", r.uid(), r.actor().from());
    if (r.body(ShutdownMsg.class).options() == 0) {
      c.operations().shutdownNodes();
    }
    c.operations().shutdown("uid " + r.uid() + " at " + r.actor().from());
    return Reply.OK;
  }

  private Reply debugFlags(Request r) {
    SetDebugFlagsRequest q = r.body(SetDebugFlagsRequest.class);
    c.operations().debugFlags(q.debugFlagsPlus(), q.debugFlagsMinus());
    LOG.info(
        "Set debug flags +0x{} -0x{} by uid {} at {}",
        Long.toHexString(q.debugFlagsPlus()),
        Long.toHexString(q.debugFlagsMinus()),
        r.uid(),
        r.actor().from());
    return Reply.OK;
  }

  private Reply debugLevel(Request r) {
    long level = r.body(DebugLevelMsg.class).debugLevel();
    if (level > 9 || !c.operations().debugLevel((int) level)) {
      return Reply.rc(EINVAL);
    }
    LOG.info("Set debug level to {} by uid {} at {}", level, r.uid(), r.actor().from());
    return Reply.OK;
  }
}
