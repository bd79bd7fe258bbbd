package org.slurmctldj.client.sstat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.slurmctldj.client.text.CpuFrequency;
import org.slurmctldj.client.text.Durations;
import org.slurmctldj.client.text.Units;

/** The columns of sstat. Observed on 22.05.8 and 24.11.5. Widths are characters, below 0: from the left. */
enum StatField {
  AVE_CPU("AveCPU", 10),
  AVE_CPU_FREQ("AveCPUFreq", 10),
  AVE_DISK_READ("AveDiskRead", 12),
  AVE_DISK_WRITE("AveDiskWrite", 12),
  AVE_PAGES("AvePages", 10),
  AVE_RSS("AveRSS", 10),
  AVE_VM_SIZE("AveVMSize", 10),
  CONSUMED_ENERGY("ConsumedEnergy", 14),
  CONSUMED_ENERGY_RAW("ConsumedEnergyRaw", 17),
  JOB_ID("JobID", -12),
  MAX_DISK_READ("MaxDiskRead", 12),
  MAX_DISK_READ_NODE("MaxDiskReadNode", 15),
  MAX_DISK_READ_TASK("MaxDiskReadTask", 15),
  MAX_DISK_WRITE("MaxDiskWrite", 12),
  MAX_DISK_WRITE_NODE("MaxDiskWriteNode", 16),
  MAX_DISK_WRITE_TASK("MaxDiskWriteTask", 16),
  MAX_PAGES("MaxPages", 8),
  MAX_PAGES_NODE("MaxPagesNode", 12),
  MAX_PAGES_TASK("MaxPagesTask", 14),
  MAX_RSS("MaxRSS", 10),
  MAX_RSS_NODE("MaxRSSNode", 10),
  MAX_RSS_TASK("MaxRSSTask", 10),
  MAX_VM_SIZE("MaxVMSize", 10),
  MAX_VM_SIZE_NODE("MaxVMSizeNode", 14),
  MAX_VM_SIZE_TASK("MaxVMSizeTask", 14),
  MIN_CPU("MinCPU", 10),
  MIN_CPU_NODE("MinCPUNode", 10),
  MIN_CPU_TASK("MinCPUTask", 10),
  NODELIST("Nodelist", 20),
  NTASKS("NTasks", 8),
  PIDS("Pids", 20),
  REQ_CPU_FREQ("ReqCPUFreq", 10),
  REQ_CPU_FREQ_MIN("ReqCPUFreqMin", 13),
  REQ_CPU_FREQ_MAX("ReqCPUFreqMax", 13),
  REQ_CPU_FREQ_GOV("ReqCPUFreqGov", 13),
  IN_AVE("TRESUsageInAve", 14),
  IN_MAX("TRESUsageInMax", 14),
  IN_MAX_NODE("TRESUsageInMaxNode", 18),
  IN_MAX_TASK("TRESUsageInMaxTask", 18),
  IN_MIN("TRESUsageInMin", 14),
  IN_MIN_NODE("TRESUsageInMinNode", 18),
  IN_MIN_TASK("TRESUsageInMinTask", 18),
  IN_TOT("TRESUsageInTot", 14),
  OUT_AVE("TRESUsageOutAve", 15),
  OUT_MAX("TRESUsageOutMax", 15),
  OUT_MAX_NODE("TRESUsageOutMaxNode", 19),
  OUT_MAX_TASK("TRESUsageOutMaxTask", 19),
  OUT_MIN("TRESUsageOutMin", 15),
  OUT_MIN_NODE("TRESUsageOutMinNode", 19),
  OUT_MIN_TASK("TRESUsageOutMinTask", 19),
  OUT_TOT("TRESUsageOutTot", 15);

  final String heading;
  final int width;

  StatField(String heading, int width) {
    this.heading = heading;
    this.width = width;
  }

