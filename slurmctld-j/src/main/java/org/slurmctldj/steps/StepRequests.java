package org.slurmctldj.steps;

import java.util.Optional;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.StepRecord;
import org.slurmctldj.proto.slurm.JobStepCreateRequest;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.handlers.LongTexts;

/** From srun's request for a step to the fields that core and lists know it by. */
final class StepRequests {
  static final int NOT_SUPPORTED = 2036;
  /** Of a step's creation, from 23.11 on. */
  private static final long EXTERNAL_LAUNCHER = 1 << 8;

  private StepRequests() {}

  /** A sentence that names what nothing here acts on. */
  static Optional<String> unsupported(JobStepCreateRequest q) {
    if (q.tresFreq() != null) {
      return Optional.of("--gpu-freq is not supported yet");
    }
    if (q.resvPortCnt() != SlurmConstants.NO_VAL16 && q.resvPortCnt() != 0) {
      return Optional.of("--resv-ports is not supported yet");
    }
    if (q.container() != null || q.containerId() != null) {
      return Optional.of("--container is not supported yet");
    }
    if (q.network() != null) {
      return Optional.of("--network is not supported yet");
    }
    if (q.launchParams() != null) {
      return Optional.of("--async is not supported yet");
    }
    return Optional.empty();
  }

  /**
   * The daemons of another launcher (mpirun): one on each node, with all that the job has there and beside whatever else runs in
   * it. How many there are, and what else srun's environment asks for, is the launcher's own affair.
   */
  static void asExternalLauncher(JobStepCreateRequest q) {
    q.flags(StepRecord.OVERLAP | StepRecord.WHOLE)
        .numTasks(q.minNodes())
        .cpuCount(0)
        .pnMinMemory(0)
        .threadsPerCore((int) SlurmConstants.NO_VAL16)
        .tresPerStep(null)
        .tresPerNode(null)
        .tresPerSocket(null)
        .tresPerTask(null)
        .tresBind(null)
        .cpusPerTres(null)
        .memPerTres(null);
  }

  static JobFields fields(JobStepCreateRequest q, Request r) {
    if ((q.flags() & EXTERNAL_LAUNCHER) != 0) {
      asExternalLauncher(q);
    }
    JobFields f =
        new JobFields()
            .text(JobField.NAME, q.name())
            .text(JobField.SUBMIT_LINE, shown(q.submitLine()))
            .text(JobField.REQ_NODES, q.nodeList())
            .text(JobField.EXC_NODES, q.excNodes())
            .text(JobField.FEATURES, q.features())
            .text(JobField.ALLOC_NODE, q.host())
            .text(JobField.RESP_HOST, r.peer().getAddress().getHostAddress())
            .text(JobField.WORK_DIR, q.cwd())
            .text(JobField.STD_IN, q.stdIn())
            .text(JobField.STD_OUT, q.stdOut())
            .text(JobField.STD_ERR, q.stdErr())
            .text(JobField.TRES_PER_JOB, q.tresPerStep())
            .text(JobField.TRES_PER_NODE, q.tresPerNode())
            .text(JobField.TRES_PER_SOCKET, q.tresPerSocket())
            .text(JobField.TRES_PER_TASK, q.tresPerTask())
            .text(JobField.TRES_BIND, q.tresBind())
            .text(JobField.CPUS_PER_TRES, q.cpusPerTres())
            .text(JobField.MEM_PER_TRES, q.memPerTres())
            .number(JobField.BITFLAGS, q.flags())
            .number(JobField.OTHER_PORT, q.port())
            .number(JobField.ALLOC_SID, q.srunPid())
            .number(JobField.START_PROTOCOL_VERSION, r.version() << 8);
    number(f, JobField.STEP_HET_COMP, q.stepId().stepHetComp(), SlurmConstants.NO_VAL);
    number(f, JobField.MIN_NODES, q.minNodes(), 0);
    number(f, JobField.MAX_NODES, q.maxNodes(), 0);
    number(f, JobField.MIN_CPUS, q.cpuCount(), 0);
    number(f, JobField.NUM_TASKS, q.numTasks(), SlurmConstants.NO_VAL);
    number(f, JobField.PN_MIN_MEMORY, q.pnMinMemory(), SlurmConstants.NO_VAL64);
    number(f, JobField.TIME_LIMIT, q.timeLimit(), 0);
    number(f, JobField.THREADS_PER_CORE, q.threadsPerCore(), SlurmConstants.NO_VAL16);
    number(f, JobField.RELATIVE, q.relative(), SlurmConstants.NO_VAL16);
    number(f, JobField.TASK_DIST, q.taskDist(), SlurmConstants.NO_VAL);
    number(f, JobField.PLANE_SIZE, q.planeSize(), SlurmConstants.NO_VAL16);
    number(f, JobField.CPU_FREQ_MIN, q.cpuFreqMin(), SlurmConstants.NO_VAL);
    number(f, JobField.CPU_FREQ_MAX, q.cpuFreqMax(), SlurmConstants.NO_VAL);
    number(f, JobField.CPU_FREQ_GOV, q.cpuFreqGov(), SlurmConstants.NO_VAL);
    return f;
  }

  /** It is only ever shown, and a job's record has that of each of its steps. */
  private static String shown(String submitLine) {
    return submitLine == null || submitLine.length() <= LongTexts.MOST_TEXT ? submitLine : submitLine.substring(0, LongTexts.MOST_TEXT);
  }

  private static void number(JobFields f, JobField field, long value, long unset) {
    if (value != unset) {
      f.number(field, value);
    }
  }
}
