package org.slurmctldj.config.pools;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slurmctldj.cloud.CapacityCatalog.TypeFacts;
import org.slurmctldj.cloud.CapacityOption;
import org.slurmctldj.cloud.CapacityOption.Market;
import org.slurmctldj.cloud.LaunchOrder;

/**
 * pools.yaml beside slurm.conf as it is written, each field looked at by itself: the first of the three checks. Faults
 * are collected, none is thrown. An absent file is one without groups.
 */
public final class PoolsFile {
  public static final String FILE_NAME = "pools.yaml";

  private static final String NAME = "[A-Za-z][A-Za-z0-9-]*";
  private static final int LONGEST_NAME = 25;
  private static final int MOST_NODES = 65_000;
  private static final long MOST_SECONDS = 31_536_000;
  private static final long MOST_USER_DATA = 1 << 20;
  private static final int BOOT_FAILURES = 10;
  private static final long PROBE_SECONDS = 600;

  /**
   * Where the instances come from.
   *
   * @param endpoint null: the region's own
   * @param shortageSeconds the first pause after a lack of capacity
   * @param tags of every instance
   * @param controllers host:port as instances reach them; empty: SlurmctldHost and SlurmctldPort
   * @param agentProgram path in the image, or null for the usual one
   * @param identityCertificates PEM files of the region's certificate of instance identities
   * @param joinSeconds how long after its order an instance may join
   */
  public record Cloud(
      String provider,
      String region,
      String endpoint,
      long shortageSeconds,
      Map<String, String> tags,
      List<String> controllers,
      String agentProgram,
      List<Path> identityCertificates,
      long joinSeconds) {}

  private final Path path;
  private final List<String> faults;
  private Cloud cloud;
  private final Map<String, TypeFacts> types = new LinkedHashMap<>();
  private final List<GroupConf> groups = new ArrayList<>();
  private final List<QueueConf> queues = new ArrayList<>();

  private PoolsFile(Path path, List<String> faults) {
    this.path = path;
    this.faults = faults;
  }

  /** The file beside {@code slurmConf}. {@code faults} takes what is wrong with it, a sentence each. */
  public static PoolsFile beside(Path slurmConf, List<String> faults) {
    Path path = slurmConf.resolveSibling(FILE_NAME);
    PoolsFile f = new PoolsFile(path, faults);
    if (Files.exists(path)) {
      try {
        f.read(Files.readString(path, StandardCharsets.UTF_8));
      } catch (IOException e) {
        faults.add(path + " cannot be read: " + e);
      }
    }
    return f;
  }

  /** As {@link #beside}, from a text; files that it names are looked for beside {@code path}. */
  static PoolsFile of(Path path, String text, List<String> faults) {
    PoolsFile f = new PoolsFile(path, faults);
    f.read(text);
    return f;
  }

  /** This file, with what the cloud says of types that it does not name itself, and of the zones of its subnets. */
  PoolsFile knowing(CloudFacts facts) {
    facts.types().forEach(types::putIfAbsent);
    groups.replaceAll(g -> g.withOptions(g.options().stream()
        .map(o -> new CapacityOption(o.instanceType(), o.subnetId(), facts.zones().get(o.subnetId()), o.market(), o.reservationId()))
        .toList()));
    return this;
  }

  public Path path() {
    return path;
  }

  /** Null where the file has no such section. */
  public Cloud cloud() {
    return cloud;
  }

  public Map<String, TypeFacts> types() {
    return types;
  }

  public List<GroupConf> groups() {
    return groups;
  }

  public List<QueueConf> queues() {
    return queues;
  }

  private void read(String text) {
    Yaml yaml = new Yaml(path.getFileName().toString(), faults);
    Yaml.Mapping root = yaml.read(text);
    root.only("cloud", "instance-types", "groups", "queues");
    if (root.has("cloud")) {
      cloud(root.mapping("cloud"), yaml);
    }
    Yaml.Mapping t = root.mapping("instance-types");
    t.names().forEach(name -> types.put(name, type(t.mapping(name), yaml)));
    Yaml.Mapping g = root.mapping("groups");
    g.names().forEach(name -> groups.add(group(name, g.mapping(name), yaml)));
    Yaml.Mapping q = root.mapping("queues");
    q.names().forEach(name -> queues.add(queue(name, q.mapping(name), yaml)));
  }

