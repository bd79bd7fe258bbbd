package org.slurmctldj.rpc.handlers;

import static org.slurmctldj.proto.wire.SlurmConstants.NO_VAL;
import static org.slurmctldj.proto.wire.SlurmConstants.NO_VAL16;
import static org.slurmctldj.proto.wire.SlurmConstants.NO_VAL64;
import static org.slurmctldj.proto.wire.SlurmConstants.NO_VAL8;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.proto.slurm.JobDescMsg;

/**
 * Every field of job_desc_msg, once: taken over into the job's request, refused by name while what it asks for is not
 * implemented, handled by the caller, or without effect here as in Slurm. A test holds the table against the
 * declaration, so that a field of a new release cannot be swallowed.
 */
final class JobDescTable {
  private static final int NOT_SUPPORTED = 2036;
  private static final int KILL_JOB_BATCH = 1;

  /** An unsupported field with a value: Slurm's error number and the sentence for the user. */
  record Refused(int error, String message) {}

  private interface Row {
    void take(JobDescMsg from, JobFields to);

    default Optional<Refused> refuse(JobDescMsg d) {
      return Optional.empty();
    }
  }

  private static final List<Row> ROWS = new ArrayList<>();
  private static final Set<String> NAMES = new HashSet<>();

  static {
    texts();
    numbers();
    unsupported();
    // The caller's: identity, script, environment, arguments, job ids.
    handled("step_id", "user_id", "group_id", "script", "environment", "argv", "spank_job_env", "job_id_str", "priority", "alloc_sid");
    // Answered by connections that batch jobs do not have, or set by the controller itself.
    handled("alloc_tls_cert", "select_plugin_id", "restart_cnt");
    // Of interactive jobs: AllocationHandlers takes them.
    handled("alloc_resp_port", "other_port", "immediate");
    // Cluster names are resolved by the client; this is the cluster that it found.
    handled("clusters", "origin_cluster");
  }

  /** The request's values, for submission and for update alike: only what is set. */
  static JobFields fields(JobDescMsg d) {
    JobFields f = new JobFields();
    for (Row row : ROWS) {
      row.take(d, f);
    }
    return f;
  }

  /** The first field that carries a value which nothing here acts on. */
  static Optional<Refused> refused(JobDescMsg d) {
    for (Row row : ROWS) {
      Optional<Refused> r = row.refuse(d);
      if (r.isPresent()) {
        return r;
      }
    }
    return Optional.empty();
  }

  /** Wire names that have a row. */
  static Set<String> names() {
    return Set.copyOf(NAMES);
  }

  private static void texts() {
    text("name", JobField.NAME, JobDescMsg::name);
    text("account", JobField.ACCOUNT, JobDescMsg::account);
    text("partition", JobField.PARTITION, JobDescMsg::partition);
    text("qos", JobField.QOS, JobDescMsg::qos);
    text("wckey", JobField.WCKEY, JobDescMsg::wckey);
    text("comment", JobField.COMMENT, JobDescMsg::comment);
    text("admin_comment", JobField.ADMIN_COMMENT, JobDescMsg::adminComment);
    text("extra", JobField.EXTRA, JobDescMsg::extra);
    text("work_dir", JobField.WORK_DIR, JobDescMsg::workDir);
    text("std_in", JobField.STD_IN, JobDescMsg::stdIn);
    text("std_out", JobField.STD_OUT, JobDescMsg::stdOut);
    text("std_err", JobField.STD_ERR, JobDescMsg::stdErr);
    text("alloc_node", JobField.ALLOC_NODE, JobDescMsg::allocNode);
    text("submit_line", JobField.SUBMIT_LINE, JobDescMsg::submitLine);
    text("mail_user", JobField.MAIL_USER, JobDescMsg::mailUser);
    text("licenses", JobField.LICENSES, JobDescMsg::licenses);
    text("dependency", JobField.DEPENDENCY, JobDescMsg::dependency);
    text("features", JobField.FEATURES, JobDescMsg::features);
    text("req_nodes", JobField.REQ_NODES, JobDescMsg::reqNodes);
    text("exc_nodes", JobField.EXC_NODES, JobDescMsg::excNodes);
    text("reservation", JobField.RESERVATION, JobDescMsg::reservation);
    text("resp_host", JobField.RESP_HOST, JobDescMsg::respHost);
    text("cpu_bind", JobField.CPU_BIND, JobDescMsg::cpuBind);
    text("mem_bind", JobField.MEM_BIND, JobDescMsg::memBind);
    text("cpus_per_tres", JobField.CPUS_PER_TRES, JobDescMsg::cpusPerTres);
    text("mem_per_tres", JobField.MEM_PER_TRES, JobDescMsg::memPerTres);
    text("tres_per_job", JobField.TRES_PER_JOB, JobDescMsg::tresPerJob);
    text("tres_per_node", JobField.TRES_PER_NODE, JobDescMsg::tresPerNode);
    text("tres_per_socket", JobField.TRES_PER_SOCKET, JobDescMsg::tresPerSocket);
    text("array_inx", JobField.ARRAY_SPEC, JobDescMsg::arrayInx);
    // 24.11 clients write --cpus-per-task here too, as "cpu=4".
    text("tres_per_task", JobField.TRES_PER_TASK, JobDescMsg::tresPerTask);
  }

