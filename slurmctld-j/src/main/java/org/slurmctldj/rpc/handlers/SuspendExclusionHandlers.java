package org.slurmctldj.rpc.handlers;

import static org.slurmctldj.core.SlurmNumbers.EINVAL;
import static org.slurmctldj.core.SlurmNumbers.ESLURM_INVALID_NODE_NAME;

import java.util.Arrays;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.SuspendExclusions;
import org.slurmctldj.proto.slurm.BuildInfoResponse;
import org.slurmctldj.proto.slurm.SuspendExcUpdate;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.text.HostlistException;
import org.slurmctldj.rpc.InTurn;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.rpc.Verdict;

/**
 * scontrol update SuspendExcNodes, SuspendExcParts and SuspendExcStates (24.05 and later), with = += and -=. Order, case
 * and the refusals are those of real 24.11.5; as there, what was set lasts until slurm.conf is read again.
 */
final class SuspendExclusionHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(SuspendExclusionHandlers.class);

  private static final int EACCES = 13;

  // The request's mode.
  private static final int SET = 0;
  private static final int ADD = 1;
  private static final int REMOVE = 2;

  private final Controller c;
  /** What += adds to is what the request before has left, not what was in force when that one came. */
  private final InTurn turn = new InTurn();

  private SuspendExclusionHandlers(Controller c) {
    this.c = c;
  }

  static void register(RpcTable.Builder table, Controller c) {
    SuspendExclusionHandlers h = new SuspendExclusionHandlers(c);
    table
        .user(1025, "REQUEST_SET_SUSPEND_EXC_NODES", r -> h.permitted(r, h::nodes))
        .user(1026, "REQUEST_SET_SUSPEND_EXC_PARTS", r -> h.permitted(r, h::parts))
        .user(1027, "REQUEST_SET_SUSPEND_EXC_STATES", r -> h.permitted(r, h::states));
  }

  /** What scontrol show config says where scontrol update set something. */
  static BuildInfoResponse shown(BuildInfoResponse r, SuspendExclusions told) {
    return told == null ? r : r.suspendExcNodes(told.nodes()).suspendExcParts(told.parts()).suspendExcStates(told.states());
  }

  /** Others are told errno's words here, not Slurm's own. */
  private Reply permitted(Request r, Function<Request, Reply> change) {
    if (r.actor().privileged()) {
      return new Reply.Later(
          turn.run(
              () -> {
                Reply reply = change.apply(r);
                return reply instanceof Reply.Later later ? later.reply().toCompletableFuture() : CompletableFuture.completedFuture(reply);
              }));
    }
    LOG.error("set of SuspendExc request from non-super user uid={} at {}", r.uid(), r.actor().from());
    return Reply.rc(EACCES);
  }

  private Reply nodes(Request r) {
    SuspendExcUpdate q = r.body(SuspendExcUpdate.class);
    SuspendExclusions now = now(r.version());
    if (q.mode() == SET) {
      return set(r, q, now, new SuspendExclusions(orNull(q.updateStr()), now.parts(), now.states()));
    }
    String asked = q.updateStr() == null ? "" : q.updateStr();
    String before = now.nodes() == null ? "" : now.nodes();
    if (asked.contains(":")) {
      return refused(r, "Append and remove from SuspendExcNodes with ':' is not supported. Please use direct assignment instead.");
    }
    if (before.contains(":")) {
      return refused(
          r, "SuspendExcNodes may have ':' in it. Append and remove are not supported in this case. Please use direct assignment instead.");
    }
    TreeSet<String> names = new TreeSet<>();
    try {
      names.addAll(Hostlist.parse(before).toList());
      Hostlist change = Hostlist.parse(asked);
      if (q.mode() == ADD) {
        names.addAll(change.toList());
      } else {
        change.toList().forEach(names::remove);
      }
    } catch (HostlistException e) {
      return refused(r, e.getMessage());
    }
    return set(r, q, now, new SuspendExclusions(orNull(Hostlist.of(names).sorted().toString()), now.parts(), now.states()));
  }

  private Reply parts(Request r) {
    SuspendExcUpdate q = r.body(SuspendExcUpdate.class);
    SuspendExclusions now = now(r.version());
    return set(r, q, now, new SuspendExclusions(now.nodes(), changed(now.parts(), q, false), now.states()));
  }

  private Reply states(Request r) {
    SuspendExcUpdate q = r.body(SuspendExcUpdate.class);
    SuspendExclusions now = now(r.version());
    return set(r, q, now, new SuspendExclusions(now.nodes(), now.parts(), changed(now.states(), q, true)));
  }

  private SuspendExclusions now(int version) {
    SuspendExclusions told = c.view().config().power().told();
    if (told != null) {
      return told;
    }
    BuildInfoResponse conf = c.settings().buildInfo(version, 0);
    return new SuspendExclusions(orNull(conf.suspendExcNodes()), orNull(conf.suspendExcParts()), orNull(conf.suspendExcStates()));
  }

  /** A list that was added to or taken from is in order; of states, in small letters. One that does not change stays as it is. */
  private static String changed(String before, SuspendExcUpdate q, boolean smallLetters) {
    if (q.mode() == SET) {
      return orNull(q.updateStr());
    }
    TreeSet<String> old = words(before, smallLetters);
    TreeSet<String> words = new TreeSet<>(old);
    TreeSet<String> change = words(q.updateStr(), smallLetters);
    if (q.mode() == ADD ? !words.addAll(change) : !words.removeAll(change)) {
      return before;
    }
    return orNull(String.join(",", words));
  }

  private static TreeSet<String> words(String text, boolean smallLetters) {
    TreeSet<String> out = new TreeSet<>();
    Arrays.stream(text == null ? new String[0] : text.split(",")).filter(w -> !w.isEmpty())
        .forEach(w -> out.add(smallLetters ? w.toLowerCase(Locale.ROOT) : w));
    return out;
  }

  private static String orNull(String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  private Reply set(Request r, SuspendExcUpdate q, SuspendExclusions now, SuspendExclusions next) {
    if (q.mode() != SET && q.mode() != ADD && q.mode() != REMOVE) {
      LOG.info("exclusions from being suspended: mode {} by uid {} from {} refused", q.mode(), r.uid(), r.actor().from());
      return Reply.rc(EINVAL);
    }
    if (next.equals(now)) {
      return Reply.OK;
    }
    return new Reply.Later(
        c.commands()
            .submit(at -> new Command.UpdateSuspendExclusions(at, r.actor(), next))
            .thenApply(
                result -> {
                  LOG.info("{} by uid {} from {}{}", next, r.uid(), r.actor().from(), Verdict.of(result));
                  return Reply.rc(result.error());
                }));
  }

  private static Reply refused(Request r, String why) {
    LOG.info("SuspendExcNodes from uid {} at {} refused: {}", r.uid(), r.actor().from(), why);
    // Clients find the same words themselves.
    return Reply.rc(ESLURM_INVALID_NODE_NAME);
  }
}
