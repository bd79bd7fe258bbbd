package org.slurmctldj.client.scontrol;

import org.slurmctldj.client.text.Durations;
import org.slurmctldj.client.text.JobStates;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.proto.slurm.JobStepInfo;
import org.slurmctldj.proto.wire.SlurmConstants;

/** One record of {@code scontrol show step}. */
final class StepText {
  private static final String[] LEVELS = {"", "Cyclic", "Block", "Arbitrary", "Plane"};
  private static final String[] INNER = {"", "Cyclic", "Block", "CFull"};

  private final JobStepInfo s;
  private final boolean old;
  private final String separator;
  private final boolean oneLine;
  private final LocalTime clock;

  StepText(JobStepInfo step, boolean old, boolean oneLine, LocalTime clock) {
    this.s = step;
    this.old = old;
    this.oneLine = oneLine;
    this.separator = oneLine ? " " : "\n   ";
    this.clock = clock;
  }

  String text() {
    StringBuilder b = new StringBuilder("StepId=").append(id());
    b.append(" UserId=").append(s.userId()).append(" StartTime=").append(clock.text(s.startTime(), 256)).append(" TimeLimit=");
    b.append(s.timeLimit() == SlurmConstants.INFINITE ? "UNLIMITED" : Durations.clock(s.timeLimit() * 60));
    b.append(separator).append("State=").append(JobStates.name(s.state())).append(" Partition=").append(s.partition());
    b.append(" NodeList=").append(s.nodes());
    long nodes = org.slurmctldj.client.text.HostNames.count(s.nodes() == null ? "" : s.nodes());
    b.append(separator).append("Nodes=").append(nodes).append(" CPUs=").append(s.numCpus()).append(" Tasks=").append(s.numTasks());
    b.append(" Name=").append(s.name()).append(" Network=").append(text(s.network()));
    b.append(separator).append("TRES=").append(text(s.tresAllocStr()));
    b.append(separator).append("ResvPorts=").append(text(s.resvPorts()));
    b.append(separator).append("CPUFreqReq=").append(frequency());
    if (s.taskDist() != 0 && s.taskDist() != 0x2000) {
      b.append(" Dist=").append(distribution());
    }
    b.append(separator).append("SrunHost:Pid=").append(text(s.srunHost())).append(':').append(s.srunPid());
    tres(b, "CpusPerTres", s.cpusPerTres());
    tres(b, "MemPerTres", s.memPerTres());
    tres(b, "TresBind", s.tresBind());
    tres(b, "TresFreq", s.tresFreq());
    tres(b, "TresPerStep", s.tresPerStep());
    tres(b, "TresPerNode", s.tresPerNode());
    tres(b, "TresPerSocket", s.tresPerSocket());
    tres(b, "TresPerTask", s.tresPerTask());
    tres(b, "Container", s.container());
    if (!old) {
      tres(b, "ContainerID", s.containerId());
    }
    return b.append(oneLine ? "\n" : "\n\n").toString();
  }

  private void tres(StringBuilder b, String key, String value) {
    if (value != null && !value.isEmpty()) {
      b.append(separator).append(key).append('=').append(value);
    }
  }

  private String id() {
    long step = s.stepId().stepId();
    String name =
        switch ((int) step) {
          case (int) SlurmConstants.BATCH_STEP -> "batch";
          case (int) SlurmConstants.EXTERN_STEP -> "extern";
          case (int) SlurmConstants.INTERACTIVE_STEP -> "interactive";
          default -> step == SlurmConstants.NO_VAL ? "TBD" : Long.toString(step);
        };
    String het = s.stepId().stepHetComp() == SlurmConstants.NO_VAL ? "" : "+" + s.stepId().stepHetComp();
    return s.arrayJobId() != 0
        ? s.arrayJobId() + "_" + s.arrayTaskId() + "." + name + het
        : s.stepId().jobId() + "." + name + het;
  }

  private String frequency() {
    boolean none = s.cpuFreqMin() == SlurmConstants.NO_VAL && s.cpuFreqMax() == SlurmConstants.NO_VAL;
    if ((none || s.cpuFreqMax() == 0) && (s.cpuFreqGov() == SlurmConstants.NO_VAL || s.cpuFreqGov() == 0)) {
      return "Default";
    }
    return s.cpuFreqMin() == SlurmConstants.NO_VAL ? Long.toString(s.cpuFreqMax()) : s.cpuFreqMin() + "-" + s.cpuFreqMax();
  }

  private String distribution() {
    int d = (int) s.taskDist();
    StringBuilder b = new StringBuilder(LEVELS[Math.min(d & 0xf, LEVELS.length - 1)]);
    if ((d >> 4 & 3) != 0) {
      b.append(':').append(INNER[d >> 4 & 3]);
    }
    if ((d >> 8 & 3) != 0) {
      b.append(':').append(INNER[d >> 8 & 3]);
    }
    return b.toString();
  }

  private static String text(String value) {
    return value == null ? "(null)" : value;
  }
}