  private static void numbers() {
    number("min_cpus", JobField.MIN_CPUS, NO_VAL, JobDescMsg::minCpus);
    number("max_cpus", JobField.MAX_CPUS, NO_VAL, JobDescMsg::maxCpus);
    number("min_nodes", JobField.MIN_NODES, NO_VAL, JobDescMsg::minNodes);
    number("max_nodes", JobField.MAX_NODES, NO_VAL, JobDescMsg::maxNodes);
    number("num_tasks", JobField.NUM_TASKS, NO_VAL, JobDescMsg::numTasks);
    number("cpus_per_task", JobField.CPUS_PER_TASK, NO_VAL16, d -> d.cpusPerTask());
    number("ntasks_per_node", JobField.NTASKS_PER_NODE, NO_VAL16, d -> d.ntasksPerNode());
    number("ntasks_per_core", JobField.NTASKS_PER_CORE, NO_VAL16, d -> d.ntasksPerCore());
    number("sockets_per_node", JobField.SOCKETS_PER_NODE, NO_VAL16, d -> d.socketsPerNode());
    number("cores_per_socket", JobField.CORES_PER_SOCKET, NO_VAL16, d -> d.coresPerSocket());
    number("threads_per_core", JobField.THREADS_PER_CORE, NO_VAL16, d -> d.threadsPerCore());
    number("pn_min_cpus", JobField.PN_MIN_CPUS, NO_VAL16, d -> d.pnMinCpus());
    number("pn_min_memory", JobField.PN_MIN_MEMORY, NO_VAL64, JobDescMsg::pnMinMemory);
    number("pn_min_tmp_disk", JobField.PN_MIN_TMP_DISK, NO_VAL, JobDescMsg::pnMinTmpDisk);
    number("shared", JobField.SHARED, NO_VAL16, d -> d.shared());
    number("overcommit", JobField.OVERCOMMIT, NO_VAL8, d -> d.overcommit());
    number("task_dist", JobField.TASK_DIST, NO_VAL, d -> d.taskDist() == 0x2000 ? NO_VAL : d.taskDist());
    number("plane_size", JobField.PLANE_SIZE, NO_VAL16, d -> d.planeSize());
    number("cpu_bind_type", JobField.CPU_BIND_TYPE, NO_VAL16, d -> zeroIs(d.cpuBindType(), NO_VAL16));
    number("mem_bind_type", JobField.MEM_BIND_TYPE, NO_VAL16, d -> zeroIs(d.memBindType(), NO_VAL16));
    number("req_switch", JobField.REQ_SWITCH, NO_VAL, JobDescMsg::reqSwitch);
    number("wait4switch", JobField.WAIT4SWITCH, NO_VAL, JobDescMsg::wait4switch);
    number("time_limit", JobField.TIME_LIMIT, NO_VAL, JobDescMsg::timeLimit);
    number("time_min", JobField.TIME_MIN, NO_VAL, JobDescMsg::timeMin);
    number("begin_time", JobField.BEGIN_TIME, 0, JobDescMsg::beginTime);
    number("deadline", JobField.DEADLINE, 0, JobDescMsg::deadline);
    number("nice", JobField.NICE, NO_VAL, JobDescMsg::nice);
    number("requeue", JobField.REQUEUE, NO_VAL16, d -> d.requeue());
    number("kill_on_node_fail", JobField.KILL_ON_NODE_FAIL, NO_VAL16, d -> d.killOnNodeFail());
    number("wait_all_nodes", JobField.WAIT_ALL_NODES, NO_VAL16, d -> d.waitAllNodes());
    number("delay_boot", JobField.DELAY_BOOT, NO_VAL, JobDescMsg::delayBoot);
    number("mail_type", JobField.MAIL_TYPE, NO_VAL16, d -> d.mailType());
    number("open_mode", JobField.OPEN_MODE, 0, d -> d.openMode());
    // bits of the request's kind: refused below where they ask for something
    number("bitflags", JobField.BITFLAGS, 0, JobDescMsg::bitflags);
  }

