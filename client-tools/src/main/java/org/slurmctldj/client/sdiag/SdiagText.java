package org.slurmctldj.client.sdiag;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.StatsInfoResponse;

/** The answer's numbers as sdiag prints them. Averages and rates appear only once there is something to average. */
final class SdiagText {
  enum Order {
    COUNT,
    ID,
    TIME,
    AVERAGE
  }

  /** Why a scheduling cycle ended, in the order of the counters. */
  private static final String[] MAIN_EXITS = {
    "End of job queue", "Hit default_queue_depth", "Hit sched_max_job_start", "Blocked on licenses", "Hit max_rpc_cnt",
    "Timeout (max_sched_time)"
  };

  private static final String[] BACKFILL_EXITS = {
    "End of job queue", "Hit bf_max_job_start", "Hit bf_max_job_test", "System state changed",
    "Hit table size limit (bf_node_space_size)", "Timeout (bf_max_time)"
  };

  private static final int FIRST_WITH_EXITS = 40;
  private static final int FIRST_WITH_QUEUE = 41;

  private final StatsInfoResponse s;
  private final int number;
  private final LocalTime clock = new LocalTime(null, ZoneId.systemDefault(), 0);
  private final StringBuilder b = new StringBuilder(4096);

  /** @param number the release's, 38 to 45 */
  SdiagText(StatsInfoResponse statistics, int number) {
    this.s = statistics;
    this.number = number;
  }

  String text(Order order) {
    String stars = "*******************************************************\n";
    b.append(stars);
    b.append("sdiag output at ").append(when(s.reqTime()));
    b.append("Data since      ").append(when(s.reqTimeStart()));
    b.append(stars);
    line("Server thread count:  ", s.serverThreadCount());
    if (number >= FIRST_WITH_QUEUE) {
      line("RPC queue enabled:    ", s.rpcQueueEnabled());
    }
    line("Agent queue size:     ", s.agentQueueSize());
    line("Agent count:          ", s.agentCount());
    line("Agent thread count:   ", s.agentThreadCount());
    line("DBD Agent queue size: ", s.dbdAgentQueueSize());
    b.append('\n');
    line("Jobs submitted: ", s.jobsSubmitted());
    line("Jobs started:   ", s.jobsStarted());
    line("Jobs completed: ", s.jobsCompleted());
    line("Jobs canceled:  ", s.jobsCanceled());
    line("Jobs failed:    ", s.jobsFailed());
    b.append("\nJob states ts:  ").append(when(s.jobStatesTs()));
    line("Jobs pending:   ", s.jobsPending());
    line("Jobs running:   ", s.jobsRunning());
    mainSchedule();
    backfill();
    b.append("\nLatency for 1000 calls to gettimeofday(): ").append(s.gettimeofdayLatency()).append(" microseconds\n");
    b.append("\nRemote Procedure Call statistics by message type\n");
    byType(order);
    b.append("\nRemote Procedure Call statistics by user\n");
    byUser(order);
    pending();
    return b.toString();
  }

  private void mainSchedule() {
    b.append("\nMain schedule statistics (microseconds):\n");
    line("\tLast cycle:   ", s.scheduleCycleLast());
    line("\tMax cycle:    ", s.scheduleCycleMax());
    long cycles = s.scheduleCycleCounter();
    line("\tTotal cycles: ", cycles);
    if (cycles > 0) {
      line("\tMean cycle:   ", s.scheduleCycleSum() / cycles);
      line("\tMean depth cycle:  ", s.scheduleCycleDepth() / cycles);
    }
    long minutes = (s.reqTime() - s.reqTimeStart()) / 60;
    if (minutes > 0) {
      line("\tCycles per minute: ", cycles / minutes);
    }
    line("\tLast queue length: ", s.scheduleQueueLen());
    if (number >= FIRST_WITH_EXITS) {
      b.append("\nMain scheduler exit:\n");
      exits(MAIN_EXITS, s.scheduleExit());
    }
  }

  private void backfill() {
    b.append("\nBackfilling stats").append(s.bfActive() != 0 ? " (WARNING: data obtained in the middle of backfilling execution.)" : "");
    b.append('\n');
    line("\tTotal backfilled jobs (since last slurm start): ", s.bfBackfilledJobs());
    line("\tTotal backfilled jobs (since last stats cycle start): ", s.bfLastBackfilledJobs());
    line("\tTotal backfilled heterogeneous job components: ", s.bfBackfilledHetJobs());
    long cycles = s.bfCycleCounter();
    line("\tTotal cycles: ", cycles);
    if (s.bfWhenLastCycle() > 0) {
      b.append("\tLast cycle when: ").append(when(s.bfWhenLastCycle()));
    } else {
      b.append("\tLast cycle when: N/A\n");
    }
    line("\tLast cycle: ", s.bfCycleLast());
    line("\tMax cycle:  ", s.bfCycleMax());
    if (cycles > 0) {
      line("\tMean cycle: ", s.bfCycleSum() / cycles);
    }
    line("\tLast depth cycle: ", s.bfLastDepth());
    line("\tLast depth cycle (try sched): ", s.bfLastDepthTry());
    if (cycles > 0) {
      line("\tDepth Mean: ", s.bfDepthSum() / cycles);
      line("\tDepth Mean (try depth): ", s.bfDepthTrySum() / cycles);
    }
    line("\tLast queue length: ", s.bfQueueLen());
    if (cycles > 0) {
      line("\tQueue length mean: ", s.bfQueueLenSum() / cycles);
    }
    line("\tLast table size: ", s.bfTableSize());
    if (cycles > 0) {
      line("\tMean table size: ", s.bfTableSizeSum() / cycles);
    }
    if (number >= FIRST_WITH_EXITS) {
      b.append("\nBackfill exit\n");
      exits(BACKFILL_EXITS, s.bfExit());
    }
  }