  private void cloud(Yaml.Mapping m, Yaml yaml) {
    m.only(
        "provider", "region", "endpoint", "shortage-seconds", "tags", "controllers", "agent-program", "identity-certificates",
        "join-window");
    String provider = m.text("provider").orElse("");
    if (!provider.equals("ec2")) {
      yaml.fault(m.lineOf("provider"), "provider must be ec2, not \"" + provider + "\"");
    }
    String region = m.text("region").orElse(null);
    if (region == null) {
      yaml.fault(m.line, "cloud needs a region");
    }
    String endpoint = m.text("endpoint").orElse(null);
    if (endpoint != null && !endpoint.matches("https?://\\S+")) {
      yaml.fault(m.lineOf("endpoint"), "endpoint must be a URL, not " + endpoint);
    }
    List<String> controllers = m.texts("controllers");
    for (String c : controllers) {
      if (!c.matches("\\S+:[0-9]{1,5}")) {
        yaml.fault(m.lineOf("controllers"), "controllers must be host:port, not " + c);
      }
    }
    List<Path> certificates = m.texts("identity-certificates").stream().map(path::resolveSibling).toList();
    for (Path c : certificates) {
      if (!Files.isReadable(c)) {
        yaml.fault(m.lineOf("identity-certificates"), "identity certificate " + c + " cannot be read");
      }
    }
    cloud = new Cloud(
        provider, region, endpoint, m.number("shortage-seconds", 1, 3600, 60), m.map("tags"), controllers,
        m.text("agent-program").orElse(null), certificates, m.number("join-window", 60, MOST_SECONDS, 3600));
  }

  private static TypeFacts type(Yaml.Mapping m, Yaml yaml) {
    m.only("cpus", "memory", "arch", "gpus", "gpu");
    for (String name : List.of("cpus", "memory")) {
      if (!m.has(name)) {
        yaml.fault(m.line, "an instance type needs " + name);
      }
    }
    String arch = m.text("arch").orElse("x86_64");
    if (!arch.equals("x86_64") && !arch.equals("arm64")) {
      yaml.fault(m.lineOf("arch"), "arch must be x86_64 or arm64, not " + arch);
    }
    String gpu = m.text("gpu").orElse(null);
    int gpus = (int) m.number("gpus", 0, 1024, gpu == null ? 0 : 1);
    return new TypeFacts((int) m.number("cpus", 1, 65_535, 1), m.number("memory", 1, 1L << 40, 1), arch, gpus, gpu);
  }

  private static void name(String what, String name, int line, Yaml yaml) {
    if (!name.matches(NAME)) {
      yaml.fault(line, what + " name " + name + " must begin with a letter and have letters, digits and hyphens only");
    } else if (name.length() > LONGEST_NAME) {
      yaml.fault(line, what + " name " + name + " is longer than " + LONGEST_NAME + " characters");
    }
  }

  private GroupConf group(String name, Yaml.Mapping m, Yaml yaml) {
    name("group", name, m.line, yaml);
    m.only(
        "min", "max", "options", "launch-template", "image", "instance-profile", "tags", "user-data", "idle", "resume-timeout",
        "boot-failures", "probe-seconds", "settings");
    int max = (int) m.number("max", 0, MOST_NODES, 0);
    if (!m.has("max")) {
      yaml.fault(m.line, "group " + name + " needs max");
    }
    int min = (int) m.number("min", 0, MOST_NODES, 0);
    if (min > max && m.has("max")) {
      yaml.fault(m.lineOf("min"), "group " + name + ": min " + min + " is more than max " + max);
    }
    List<CapacityOption> options = new ArrayList<>();
    m.mappings("options").forEach(o -> options.addAll(options(name, o, yaml)));
    if (options.isEmpty()) {
      yaml.fault(m.line, "group " + name + " needs options: where its instances are had");
    }
    return new GroupConf(
        name, Math.min(min, max), max, options, launch(name, m, yaml), m.number("idle", -1, MOST_SECONDS, GroupConf.NOT_SET),
        m.number("resume-timeout", 10, MOST_SECONDS, GroupConf.NOT_SET), (int) m.number("boot-failures", 0, 10_000, BOOT_FAILURES),
        m.number("probe-seconds", 10, MOST_SECONDS, PROBE_SECONDS), m.map("settings"), m.line);
  }

