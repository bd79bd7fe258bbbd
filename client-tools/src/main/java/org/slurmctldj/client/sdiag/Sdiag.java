package org.slurmctldj.client.sdiag;

import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.proto.slurm.StatsInfoRequest;
import org.slurmctldj.proto.slurm.StatsInfoResponse;
import org.slurmctldj.proto.wire.ProtocolVersion;

/** sdiag: what the controller counted about itself. */
public final class Sdiag {
  private static final int REQUEST_STATS_INFO = 2035;
  private static final int GET = 1;
  private static final int RESET = 0;

  /** Long options without a letter. */
  private static final int HELP = 256;

  private static final int USAGE = 257;
  private static final int JSON = 258;
  private static final int YAML = 259;

  static final String OPTIONS =
      "all=a help=256 sort-by-id=i sort-by-time=t sort-by-time2=T cluster:=M clusters:=M reset=r usage=257 version=V";
  private static final String LETTERS = "ahiM:rtTV";

  private final Client client;

  public Sdiag(Client client) {
    this.client = client;
  }

  public int run() {
    client.conf();
    boolean old = client.release() < ProtocolVersion.V23_02;
    SdiagText.Order order = SdiagText.Order.COUNT;
    boolean reset = false;
    Getopt getopt =
        new Getopt(client.program(), LETTERS, old ? OPTIONS : OPTIONS + " autocomplete:=260 json::=258 yaml::=259", client.arguments(), client.console());
    for (int option = getopt.next(); option != Getopt.END; option = getopt.next()) {
      switch (option) {
        case 'a' -> reset = false;
        case 'r' -> reset = true;
        case 'i' -> order = SdiagText.Order.ID;
        case 't' -> order = SdiagText.Order.TIME;
        case 'T' -> order = SdiagText.Order.AVERAGE;
        case 'M' -> throw client.unsupported("--cluster");
        case JSON -> throw client.unsupported("--json");
        case YAML -> throw client.unsupported("--yaml");
        case 'V' -> {
          client.console().println("slurm-wlm " + client.releaseName());
          return 0;
        }
        case 'h', HELP -> {
          client.console().print(SdiagText.help());
          return 0;
        }
        case USAGE -> {
          client.console().print("Usage: sdiag [-M cluster] [-aritT]\n");
          return 0;
        }
        case Getopt.UNKNOWN -> {
          client.console().complain("Try \"sdiag --help\" for more information");
          throw new Exit(1);
        }
        default -> throw client.unsupported("--autocomplete");
      }
    }
    return reset ? reset() : show(order);
  }

  private int show(SdiagText.Order order) {
    try {
      var answer = client.controller().ask(REQUEST_STATS_INFO, new StatsInfoRequest().commandId(GET));
      int number = client.controller().number();
      client.console().print(new SdiagText(StatsInfoResponse.read(answer.body(), number), number).text(order));
      return 0;
    } catch (RequestFailed e) {
      return failed("slurm_get_statistics", e);
    }
  }

  private int reset() {
    try {
      client.controller().ask(REQUEST_STATS_INFO, new StatsInfoRequest().commandId(RESET));
      client.console().print("Reset scheduling statistics\n");
      return 0;
    } catch (RequestFailed e) {
      return failed("slurm_reset_statistics", e);
    }
  }

  private int failed(String call, RequestFailed e) {
    client.console().complain(call + ": " + e.text(client.controller().version()));
    return 255;
  }

  /** The long options, as {@link Getopt} takes them; the documentation's table is made from them. */
  public static String longOptions(boolean old) {
    return old ? OPTIONS : OPTIONS + " autocomplete:=260 json::=258 yaml::=259";
  }
}
