package org.slurmctldj.proto.conf;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slurmctldj.proto.conf.ConfKey.Scope;
import org.slurmctldj.proto.conf.ConfKey.Type;

/**
 * A parsed slurm.conf, for the controller, the agents and every client tool. Loading checks what
 * Slurm's own parser checks: keys against {@link ConfKeyTable}, numbers and truth values; the rest
 * is interpreted when it is asked for, as a client needs some 25 keys and starts in milliseconds.
 *
 * <p>On the start path of every client: no lambdas here, each costs milliseconds at its first use.
 *
 * <p>Immutable; any thread. Values are bytes, one {@code char} each (ISO-8859-1). Keys are found in
 * any case; the last line of a key wins. What cannot be used is a {@link ConfException} whose
 * message has one sentence a line, each to be printed after "error: " and followed by "fatal: Unable
 * to process configuration file", exit status 1.
 */
public final class SlurmConf {
  private final String path;
  private final List<String> files;
  private final Map<String, ConfFile.Token> values = new HashMap<>(128);
  private final Map<String, List<String>> lists = new HashMap<>(8);
  private final Map<Scope, List<ConfFile.Line>> blocks = new EnumMap<>(Scope.class);
  private final List<ControllerHost> hosts = new ArrayList<>(2);
  private final List<String> warnings = new ArrayList<>(0);
  private final String appended;

  private SlurmConf(ConfFile file, String path) {
    this(file, path, "");
  }

  private SlurmConf(ConfFile file, String path, String appended) {
    this.path = path;
    this.appended = appended;
    this.files = List.copyOf(file.files());
    List<String> errors = new ArrayList<>(0);
    for (ConfFile.Line line : file.lines()) {
      take(line, errors);
    }
    if (!errors.isEmpty()) {
      throw new ConfException(String.join("\n", errors));
    }
  }

  /** Reads {@code file} and what it includes from the disk. */
  public static SlurmConf load(Path file) {
    return new SlurmConf(ConfFile.read(file), file.toString());
  }

  /** As {@link #load(Path)}, with lines behind the file's that stand elsewhere; {@code name} is what errors call them. */
  public static SlurmConf load(Path file, String name, String lines) {
    return new SlurmConf(ConfFile.read(file).append(name, lines), file.toString(), lines);
  }

  /** Reads files that are not on the disk: what a configless controller sent. */
  public static SlurmConf load(String file, ConfFile.Source source) {
    return new SlurmConf(ConfFile.read(file, null, source), file);
  }

  /** For tests and for text of our own making. */
  public static SlurmConf parse(String name, String text) {
    return load(
        name,
        file -> {
          if (!file.equals(name)) {
            throw new java.nio.file.NoSuchFileException(file);
          }
          return text.getBytes(StandardCharsets.ISO_8859_1);
        });
  }

  /** The file this was read from, as it was named. */
  public String path() {
    return path;
  }

  /** Lines behind those of the files, which whoever reads the files alone must be given; "" for none. */
  public String appended() {
    return appended;
  }

  /** Every file read, {@link #path} first. */
  public List<String> files() {
    return files;
  }

  /** Sentences Slurm logs as errors without stopping, such as a key given twice. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  // ---- any key

  /** The value as written, or empty if the file has no such key. "(null)" counts as none. */
  public Optional<String> text(String key) {
    ConfFile.Token token = values.get(key.toLowerCase(Locale.ROOT));
    return token == null || token.value().equalsIgnoreCase("(null)")
        ? Optional.empty()
        : Optional.of(token.value());
  }

  public String text(String key, String otherwise) {
    return text(key).orElse(otherwise);
  }

  /** The number; UNLIMITED is INFINITE of the key's width. 64 bit values are bit patterns. */
  public long number(String key, long otherwise) {
    ConfFile.Token token = values.get(key.toLowerCase(Locale.ROOT));
    if (token == null) {
      return otherwise;
    }
    ConfKey row = ConfKeyTable.get().find(Scope.CONF, key);
    return ConfNumber.parse(row == null ? Type.UINT32 : row.type(), token.key(), token.value());
  }

