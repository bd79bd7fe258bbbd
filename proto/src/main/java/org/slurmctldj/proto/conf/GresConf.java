package org.slurmctldj.proto.conf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.text.HostlistException;

/**
 * gres.conf as a node daemon reads it for its own node: which devices stand behind the Gres= of slurm.conf. Words of
 * refusals are those of slurmd 22.05.8 ({@code slurmd -G}), but for what is not done here, which is refused by its name.
 * Immutable.
 */
public final class GresConf {
  /** Where a vendor's library looks for the numbers of the GPUs that it may use; all of them where Flags names none. */
  public enum Vendor {
    NVIDIA("nvidia_gpu_env", "CUDA_VISIBLE_DEVICES"),
    AMD("amd_gpu_env", "ROCR_VISIBLE_DEVICES"),
    INTEL("intel_gpu_env", "ZE_AFFINITY_MASK"),
    OPENCL("opencl_env", "GPU_DEVICE_ORDINAL");

    private final String flag;
    private final String variable;

    Vendor(String flag, String variable) {
      this.flag = flag;
      this.variable = variable;
    }

    public String variable() {
      return variable;
    }
  }

  /**
   * One line, or the rest of a Gres= that no line speaks of.
   *
   * @param type null where none is named
   * @param files device files in the line's order; empty: only counted
   * @param vendors of GPUs
   */
  public record Entry(String name, String type, long count, List<String> files, Set<Vendor> vendors) {
    public Entry {
      files = List.copyOf(files);
    }
  }

  private static final Set<String> KEYS =
      Set.of("autodetect", "count", "cpus", "cores", "file", "flags", "link", "links", "multiplefiles", "name", "nodename", "type");
  private static final Set<Vendor> ALL = Set.of(Vendor.values());

  private final List<Entry> entries;