  /** What is stored by Slurm and acted on by parts that do not exist here yet. */
  private static void unsupported() {
    refuse("site_factor", NOT_SUPPORTED, NO_VAL, JobDescMsg::siteFactor);
    refuse("batch_features", 2114, JobDescMsg::batchFeatures);
    refuse("cluster_features", 7102, JobDescMsg::clusterFeatures);
    number("contiguous", JobField.CONTIGUOUS, NO_VAL16, d -> zeroIs(d.contiguous(), NO_VAL16));
    refuse("container", 10000, JobDescMsg::container);
    refuse("container_id", 10000, JobDescMsg::containerId);
    refuse("container_type", 10000, JobDescMsg::containerType);
    refuse("core_spec", 2111, NO_VAL16, d -> d.coreSpec());
    refuse("fed_siblings_active", NOT_SUPPORTED, 0, JobDescMsg::fedSiblingsActive);
    refuse("fed_siblings_viable", NOT_SUPPORTED, 0, JobDescMsg::fedSiblingsViable);
    refuse("burst_buffer", 2094, JobDescMsg::burstBuffer);
    refuse("mem_update_delay", NOT_SUPPORTED, NO_VAL16, d -> zeroIs(d.memUpdateDelay(), NO_VAL16));
    refuse("mem_update_margin", NOT_SUPPORTED, NO_VAL16, d -> zeroIs(d.memUpdateMargin(), NO_VAL16));
    refuse("oom_kill_step", NOT_SUPPORTED, NO_VAL16, d -> zeroIs(d.oomKillStep(), NO_VAL16));
    refuse("power_flags", NOT_SUPPORTED, 0, d -> zeroIs(d.powerFlags(), 0));
    refuse("prefer", 2133, JobDescMsg::prefer);
    refuse("mcs_label", 2099, JobDescMsg::mcsLabel);
    refuse("req_context", NOT_SUPPORTED, JobDescMsg::reqContext);
    refuse("reboot", NOT_SUPPORTED, NO_VAL16, d -> zeroIs(d.reboot(), NO_VAL16));
    refuse("ntasks_per_board", NOT_SUPPORTED, NO_VAL16, d -> zeroIs(d.ntasksPerBoard(), NO_VAL16));
    number("ntasks_per_socket", JobField.NTASKS_PER_SOCKET, NO_VAL16, d -> infiniteIs(zeroIs(d.ntasksPerSocket(), NO_VAL16), NO_VAL16));
    number("ntasks_per_tres", JobField.NTASKS_PER_TRES, NO_VAL16, d -> zeroIs(d.ntasksPerTres(), NO_VAL16));
    refuse("boards_per_node", NOT_SUPPORTED, NO_VAL16, d -> zeroIs(d.boardsPerNode(), NO_VAL16));
    refuse("sockets_per_board", NOT_SUPPORTED, NO_VAL16, d -> zeroIs(d.socketsPerBoard(), NO_VAL16));
    refuse("resv_port_cnt", NOT_SUPPORTED, NO_VAL16, d -> zeroIs(d.resvPortCnt(), NO_VAL16));
    refuse("end_time", NOT_SUPPORTED, 0, JobDescMsg::endTime);
    // --signal=R: is for reservations, which do not exist here.
    refuse("warn_flags", NOT_SUPPORTED, 0, d -> d.warnFlags() & ~KILL_JOB_BATCH);
    number("warn_signal", JobField.WARN_SIGNAL, 0, JobDescMsg::warnSignal);
    number("warn_time", JobField.WARN_TIME, 0, JobDescMsg::warnTime);
    ROWS.add(
        (from, to) -> {
          if (from.warnFlags() != 0) {
            to.number(JobField.WARN_FLAGS, from.warnFlags() & KILL_JOB_BATCH);
          }
        });
    refuse("network", NOT_SUPPORTED, JobDescMsg::network);
    refuse("acctg_freq", NOT_SUPPORTED, JobDescMsg::acctgFreq);
    refuse("cpu_freq_min", NOT_SUPPORTED, NO_VAL, d -> zeroIs(d.cpuFreqMin(), NO_VAL));
    refuse("cpu_freq_max", NOT_SUPPORTED, NO_VAL, d -> zeroIs(d.cpuFreqMax(), NO_VAL));
    refuse("cpu_freq_gov", NOT_SUPPORTED, NO_VAL, d -> zeroIs(d.cpuFreqGov(), NO_VAL));
    refuse("profile", NOT_SUPPORTED, 0, d -> d.profile() == NO_VAL ? 0 : d.profile());
    refuse("x11", 2112, 0, d -> d.x11());
    name("x11_magic_cookie");
    name("x11_target");
    name("x11_target_port");
    text("tres_bind", JobField.TRES_BIND, JobDescMsg::tresBind);
    refuse("tres_freq", 2072, JobDescMsg::tresFreq);
    refuse("job_size_str", 2006, JobDescMsg::jobSizeStr);
    refuse("segment_size", NOT_SUPPORTED, NO_VAL16, d -> zeroIs(d.segmentSize(), NO_VAL16));
    name("crontab_entry");
    ROWS.add(
        new Row() {
          @Override
          public void take(JobDescMsg from, JobFields to) {}

          @Override
          public Optional<Refused> refuse(JobDescMsg d) {
            if (d.mailType() != NO_VAL16 && (d.mailType() & MAIL_NOT_SENT) != 0) {
              return Optional.of(new Refused(NOT_SUPPORTED, "--mail-type=ARRAY_TASKS is not supported yet"));
            }
            if (d.crontabEntry() != null) {
              return refusal("crontab_entry", 2037);
            }
            if (d.shared() != NO_VAL16 && d.shared() > 1) {
              return Optional.of(new Refused(NOT_SUPPORTED, "--exclusive=" + EXCLUSIVE[Math.min(d.shared(), 4) - 2] + " is not supported yet"));
            }
            if ((d.bitflags() & GRES_ENFORCE_BIND) != 0 && asksForGres(d)) {
              return Optional.of(new Refused(NOT_SUPPORTED, "--gres-flags=enforce-binding is not supported yet"));
            }
            for (int bit : UNSUPPORTED_FLAGS.keySet()) {
              if ((d.bitflags() >>> bit & 1) != 0) {
                return Optional.of(new Refused(NOT_SUPPORTED, UNSUPPORTED_FLAGS.get(bit) + " is not supported yet"));
              }
            }
            return Optional.empty();
          }
        });
  }

