package org.slurmctldj.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.slurmctldj.proto.conf.ConfFile;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.slurm.ConfigKeyPair;

/**
 * What {@code scontrol show config} prints as "Cgroup Support Configuration": cgroup.conf beside
 * slurm.conf with the reader's release's keys and defaults. Only where slurm.conf names a cgroup
 * plugin; it decides nothing here, the agent reads its own file.
 */
final class CgroupConfView {
  private static final int V23_02 = 39;
  private static final int V23_11 = 40;
  private static final int V24_05 = 41;

  private final Map<String, String> set;
  private final List<ConfigKeyPair> pairs = new ArrayList<>();

  private CgroupConfView(Map<String, String> set) {
    this.set = set;
  }

  /** Null if no cgroup plugin is in use. */
  static List<ConfigKeyPair> of(ControllerConf conf, int version) {
    return uses(conf.slurm()) ? new CgroupConfView(conf.cgroup()).pairs(version) : null;
  }

  private static boolean uses(SlurmConf conf) {
    return conf.text("ProctrackType", "proctrack/cgroup").endsWith("cgroup")
        || conf.text("TaskPlugin", "").contains("cgroup")
        || conf.text("JobAcctGatherType", "").endsWith("cgroup");
  }

  /**
   * cgroup.conf beside slurm.conf, empty if there is none or it is not asked for. Read when slurm.conf is;
   * a {@link org.slurmctldj.proto.conf.ConfException} if it cannot be used.
   */
  static Map<String, String> read(SlurmConf conf) {
    Map<String, String> set = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    Path file = Path.of(conf.path()).resolveSibling("cgroup.conf");
    if (uses(conf) && Files.isReadable(file)) {
      for (ConfFile.Line line : ConfFile.read(file).lines()) {
        set.put(line.first().key(), line.first().value());
      }
    }
    return set;
  }

  private List<ConfigKeyPair> pairs(int v) {
    addIf(v < V23_11, "AllowedKmemSpace", set.get("AllowedKmemSpace"));
    percent("AllowedRAMSpace", 100);
    percent("AllowedSwapSpace", 0);
    addIf(v < V23_11, "CgroupAutomount", yesNo("CgroupAutomount"));
    addIf(v >= 45, "CgroupJobIdPaths", yesNo("CgroupJobIdPaths"));
    addIf(true, "CgroupMountpoint", set.getOrDefault("CgroupMountpoint", "/sys/fs/cgroup"));
    addIf(true, "CgroupPlugin", set.getOrDefault("CgroupPlugin", v < V23_02 ? null : "autodetect"));
    addIf(v >= 44, "CgroupSlice", set.getOrDefault("CgroupSlice", "(null)"));
    addIf(true, "ConstrainCores", yesNo("ConstrainCores"));
    addIf(true, "ConstrainDevices", yesNo("ConstrainDevices"));
    addIf(v < V23_11, "ConstrainKmemSpace", yesNo("ConstrainKmemSpace"));
    addIf(true, "ConstrainRAMSpace", yesNo("ConstrainRAMSpace"));
    addIf(true, "ConstrainSwapSpace", yesNo("ConstrainSwapSpace"));
    addIf(v >= V23_02, "EnableControllers", yesNo("EnableControllers"));
    addIf(v >= 43, "EnableExtraControllers", set.getOrDefault("EnableExtraControllers", "(null)"));
    addIf(true, "IgnoreSystemd", yesNo("IgnoreSystemd"));
    addIf(true, "IgnoreSystemdOnFailure", yesNo("IgnoreSystemdOnFailure"));
    if (v < V23_11) {
      percent("MaxKmemPercent", 100);
    }
    percent("MaxRAMPercent", 100);
    percent("MaxSwapPercent", 100);
    addIf(true, "MemorySwappiness", set.getOrDefault("MemorySwappiness", v < V23_02 ? null : "(null)"));
    String unit = v < V24_05 ? " MB" : "MB";
    addIf(v < V23_11, "MinKmemSpace", set.getOrDefault("MinKmemSpace", "30") + unit);
    addIf(true, "MinRAMSpace", set.getOrDefault("MinRAMSpace", "30") + unit);
    addIf(v >= V24_05, "SystemdTimeout", set.getOrDefault("SystemdTimeout", "1000") + " ms");
    return pairs;
  }

  private void addIf(boolean has, String name, String value) {
    if (has) {
      pairs.add(new ConfigKeyPair().name(name).value(value));
    }
  }

  private void percent(String key, double otherwise) {
    String text = set.get(key);
    double value = otherwise;
    if (text != null) {
      try {
        value = Double.parseDouble(text);
      } catch (NumberFormatException e) {
        // slurmd of that node refuses it; here it is only shown
      }
    }
    addIf(true, key, String.format(Locale.ROOT, "%.1f%%", value));
  }

  private String yesNo(String key) {
    String text = set.getOrDefault(key, "no").toLowerCase(Locale.ROOT);
    return text.equals("yes") || text.equals("true") || text.equals("up") || text.equals("1") ? "yes" : "no";
  }
}