  /** What sstat shows unless -o says otherwise. */
  static final String DEFAULT =
      "jobid,maxvmsize,maxvmsizenode,maxvmsizetask,avevmsize,maxrss,maxrssnode,maxrsstask,averss,maxpages,maxpagesnode,maxpagestask,"
          + "avepages,mincpu,mincpunode,mincputask,avecpu,ntasks,avecpufreq,reqcpufreqmin,reqcpufreqmax,reqcpufreqgov,consumedenergy,"
          + "maxdiskread,maxdiskreadnode,maxdiskreadtask,avediskread,maxdiskwrite,maxdiskwritenode,maxdiskwritetask,avediskwrite,"
          + "tresusageinave,tresusageinmax,tresusageinmaxnode,tresusageinmaxtask,tresusageinmin,tresusageinminnode,tresusageinmintask,"
          + "tresusageintot,tresusageoutave,tresusageoutmax,tresusageoutmaxnode,tresusageoutmaxtask,tresusageoutmin,"
          + "tresusageoutminnode,tresusageoutmintask,tresusageouttot";

  static final String PIDS_OF_NODES = "jobid,nodelist,pids";

  /** The field that begins like that, or null. */
  static StatField of(String name) {
    for (StatField f : values()) {
      if (f.heading.regionMatches(true, 0, name, 0, Math.max(name.length(), 1))) {
        return f;
      }
    }
    return null;
  }

  String text(StatRow row) {
    StepUsage u = row.usage();
    return switch (this) {
      case JOB_ID -> row.id();
      case NODELIST -> row.nodeList();
      case NTASKS -> Long.toString(u.tasks);
      case PIDS -> u.pids.stream().flatMapToLong(LongStream::of).mapToObj(Long::toString).collect(Collectors.joining(","));
      case AVE_CPU_FREQ -> frequency(u.tasks == 0 ? 0 : (double) u.cpuFrequency / u.tasks, row.units());
      case CONSUMED_ENERGY -> Units.format(u.energy, Units.NONE, row.units());
      case CONSUMED_ENERGY_RAW -> Long.toString(u.energy);
      case REQ_CPU_FREQ, REQ_CPU_FREQ_MIN -> CpuFrequency.text(row.freqMin());
      case REQ_CPU_FREQ_MAX -> CpuFrequency.text(row.freqMax());
      case REQ_CPU_FREQ_GOV -> CpuFrequency.text(row.freqGov());
      case AVE_CPU -> average(row, u.in, StepUsage.CPU);
      case AVE_DISK_READ -> average(row, u.in, StepUsage.FS_DISK);
      case AVE_DISK_WRITE -> average(row, u.out, StepUsage.FS_DISK);
      case AVE_PAGES -> average(row, u.in, StepUsage.PAGES);
      case AVE_RSS -> average(row, u.in, StepUsage.MEM);
      case AVE_VM_SIZE -> average(row, u.in, StepUsage.VMEM);
      case MAX_DISK_READ -> amount(row, StepUsage.FS_DISK, u.in.value(StepUsage.FS_DISK, StepUsage.MAX));
      case MAX_DISK_READ_NODE -> node(row, u.in.value(StepUsage.FS_DISK, StepUsage.MAX_NODE));
      case MAX_DISK_READ_TASK -> task(u.in.value(StepUsage.FS_DISK, StepUsage.MAX_TASK));
      case MAX_DISK_WRITE -> amount(row, StepUsage.FS_DISK, u.out.value(StepUsage.FS_DISK, StepUsage.MAX));
      case MAX_DISK_WRITE_NODE -> node(row, u.out.value(StepUsage.FS_DISK, StepUsage.MAX_NODE));
      case MAX_DISK_WRITE_TASK -> task(u.out.value(StepUsage.FS_DISK, StepUsage.MAX_TASK));
      case MAX_PAGES -> amount(row, StepUsage.PAGES, u.in.value(StepUsage.PAGES, StepUsage.MAX));
      case MAX_PAGES_NODE -> node(row, u.in.value(StepUsage.PAGES, StepUsage.MAX_NODE));
      case MAX_PAGES_TASK -> task(u.in.value(StepUsage.PAGES, StepUsage.MAX_TASK));
      case MAX_RSS -> amount(row, StepUsage.MEM, u.in.value(StepUsage.MEM, StepUsage.MAX));
      case MAX_RSS_NODE -> node(row, u.in.value(StepUsage.MEM, StepUsage.MAX_NODE));
      case MAX_RSS_TASK -> task(u.in.value(StepUsage.MEM, StepUsage.MAX_TASK));
      case MAX_VM_SIZE -> amount(row, StepUsage.VMEM, u.in.value(StepUsage.VMEM, StepUsage.MAX));
      case MAX_VM_SIZE_NODE -> node(row, u.in.value(StepUsage.VMEM, StepUsage.MAX_NODE));
      case MAX_VM_SIZE_TASK -> task(u.in.value(StepUsage.VMEM, StepUsage.MAX_TASK));
      case MIN_CPU -> amount(row, StepUsage.CPU, u.in.value(StepUsage.CPU, StepUsage.MIN));
      case MIN_CPU_NODE -> node(row, u.in.value(StepUsage.CPU, StepUsage.MIN_NODE));
      case MIN_CPU_TASK -> task(u.in.value(StepUsage.CPU, StepUsage.MIN_TASK));
      case IN_AVE -> averages(row, u.in);
      case IN_MAX -> amounts(row, u.in, StepUsage.MAX);
      case IN_MAX_NODE -> nodes(row, u.in, StepUsage.MAX_NODE);
      case IN_MAX_TASK -> amounts(row, u.in, StepUsage.MAX_TASK);
      case IN_MIN -> amounts(row, u.in, StepUsage.MIN);
      case IN_MIN_NODE -> nodes(row, u.in, StepUsage.MIN_NODE);
      case IN_MIN_TASK -> amounts(row, u.in, StepUsage.MIN_TASK);
      case IN_TOT -> amounts(row, u.in, StepUsage.TOTAL);
      case OUT_AVE -> averages(row, u.out);
      case OUT_MAX -> amounts(row, u.out, StepUsage.MAX);
      case OUT_MAX_NODE -> nodes(row, u.out, StepUsage.MAX_NODE);
      case OUT_MAX_TASK -> amounts(row, u.out, StepUsage.MAX_TASK);
      case OUT_MIN -> amounts(row, u.out, StepUsage.MIN);
      case OUT_MIN_NODE -> nodes(row, u.out, StepUsage.MIN_NODE);
      case OUT_MIN_TASK -> amounts(row, u.out, StepUsage.MIN_TASK);
      case OUT_TOT -> amounts(row, u.out, StepUsage.TOTAL);
    };
  }