  private void exits(String[] names, long[] counts) {
    for (int i = 0; i < counts.length; i++) {
      b.append('\t').append(i < names.length ? names[i] : "Unknown").append(':').append(padLeft(Long.toString(counts[i]), 2));
      b.append('\n');
    }
  }

  /** One line of a table of requests. {@code place}: where the answer has it. */
  private record Row(int place, long id, long count, long time) {
    long average() {
      return count == 0 ? 0 : Long.divideUnsigned(time, count);
    }
  }

  private static Comparator<Row> by(Order order) {
    return switch (order) {
      case ID -> (a, b) -> Long.compare(a.id, b.id);
      case TIME -> (a, b) -> Long.compareUnsigned(b.time, a.time);
      case AVERAGE -> (a, b) -> Long.compareUnsigned(b.average(), a.average());
      case COUNT -> (a, b) -> Long.compare(b.count, a.count);
    };
  }

  /** Rows in the order that a sort by exchanges leaves equals in, which is what Slurm's own does. */
  private static void sort(List<Row> rows, Order order) {
    Comparator<Row> comparator = by(order);
    for (int i = 0; i < rows.size(); i++) {
      for (int j = i + 1; j < rows.size(); j++) {
        if (comparator.compare(rows.get(i), rows.get(j)) > 0) {
          Row r = rows.get(i);
          rows.set(i, rows.get(j));
          rows.set(j, r);
        }
      }
    }
  }

  private void byType(Order order) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < Math.min(s.rpcTypeSize(), s.rpcTypeId().length); i++) {
      if (s.rpcTypeId()[i] != 0) {
        rows.add(new Row(i, s.rpcTypeId()[i], s.rpcTypeCnt()[i], s.rpcTypeTime()[i]));
      }
    }
    sort(rows, order);
    for (Row r : rows) {
      String time = Long.toUnsignedString(r.time);
      boolean queue = number >= FIRST_WITH_QUEUE && s.rpcQueueEnabled() != 0;
      request(r.id).append(" count:").append(pad(Long.toString(r.count), 6));
      b.append(" ave_time:").append(pad(Long.toUnsignedString(r.average()), 6)).append(" total_time:").append(queue ? pad(time, 12) : time);
      if (queue) {
        b.append(" queued:").append(pad(Integer.toString(s.rpcTypeQueued()[r.place]), 6));
        b.append(" cycle_last:").append(pad(Integer.toString(s.rpcTypeCycleLast()[r.place]), 6));
        b.append(" cycle_max:").append(pad(Integer.toString(s.rpcTypeCycleMax()[r.place]), 6));
        b.append(" dropped:").append(Long.toUnsignedString(s.rpcTypeDropped()[r.place]));
      }
      b.append('\n');
    }
  }

  private StringBuilder request(long id) {
    String name = MessageType.of((int) id).map(MessageType::name).orElse("UNKNOWN");
    return b.append('\t').append(pad(name, 40)).append('(').append(padLeft(Long.toString(id), 5)).append(')');
  }

  private void byUser(Order order) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < Math.min(s.rpcUserSize(), s.rpcUserId().length); i++) {
      long count = s.rpcUserCnt()[i];
      if (count > 0) {
        rows.add(new Row(i, s.rpcUserId()[i], count, s.rpcUserTime()[i]));
      }
    }
    sort(rows, order);
    for (Row r : rows) {
      String name = UserDatabase.userById(r.id).map(u -> u.name()).orElseGet(() -> Long.toString(r.id));
      b.append('\t').append(pad(name, 16)).append('(').append(padLeft(Long.toString(r.id), 8)).append(") count:");
      b.append(pad(Long.toString(r.count), 6)).append(" ave_time:").append(pad(Long.toUnsignedString(r.average()), 6));
      b.append(" total_time:").append(Long.toUnsignedString(r.time)).append('\n');
    }
  }

  private void pending() {
    b.append("\nPending RPC statistics\n");
    if (s.rpcQueueTypeId().length == 0) {
      b.append("\tNo pending RPCs\n");
      return;
    }
    for (int i = 0; i < s.rpcQueueTypeId().length; i++) {
      request(s.rpcQueueTypeId()[i]);
      b.append(" count:").append(pad(Long.toString(s.rpcQueueCount()[i]), 6)).append('\n');
    }
    b.append("\nPending RPCs\n");
    for (int i = 0; i < s.rpcDumpTypes().length; i++) {
      String name = MessageType.of((int) s.rpcDumpTypes()[i]).map(MessageType::name).orElse("UNKNOWN");
      b.append('\t').append(padLeft(Integer.toString(i + 1), 2)).append(": ").append(pad(name, 36)).append(' ');
      b.append(s.rpcDumpHostlist()[i]).append('\n');
    }
  }

  private String when(long seconds) {
    return clock.ctime(seconds) + " (" + seconds + ")\n";
  }

  private void line(String label, long value) {
    b.append(label).append(value).append('\n');
  }

  private static String pad(String text, int width) {
    return text.length() >= width ? text : text + " ".repeat(width - text.length());
  }

  private static String padLeft(String text, int width) {
    return text.length() >= width ? text : " ".repeat(width - text.length()) + text;
  }

  /** What {@code sdiag --help} prints: our own words. */
  static String help() {
    return """
        sdiag [OPTION]...
        What the controller has done since midnight or since it was reset.
          -a, --all               everything (so it is anyway)
          -r, --reset             begins to count anew (operators)
          -i, --sort-by-id        requests by their numbers
          -t, --sort-by-time      by the time they took together
          -T, --sort-by-time2     by the time that one took
          -V, --version           the version of Slurm that is spoken
              --help, --usage     this, or less
        """;
  }
}
