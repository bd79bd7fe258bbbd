package org.slurmctldj.client.sinfo;

import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.client.text.HostNames;
import org.slurmctldj.client.text.NodeStates;
import org.slurmctldj.proto.slurm.NodeInfo;
import org.slurmctldj.proto.wire.ProtocolVersion;

/** sinfo's command line and the SINFO_* environment, read once at the start. */
public final class SinfoOptions {
  private static final String SHORT = "adehi:lM:n:No:O:p:rRsS:t:TvV";
  private static final int HELP = 256;
  private static final int USAGE = 257;
  private static final int HIDE = 258;
  private static final int LOCAL = 259;
  private static final int NOCONVERT = 260;
  private static final int FEDERATION = 261;
  private static final int JSON = 262;
  private static final int YAML = 263;
  private static final int AUTOCOMPLETE = 264;
  private static final int HELPFORMAT = 265;
  private static final int HELPFORMAT_LONG = 272;
  private static final int HELPSTATE = 273;

  private static final String LONG =
      "%s all=a dead=d exact=e federation=261 %s hide=258 iterate:=i local=259 long=l cluster:=M clusters:=M"
          + " nodes:=n noconvert=260 noheader=h Node=N format:=o Format:=O partition:=p responding=r list-reasons=R summarize=s"
          + " sort:=S states:=t reservation=T usage=257 verbose=v version=V %s";
  private static final String[] OLD = {"", "help=256", "json=262 yaml=263"};
  private static final String[] NEW = {
    "autocomplete:=264", "future=F help=256 helpformat=265 helpFormat=272 helpstate=273", "json::=262 yaml::=263"
  };

  final boolean old;
  final int release;
  boolean all;
  boolean dead;
  boolean exact;
  boolean future;
  boolean noHeader;
  int iterate;
  boolean longListing;
  List<String> nodes;
  boolean byNode;
  String format;
  String formatNames;
  List<String> partitions;
  boolean responding;
  boolean listReasons;
  boolean summarize;
  String sort;
  StateFilter states;
  boolean statesAsked;
  boolean reservations;
  boolean noConvert;
  int verbose;

  private final Client client;

  private SinfoOptions(Client client, int release) {
    this.client = client;
    this.release = release;
    this.old = release < ProtocolVersion.V23_02;
  }

  static SinfoOptions parse(Client client, int release) {
    SinfoOptions o = new SinfoOptions(client, release);
    o.environment();
    o.commandLine();
    o.finish();
    return o;
  }

  private void environment() {
    all = client.env("SINFO_ALL") != null;
    future = !old && client.env("SINFO_FUTURE") != null;
    if (client.env("SINFO_PARTITION") != null) {
      partitions = List.of(client.env("SINFO_PARTITION").split(","));
    }
    sort = client.env("SINFO_SORT");
  }

  private void commandLine() {
    String table = longOptions(old);
    Getopt getopt = new Getopt(client.program(), old ? SHORT : SHORT + "F", table, client.arguments(), client.console());
    for (int option = getopt.next(); option != Getopt.END; option = getopt.next()) {
      option(option, getopt.argument());
    }
  }

  private void option(int option, String value) {
    switch (option) {
      case Getopt.UNKNOWN -> {
        client.console().complain("Try \"sinfo --help\" for more information");
        throw new Exit(1);
      }
      case 'a' -> all = true;
      case 'd' -> dead = true;
      case 'e' -> exact = true;
      case 'F' -> future = true;
      case 'h' -> noHeader = true;
      case 'i' -> iterate = iterate(value);
      case 'l' -> longListing = true;
      case 'M' -> throw client.unsupported("--clusters");
      case 'n' -> nodes = nodes(value);
      case 'N' -> byNode = true;
      case 'o' -> {
        format = value;
        formatNames = null;
      }
      case 'O' -> {
        boolean every = value.equalsIgnoreCase("all");
        formatNames = every ? null : value;
        format = every ? "%all" : null;
      }
      case 'p' -> partitions = List.of(value.split(","));
      case 'r' -> responding = true;
      case 'R' -> listReasons = true;
      case 's' -> summarize = true;
      case 'S' -> sort = value;
      case 't' -> {
        states = states(value);
        statesAsked = true;
      }
      case 'T' -> reservations = true;
      case 'v' -> verbose++;
      case 'V' -> {
        client.console().println("slurm " + client.releaseName());
        throw new Exit(0);
      }
      case HELP -> {
        client.console().println(SinfoHelp.HELP);
        throw new Exit(0);
      }
      case USAGE -> {
        client.console().println(SinfoHelp.USAGE);
        throw new Exit(0);
      }
      case HIDE -> all = false;
      case LOCAL -> {}
      case NOCONVERT -> noConvert = true;
      case FEDERATION -> throw client.unsupported("--federation");
      case JSON -> throw client.unsupported("--json");
      case YAML -> throw client.unsupported("--yaml");
      case AUTOCOMPLETE -> throw client.unsupported("--autocomplete");
      case HELPFORMAT -> throw client.unsupported("--helpformat");
      case HELPFORMAT_LONG -> throw client.unsupported("--helpFormat");
      case HELPSTATE -> {
        for (String name : StateFilter.names(false).split(",")) {
          client.console().println(name);
        }
        throw new Exit(0);
      }
      default -> throw new IllegalStateException("option " + option);
    }
  }

  private void finish() {
    if (format == null && formatNames == null && !summarize && !byNode && !listReasons && !longListing) {
      format = client.env("SINFO_FORMAT");
    }
    if (listReasons && states == null && !statesAsked) {
      states = StateFilter.unavailable(old);
    }
  }

  boolean shows(NodeInfo node) {
    boolean silent = NodeStates.has(node.nodeState(), NodeStates.NO_RESPOND);
    return !(dead && !silent)
        && !(responding && silent)
        && !(listReasons && node.reason() == null)
        && (nodes == null || nodes.contains(node.name()))
        && (states == null || states.accepts(node));
  }

  private int iterate(String text) {
    Strtol number = Strtol.parse(text);
    if (number.value() <= 0 || number.value() > Integer.MAX_VALUE) {
      client.error("Error: invalid entry for --iterate=" + text);
      throw new Exit(1);
    }
    return (int) number.value();
  }

  private List<String> nodes(String text) {
    List<String> list = HostNames.tryExpand(text);
    if (list == null) {
      client.error("'" + text + "' invalid entry for --nodes");
      throw new Exit(1);
    }
    return list;
  }

  private StateFilter states(String text) {
    try {
      return StateFilter.parse(text, old);
    } catch (IllegalArgumentException e) {
      client.error("Bad state string: \"" + e.getMessage() + "\"");
      client.error("valid states: " + StateFilter.names(old));
      throw new Exit(1);
    }
  }

  /** The long options, as {@link Getopt} takes them; the documentation's table is made from them. */
  public static String longOptions(boolean old) {
    return String.format(LONG, (Object[]) (old ? OLD : NEW));
  }
}
