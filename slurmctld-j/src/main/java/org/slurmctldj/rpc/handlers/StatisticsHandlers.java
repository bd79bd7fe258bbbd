package org.slurmctldj.rpc.handlers;

import java.util.List;
import org.slurmctldj.core.Globals;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.proto.slurm.StatsInfoRequest;
import org.slurmctldj.proto.slurm.StatsInfoResponse;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcStatistics;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.sched.PassStatistics;

/** sdiag. */
final class StatisticsHandlers {
  private static final int RESET = 0;

  private final Controller c;
  private volatile Globals zero = Globals.INITIAL;
  private volatile long since;

  private StatisticsHandlers(Controller c) {
    this.c = c;
    this.since = c.bootSeconds();
    this.zero = c.view().globals();
  }

  static void register(RpcTable.Builder table, Controller c) {
    StatisticsHandlers h = new StatisticsHandlers(c);
    table.user(2035, "REQUEST_STATS_INFO", h::statistics);
  }

  private Reply statistics(Request r) {
    if (r.body(StatsInfoRequest.class).commandId() == RESET) {
      if (!r.privileged()) {
        return Reply.rc(Privacy.ERROR_ACCESS_DENIED);
      }
      c.statistics().reset();
      c.waiting().resetStatistics();
      zero = c.view().globals();
      since = c.nowSeconds();
      return r.version() >= 42 ? Reply.OK : Reply.message(2036, new StatsInfoResponse().partsPacked(0));
    }
    Globals g = c.view().globals();
    Globals z = zero;
    long now = c.nowSeconds();
    long[] counts = new long[2];
    c.view()
        .forEachJob(
            j -> {
              if (j.phase == JobPhase.PENDING) {
                counts[0] += j.isArrayRest() ? j.arrayPending.size() : 1;
              } else if (j.phase == JobPhase.STARTING || j.phase == JobPhase.RUNNING) {
                counts[1]++;
              }
            });
    Controller.Planning planning = c.waiting().planning();
    PassStatistics main = planning.main();
    PassStatistics bf = planning.backfill();
    List<RpcStatistics.Line> types = c.statistics().types();
    List<RpcStatistics.Line> users = c.statistics().users();
    return Reply.message(
        2036,
        new StatsInfoResponse()
            .partsPacked(1)
            .reqTime(now)
            .reqTimeStart(since)
            .serverThreadCount(1)
            .jobsSubmitted(g.jobsSubmitted() - z.jobsSubmitted())
            .jobsStarted(g.jobsStarted() - z.jobsStarted())
            .jobsCompleted(g.jobsCompleted() - z.jobsCompleted())
            .jobsCanceled(g.jobsCanceled() - z.jobsCanceled())
            .jobsFailed(g.jobsFailed() - z.jobsFailed())
            .jobsPending(counts[0])
            .jobsRunning(counts[1])
            .jobStatesTs(now)
            .scheduleCycleMax(main.mostMicros())
            .scheduleCycleLast(main.lastMicros())
            .scheduleCycleSum(main.sumMicros())
            .scheduleCycleCounter(main.cycles())
            .scheduleCycleDepth(main.depthSum())
            .scheduleExit(main.exits())
            .scheduleQueueLen(main.lastQueue())
            .bfBackfilledJobs(bf.started())
            .bfLastBackfilledJobs(bf.startedSinceReset())
            .bfCycleCounter(bf.cycles())
            .bfCycleSum(bf.sumMicros())
            .bfCycleLast(bf.lastMicros())
            .bfCycleMax(bf.mostMicros())
            .bfLastDepth(bf.lastDepth())
            .bfLastDepthTry(bf.lastTried())
            .bfDepthSum(bf.depthSum())
            .bfDepthTrySum(bf.triedSum())
            .bfQueueLen(bf.lastQueue())
            .bfQueueLenSum(bf.queueSum())
            .bfTableSize(bf.lastTable())
            .bfTableSizeSum(bf.tableSum())
            .bfWhenLastCycle(bf.lastAtSeconds())
            .bfActive(planning.backfillActive() ? 1 : 0)
            .bfExit(bf.exits())
            .rpcTypeSize(types.size())
            .rpcTypeId(types.stream().mapToInt(l -> (int) l.id()).toArray())
            .rpcTypeCnt(types.stream().mapToLong(RpcStatistics.Line::count).toArray())
            .rpcTypeTime(types.stream().mapToLong(RpcStatistics.Line::micros).toArray())
            .rpcUserSize(users.size())
            .rpcUserId(users.stream().mapToLong(RpcStatistics.Line::id).toArray())
            .rpcUserCnt(users.stream().mapToLong(RpcStatistics.Line::count).toArray())
            .rpcUserTime(users.stream().mapToLong(RpcStatistics.Line::micros).toArray()));
  }
}
