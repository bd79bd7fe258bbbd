package org.slurmctldj.client.squeue;

import org.slurmctldj.client.text.CpuFrequency;
import org.slurmctldj.client.text.Durations;
import org.slurmctldj.client.text.JobStates;
import org.slurmctldj.proto.slurm.JobStepInfo;
import org.slurmctldj.proto.wire.SlurmConstants;

/** The columns squeue can print about a job step. Observed on 22.05.8 and 24.11.5. */
enum StepField {
  ARRAY_JOB_ID("ARRAY_JOB_ID", 0, "arrayjobid"),
  ARRAY_TASK_ID("ARRAY_TASK_ID", 0, "arraytaskid"),
  CLUSTER("CLUSTER", 0, "cluster"),
  CONTAINER("CONTAINER", 0, "container"),
  CONTAINER_ID("CONTAINERID", 0, "containerid"),
  CPU_FREQ("CPU_FREQ", 0, "cpufreq"),
  CPUS_PER_TRES("CPUS_PER_TRES", 0, "cpus-per-tres"),
  JOB_ID("JOB_ID", 0, "jobid"),
  MEM_PER_TRES("MEM_PER_TRES", 0, "mem-per-tres"),
  NETWORK("NETWORK", 0, "network"),
  NODES("NODELIST", 'N', "nodes"),
  NUM_CPUS("NUM_CPUS", 0, "numcpus"),
  NUM_TASKS("TASKS", 'A', "numtasks"),
  PARTITION("PARTITION", 'P', "partition"),
  RESERVED_PORTS("RESERVED_PORTS", 0, "resvports"),
  START_TIME("START_TIME", 'S', "starttime"),
  STEP_ID("STEPID", 'i', "stepid"),
  STEP_NAME("NAME", 'j', "stepname"),
  STEP_STATE("STATE", 0, "stepstate"),
  TIME_LIMIT("TIME_LIMIT", 'l', "timelimit"),
  TIME_USED("TIME", 'M', "timeused"),
  TRES_BIND("TRES_BIND", 0, "tres-bind"),
  TRES_FREQ("TRES_FREQ", 0, "tres-freq"),
  TRES_PER_STEP("TRES_PER_STEP", 0, "tres-per-step", "tres-per-job"),
  /** The heading says job, the value is the step's per node: so it is in Slurm. */
  TRES_PER_NODE("TRES_PER_JOB", 'b', "tres-per-node", "gres"),
  TRES_PER_SOCKET("TRES_PER_SOCKET", 0, "tres-per-socket"),
  TRES_PER_TASK("TRES_PER_TASK", 0, "tres-per-task"),
  USER_ID("UID", 'U', "userid"),
  USER_NAME("USER", 'u', "username");

  final String heading;
  final char letter;
  final String[] names;

  StepField(String heading, int letter, String... names) {
    this.heading = heading;
    this.letter = (char) letter;
    this.names = names;
  }

  String of(JobStepInfo s, JobView v) {
    return switch (this) {
      case ARRAY_JOB_ID -> Long.toString(s.arrayJobId());
      case ARRAY_TASK_ID -> s.arrayTaskId() == SlurmConstants.NO_VAL ? "N/A" : Long.toString(s.arrayTaskId());
      case CLUSTER -> s.cluster();
      case CONTAINER -> s.container();
      case CONTAINER_ID -> s.containerId();
      case CPU_FREQ -> CpuFrequency.text(s.cpuFreqMin()) + "-" + CpuFrequency.text(s.cpuFreqMax()) + ":" + CpuFrequency.text(s.cpuFreqGov());
      case CPUS_PER_TRES -> s.cpusPerTres();
      case JOB_ID -> Long.toString(s.stepId().jobId());
      case MEM_PER_TRES -> s.memPerTres();
      case NETWORK -> s.network();
      case NODES -> v.nodes(s.nodes());
      case NUM_CPUS -> Long.toString(s.numCpus());
      case NUM_TASKS -> Long.toString(s.numTasks());
      case PARTITION -> s.partition();
      case RESERVED_PORTS -> s.resvPorts();
      case START_TIME -> v.time(s.startTime());
      case STEP_ID -> id(s);
      case STEP_NAME -> s.name();
      case STEP_STATE -> JobStates.name(s.state());
      case TIME_LIMIT ->
          s.timeLimit() == SlurmConstants.INFINITE ? "UNLIMITED" : Durations.seconds(s.timeLimit() * 60);
      case TIME_USED -> Durations.seconds(s.runTime());
      case TRES_BIND -> s.tresBind();
      case TRES_FREQ -> s.tresFreq();
      case TRES_PER_STEP -> s.tresPerStep();
      case TRES_PER_NODE -> s.tresPerNode();
      case TRES_PER_SOCKET -> s.tresPerSocket();
      case TRES_PER_TASK -> s.tresPerTask();
      case USER_ID -> Long.toString(s.userId());
      case USER_NAME -> v.userName(s.userId());
    };
  }

  /** 12.0, 12.batch, 12_3.0, 12.0+1. */
  static String id(JobStepInfo s) {
    String job = s.arrayJobId() != 0 ? s.arrayJobId() + "_" + s.arrayTaskId() : Long.toString(s.stepId().jobId());
    String het = s.stepId().stepHetComp() == SlurmConstants.NO_VAL ? "" : "+" + s.stepId().stepHetComp();
    long step = s.stepId().stepId();
    if (step == 0xfffffffbL) {
      return job + ".batch" + het;
    } else if (step == 0xfffffffcL) {
      return job + ".extern" + het;
    } else if (step == 0xfffffffaL) {
      return job + ".interactive" + het;
    } else if (step == 0xfffffffdL) {
      return job + ".TBD" + het;
    }
    return job + "." + step + het;
  }
}