  private static List<CapacityOption> options(String group, Yaml.Mapping m, Yaml yaml) {
    m.only("types", "subnets", "market", "reservation");
    String word = m.text("market").orElse("on-demand");
    Market market = switch (word) {
      case "on-demand" -> Market.ON_DEMAND;
      case "spot" -> Market.SPOT;
      case "reserved" -> Market.RESERVED;
      default -> {
        yaml.fault(m.lineOf("market"), "market must be on-demand, spot or reserved, not " + word);
        yield Market.ON_DEMAND;
      }
    };
    String reservation = m.text("reservation").orElse(null);
    if ((market == Market.RESERVED) != (reservation != null)) {
      yaml.fault(m.line, "group " + group + ": market reserved and a reservation's id go together");
    }
    List<String> types = m.texts("types");
    List<String> subnets = m.texts("subnets");
    if (types.isEmpty() || subnets.isEmpty()) {
      yaml.fault(m.line, "group " + group + ": an option needs types and subnets");
    }
    List<CapacityOption> out = new ArrayList<>();
    for (String type : types) {
      for (String subnet : subnets) {
        out.add(new CapacityOption(type, subnet, null, market, reservation));
      }
    }
    return out;
  }

  private LaunchOrder.LaunchSettings launch(String group, Yaml.Mapping m, Yaml yaml) {
    String template = null;
    String version = null;
    if (m.has("launch-template")) {
      Yaml.Mapping t = m.mapping("launch-template");
      t.only("id", "version");
      template = t.text("id").orElse(null);
      version = t.text("version").orElse(null);
      if (template == null || version == null) {
        yaml.fault(t.line, "group " + group + ": a launch template has id and version");
      } else if (!version.matches("[1-9][0-9]*")) {
        yaml.fault(t.lineOf("version"), "group " + group + ": a launch template's version is a number, not " + version);
      }
    }
    String image = m.text("image").orElse(null);
    if (template == null && image == null) {
      yaml.fault(m.line, "group " + group + " needs an image or a launch template that has one");
    }
    return new LaunchOrder.LaunchSettings(
        template, version, image, m.text("instance-profile").orElse(null), m.map("tags"), userData(group, m, yaml));
  }

  private byte[] userData(String group, Yaml.Mapping m, Yaml yaml) {
    List<MimeParts.Part> parts = new ArrayList<>();
    for (String file : m.texts("user-data")) {
      Path p = path.resolveSibling(file);
      try {
        if (Files.size(p) > MOST_USER_DATA) {
          yaml.fault(m.lineOf("user-data"), "group " + group + ": " + file + " is larger than " + MOST_USER_DATA + " bytes");
        } else {
          parts.addAll(MimeParts.of(p.getFileName().toString(), Files.readAllBytes(p)));
        }
      } catch (IOException e) {
        yaml.fault(m.lineOf("user-data"), "group " + group + ": user-data file " + file + " cannot be read");
      } catch (IllegalArgumentException e) {
        yaml.fault(m.lineOf("user-data"), "group " + group + ": user-data file " + file + " " + e.getMessage());
      }
    }
    return parts.isEmpty() ? null : MimeParts.join(parts);
  }

  private static QueueConf queue(String name, Yaml.Mapping m, Yaml yaml) {
    name("queue", name, m.line, yaml);
    m.only("groups", "settings");
    List<String> groups = m.texts("groups");
    if (groups.isEmpty()) {
      yaml.fault(m.line, "queue " + name + " needs groups");
    }
    if (Set.copyOf(groups).size() < groups.size()) {
      yaml.fault(m.lineOf("groups"), "queue " + name + " names a group twice");
    }
    return new QueueConf(name, groups, m.map("settings"), m.line);
  }
}