  /** Times are kept in milliseconds, memory and files in bytes. */
  private static String amount(StatRow row, int tres, long value) {
    if (!StepUsage.known(value)) {
      return "";
    }
    return tres == StepUsage.CPU ? Durations.clock(value / 1000) : Units.format(value, Units.NONE, row.units());
  }

  private static String average(StatRow row, StepUsage.Direction d, int tres) {
    long total = d.value(tres, StepUsage.TOTAL);
    return amount(row, tres, !StepUsage.known(total) ? total : total / Math.max(1, row.usage().tasks));
  }

  private static String node(StatRow row, long index) {
    return StepUsage.known(index) && index >= 0 && index < row.nodes().size() ? row.nodes().get((int) index) : "";
  }

  private static String task(long task) {
    return StepUsage.known(task) ? Long.toString(task) : "";
  }

  private static String averages(StatRow row, StepUsage.Direction d) {
    return list(row, d, StepUsage.TOTAL, tres -> average(row, d, (int) tres));
  }

  /** Slurm shows numbers of tasks in this list as it shows amounts: that of cpu as a time. */
  private static String amounts(StatRow row, StepUsage.Direction d, int which) {
    return list(row, d, which, tres -> amount(row, (int) tres, d.value((int) tres, which)));
  }

  private static String nodes(StatRow row, StepUsage.Direction d, int which) {
    return list(row, d, which, tres -> node(row, d.value((int) tres, which)));
  }

  private static String list(StatRow row, StepUsage.Direction d, int which, LongFunction<String> text) {
    List<String> words = new ArrayList<>();
    for (int tres : d.byTres.keySet()) {
      if (StepUsage.known(d.value(tres, which))) {
        words.add(row.usage().name(tres) + "=" + text.apply(tres));
      }
    }
    words.sort(null);
    return String.join(",", words);
  }

  /** kHz, in steps of a thousand. */
  private static String frequency(double kilohertz, Units.Style style) {
    if (kilohertz == 0) {
      return "0";
    }
    double n = kilohertz;
    int unit = 0;
    while (style != Units.Style.RAW && n >= 1000 && unit < 2) {
      n /= 1000;
      unit++;
    }
    return (n == Math.rint(n) ? Long.toString((long) n) : Units.twoDecimals(n)) + "KMG".charAt(unit);
  }
}