  private GresConf(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /** What is there without any gres.conf. */
  public static GresConf none() {
    return new GresConf(List.of());
  }

  /**
   * The file beside slurm.conf as far as it is about that node; {@link #none} where there is no file.
   *
   * @param known GresTypes: lines of other kinds are left out, as by slurmd
   * @throws ConfException in slurmd's words where it would stop
   */
  public static GresConf beside(Path slurmConf, String node, Set<String> known) {
    Path file = slurmConf.resolveSibling("gres.conf");
    return Files.exists(file) ? of(ConfFile.read(file), node, known) : none();
  }

  public static GresConf of(ConfFile conf, String node, Set<String> known) {
    List<Entry> entries = new ArrayList<>();
    for (ConfFile.Line line : conf.lines()) {
      Entry e = entry(line, node, known);
      if (e != null) {
        entries.add(e);
      }
    }
    return new GresConf(entries);
  }

  private static Entry entry(ConfFile.Line line, String node, Set<String> known) {
    String first = line.first().key().toLowerCase(Locale.ROOT);
    if (!Set.of("name", "nodename", "autodetect").contains(first)) {
      throw line.first().parseError();
    }
    for (ConfFile.Token t : line.tokens()) {
      if (!KEYS.contains(t.key().toLowerCase(Locale.ROOT))) {
        throw t.parseError();
      }
    }
    String nodes = value(line, "NodeName");
    if (nodes != null && !names(line, nodes, node)) {
      return null;
    }
    String detect = value(line, "AutoDetect");
    if (detect != null && !detect.equalsIgnoreCase("off")) {
      throw refused(line, "AutoDetect=" + detect);
    }
    String name = value(line, "Name");
    if (name == null) {
      return null;
    }
    if (!known.contains(name)) {
      return null; // slurmd: Ignoring gres.conf record, invalid name
    }
    if (name.equals("mps") || name.equals("shard")) {
      throw refused(line, "Name=" + name);
    }
    for (String key : List.of("MultipleFiles", "Cores", "CPUs", "Links", "Link")) {
      if (value(line, key) != null) {
        throw refused(line, key + "=" + value(line, key));
      }
    }
    Set<Vendor> vendors = flags(line, value(line, "Flags"));
    List<String> files = files(line, value(line, "File"));
    long count = count(name, value(line, "Count"), files);
    // The gpu plugin takes only devices: a line without File= is not one of its own.
    return name.equals("gpu") && files.isEmpty() ? null : new Entry(name, value(line, "Type"), count, files, vendors);
  }

  private static boolean names(ConfFile.Line line, String nodes, String node) {
    try {
      return Hostlist.parse(nodes).toList().contains(node);
    } catch (HostlistException e) {
      throw line.first().error("Invalid hostlist: " + nodes);
    }
  }

  private static ConfException refused(ConfFile.Line line, String what) {
    return line.first().error(what + " of gres.conf is not supported by slurmd-agent yet");
  }

  private static String value(ConfFile.Line line, String key) {
    ConfFile.Token t = line.find(key);
    return t == null ? null : t.value();
  }

  private static Set<Vendor> flags(ConfFile.Line line, String text) {
    if (text == null) {
      return ALL;
    }
    Set<Vendor> vendors = new TreeSet<>();
    boolean none = false;
    for (String word : text.toLowerCase(Locale.ROOT).split(",")) {
      Optional<Vendor> vendor = java.util.Arrays.stream(Vendor.values()).filter(v -> v.flag.equals(word)).findFirst();
      if (vendor.isPresent()) {
        vendors.add(vendor.get());
      } else if (word.equals("no_gpu_env")) {
        none = true;
      } else if (!word.equals("countonly")) {
        throw refused(line, "Flags=" + word);
      }
    }
    return none ? Set.of() : vendors.isEmpty() ? ALL : vendors;
  }

  /** "/dev/nvidia[0-3]", also several with commas. */
  private static List<String> files(ConfFile.Line line, String text) {
    if (text == null || text.isEmpty()) {
      return List.of();
    }
    try {
      return Hostlist.parse(text).toList();
    } catch (HostlistException e) {
      throw line.first().error("Invalid File=" + text);
    }
  }

  private static long count(String name, String text, List<String> files) {
    if (text == null) {
      return files.isEmpty() ? 1 : files.size();
    }
    long n;
    try {
      int unit = "KMGTP".indexOf(Character.toUpperCase(text.charAt(text.length() - 1)));
      n = Math.multiplyExact(Long.parseLong(unit < 0 ? text : text.substring(0, text.length() - 1)), 1L << 10 * (unit + 1));
    } catch (RuntimeException e) {
      throw new ConfException("Invalid GRES record for " + name + ", invalid count " + text);
    }
    if (n < 0) {
      throw new ConfException("Invalid GRES record for " + name + ", invalid count " + text);
    }
    if (!files.isEmpty() && n != files.size()) {
      throw new ConfException("Invalid GRES record for " + name + ", count does not match File value");
    }
    return n;
  }

  /** Slurm's number of a kind: its letters, each shifted by a further byte of four. */
  public static long kind(String name) {
    long id = 0;
    for (int i = 0; i < name.length(); i++) {
      id += (long) name.charAt(i) << 8 * (i % 4);
    }
    return id & 0xffffffffL;
  }

  /** The lines in order. */
  public List<Entry> entries() {
    return entries;
  }

  /** A device file that is not there: slurmd waits for it, and then gives up with these words. */
  public Optional<String> missingFile() {
    for (Entry e : entries) {
      for (String f : e.files()) {
        if (!Files.exists(Path.of(f))) {
          return Optional.of(f);
        }
      }
    }
    return Optional.empty();
  }

  /** The device files of a kind, in the order in which the controller numbers them. */
  public List<String> files(String name) {
    List<String> out = new ArrayList<>();
    entries.stream().filter(e -> e.name().equals(name)).forEach(e -> out.addAll(e.files()));
    return out;
  }

  /** Which variables tell of GPUs. */
  public Set<Vendor> vendors() {
    Set<Vendor> out = new TreeSet<>();
    entries.stream().filter(e -> e.name().equals("gpu")).forEach(e -> out.addAll(e.vendors()));
    return out.isEmpty() && entries.stream().noneMatch(e -> e.name().equals("gpu")) ? ALL : out;
  }

  /**
   * How many of each kind the node reports, "gpu:2,lic:5", for a node of that Gres=: what gres.conf has beyond it is left
   * out; of kinds without devices what it lacks is taken from there, of GPUs it is missing.
   */
  public String reported(String gresOfNode) {
    TreeMap<String, Long> wanted = new TreeMap<>();
    for (String word : gresOfNode == null || gresOfNode.isEmpty() ? new String[0] : gresOfNode.split(",")) {
      String[] part = word.replaceAll("\\(.*", "").split(":");
      wanted.merge(part[0], part.length == 1 ? 1 : number(part[part.length - 1]), Long::sum);
    }
    StringBuilder out = new StringBuilder();
    wanted.forEach(
        (name, count) -> {
          long here = entries.stream().filter(e -> e.name().equals(name)).mapToLong(Entry::count).sum();
          out.append(out.isEmpty() ? "" : ",").append(name).append(':').append(name.equals("gpu") ? Math.min(here, count) : count);
        });
    return out.toString();
  }

  private static long number(String text) {
    try {
      return count("", text, List.of());
    } catch (ConfException e) {
      return 1; // a type: "gpu:tesla"
    }
  }
}