  /**
   * --gres-flags=enforce-binding: only cores that gres.conf's Cores= names beside the chosen devices. Cores are chosen
   * without them here; a job without generic resources has nothing to bind. GRES_DISABLE_BIND asks for what is done anyway.
   */
  private static final long GRES_ENFORCE_BIND = 1 << 4;

  private static boolean asksForGres(JobDescMsg d) {
    return Stream.of(d.tresPerJob(), d.tresPerNode(), d.tresPerSocket(), d.tresPerTask())
        .anyMatch(t -> t != null && t.contains("gres"));
  }

  /** ARRAY_TASKS: JobMail does not tell arrays from their tasks. */
  private static final int MAIL_NOT_SENT = 1 << 9;

  private static final String[] EXCLUSIVE = {"user", "mcs", "topo"};

  /** Bits of job_desc.bitflags that ask for something the planners do not do. */
  private static final java.util.Map<Integer, String> UNSUPPORTED_FLAGS =
      java.util.Map.of(
          8, "--spread-job",
          22, "a crontab job",
          41, "--stepmgr",
          43, "--spread-segments",
          44, "--consolidate-segments");

  private static long zeroIs(long value, long unset) {
    return value == 0 ? unset : value;
  }

  private static long infiniteIs(long value, long unset) {
    return value == 0xffff ? unset : value;
  }

  // ---- kinds of rows

  private static void name(String wireName) {
    if (!NAMES.add(wireName)) {
      throw new ExceptionInInitializerError("two rows for " + wireName);
    }
  }

  private static void handled(String... wireNames) {
    for (String n : wireNames) {
      name(n);
    }
  }

  private static void text(String wireName, JobField field, Function<JobDescMsg, String> of) {
    name(wireName);
    ROWS.add(
        (d, to) -> {
          String value = of.apply(d);
          if (value != null) {
            to.text(field, value);
          }
        });
  }

  private static void number(String wireName, JobField field, long unset, ToLongFunction<JobDescMsg> of) {
    name(wireName);
    ROWS.add(
        (d, to) -> {
          long value = of.applyAsLong(d);
          if (value != unset) {
            to.number(field, value);
          }
        });
  }

  private static void refuse(String wireName, int error, long unset, ToLongFunction<JobDescMsg> of) {
    refuseIf(wireName, error, d -> of.applyAsLong(d) != unset);
  }

  private static void refuse(String wireName, int error, Function<JobDescMsg, String> of) {
    refuseIf(wireName, error, d -> of.apply(d) != null && !of.apply(d).isEmpty());
  }

  private static void refuseIf(String wireName, int error, java.util.function.Predicate<JobDescMsg> set) {
    name(wireName);
    ROWS.add(
        new Row() {
          @Override
          public void take(JobDescMsg from, JobFields to) {}

          @Override
          public Optional<Refused> refuse(JobDescMsg d) {
            return set.test(d) ? refusal(wireName, error) : Optional.empty();
          }
        });
  }

  private static Optional<Refused> refusal(String wireName, int error) {
    return Optional.of(new Refused(error, "job option '" + wireName + "' is not supported by slurmctld-j yet"));
  }

  private JobDescTable() {}
}