  public boolean flag(String key, boolean otherwise) {
    ConfFile.Token token = values.get(key.toLowerCase(Locale.ROOT));
    return token == null ? otherwise : ConfNumber.bool(token.key(), token.value());
  }

  /** The comma list of a key such as SlurmctldParameters, empty if it is not set. */
  public OptionList options(String key) {
    Optional<String> text = text(key);
    return text.isEmpty() ? OptionList.EMPTY : new OptionList(text.get());
  }

  /** Every value of a key of which each line counts (Prolog, Epilog and their kin). */
  public List<String> list(String key) {
    return List.copyOf(lists.getOrDefault(key.toLowerCase(Locale.ROOT), List.of()));
  }

  /** File and line of a key, for messages about its value. */
  public Optional<ConfFile.Token> token(String key) {
    return Optional.ofNullable(values.get(key.toLowerCase(Locale.ROOT)));
  }

  /** Every plain key that is set: the token that counts. */
  public List<ConfFile.Token> tokens() {
    List<ConfFile.Token> result = new ArrayList<>(values.values());
    result.sort((a, b) -> a.key().compareToIgnoreCase(b.key()));
    return result;
  }

  /** The lines that open with NodeName, PartitionName, ..., in file order. */
  public List<ConfFile.Line> lines(Scope scope) {
    return List.copyOf(blocks.getOrDefault(scope, List.of()));
  }

  // ---- keys with a shape of their own; defaults are Slurm's

  public String clusterName() {
    // Slurm lowers it: the database and the tokens know it in small letters only
    return text("ClusterName", "").toLowerCase(Locale.ROOT);
  }

  /** Where the controllers are, in the order in which clients try them; never empty. */
  public List<ControllerHost> controllers() {
    List<ControllerHost> result = new ArrayList<>(hosts);
    if (result.isEmpty()) {
      addOld(result, "ControlMachine", "ControlAddr");
      addOld(result, "BackupController", "BackupAddr");
    }
    if (result.isEmpty()) {
      throw new ConfException("No SlurmctldHost defined.");
    }
    return List.copyOf(result);
  }

  private void addOld(List<ControllerHost> result, String host, String addr) {
    Optional<String> name = text(host);
    if (name.isPresent()) {
      result.add(new ControllerHost(name.get(), text(addr, name.get())));
    }
  }

  /** First and last of the ports the controller listens on. */
  public PortRange slurmctldPorts() {
    return PortRange.parse("SlurmctldPort", text("SlurmctldPort", "6817"));
  }

  public int slurmdPort() {
    return (int) number("SlurmdPort", 6818);
  }

  /** The one address for all controllers, if it is set (SlurmctldAddr). */
  public Optional<String> slurmctldAddr() {
    return text("SlurmctldAddr");
  }

  public String authType() {
    return text("AuthType", "auth/munge");
  }

  public OptionList authInfo() {
    return options("AuthInfo");
  }

  public List<String> authAltTypes() {
    return options("AuthAltTypes").items();
  }

  /** By default the one that goes with AuthType. */
  public String credType() {
    Optional<String> type = text("CredType");
    if (type.isEmpty()) {
      String old = text("CryptoType", "");
      if (!old.isEmpty()) {
        return old.startsWith("crypto/") ? "cred/".concat(old.substring(7)) : old;
      }
    }
    return type.orElse(authType().equals("auth/slurm") ? "cred/slurm" : "cred/munge");
  }

  public String hashPlugin() {
    return text("HashPlugin", "hash/k12");
  }

  /** A user name, or a number. */
  public String slurmUser() {
    return text("SlurmUser", "root");
  }

  public String slurmdUser() {
    return text("SlurmdUser", "root");
  }

  public OptionList communicationParameters() {
    return options("CommunicationParameters");
  }

  /** Seconds. */
  public int messageTimeout() {
    return (int) number("MessageTimeout", 10);
  }

  /** Seconds. */
  public int tcpTimeout() {
    return (int) number("TCPTimeout", 2);
  }

  /** Seconds. */
  public int slurmctldTimeout() {
    return (int) number("SlurmctldTimeout", 120);
  }

  /** Seconds; 0: never. */
  public int slurmdTimeout() {
    return (int) number("SlurmdTimeout", 300);
  }

  /** With %h, %n still in it; see {@link #forNode}. */
  public String slurmdSpoolDir() {
    return text("SlurmdSpoolDir", "/var/spool/slurmd");
  }

  public String stateSaveLocation() {
    return text("StateSaveLocation", "/var/spool");
  }

  public OptionList slurmctldParameters() {
    return options("SlurmctldParameters");
  }

  public OptionList slurmdParameters() {
    return options("SlurmdParameters");
  }

  /** {@code value} with %n replaced by the node's name and %h by its host's. */
  public static String forNode(String value, String nodeName, String hostName) {
    return value.replace("%n", nodeName).replace("%h", hostName);
  }

  // ---- loading

  private void take(ConfFile.Line line, List<String> errors) {
    ConfFile.Token first = line.first();
    ConfKey key = ConfKeyTable.get().find(Scope.CONF, first.key());
    if (key == null) {
      errors.add("_parse_next_key: Parsing error at unrecognized key: " + first.key());
      errors.add(first.parseError().getMessage());
      return;
    }
    if (key.type() == Type.LINE) {
      block(line, errors);
      return;
    }
    try {
      check(key, first);
    } catch (ConfException e) {
      errors.add(e.getMessage());
      errors.add(first.parseError().getMessage());
      return;
    }
    if (line.tokens().size() > 1) {
      errors.add(line.tokens().get(1).parseError().getMessage());
      return;
    }
    String lower = key.name().toLowerCase(Locale.ROOT);
    if (key.type() == Type.LIST) {
      List<String> list = lists.get(lower);
      if (list == null) {
        list = new ArrayList<>(1);
        lists.put(lower, list);
      }
      list.add(first.value());
    }
    ConfFile.Token before = values.put(lower, first);
    if (before != null && key.type() != Type.LIST) {
      warnings.add(key.name() + " 1 specified more than once, latest value used");
    }
  }

  private void block(ConfFile.Line line, List<String> errors) {
    ConfFile.Token first = line.first();
    Scope scope = ConfKeyTable.lineScope(first.key());
    if (scope == null) {
      if (line.tokens().size() > 1) {
        errors.add("Parsing error at unrecognized key: " + line.tokens().get(1).key());
        errors.add(line.tokens().get(1).parseError().getMessage());
      } else {
        hosts.add(ControllerHost.parse(first));
      }
      return;
    }
    for (ConfFile.Token token : line.tokens().subList(1, line.tokens().size())) {
      ConfKey key = ConfKeyTable.get().find(scope, token.key());
      try {
        if (key == null) {
          throw new ConfException("Parsing error at unrecognized key: " + token.key());
        }
        check(key, token);
      } catch (ConfException e) {
        errors.add(e.getMessage());
        errors.add(token.parseError().getMessage());
        return; // one complaint a line, as Slurm
      }
    }
    List<ConfFile.Line> lines = blocks.get(scope);
    if (lines == null) {
      lines = new ArrayList<>();
      blocks.put(scope, lines);
    }
    lines.add(line);
  }

  private static void check(ConfKey key, ConfFile.Token token) {
    switch (key.type()) {
      case UINT16, UINT32, UINT64, BOOLEAN -> ConfNumber.parse(key.type(), key.name(), token.value());
      case STRING, LINE, LIST -> {}
    }
  }
}
