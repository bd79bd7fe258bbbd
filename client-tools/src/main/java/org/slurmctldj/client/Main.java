package org.slurmctldj.client;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Console;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.client.salloc.Salloc;
import org.slurmctldj.client.sattach.Sattach;
import org.slurmctldj.client.sbatch.Sbatch;
import org.slurmctldj.client.sbcast.Sbcast;
import org.slurmctldj.client.scancel.Scancel;
import org.slurmctldj.client.scontrol.Scontrol;
import org.slurmctldj.client.sdiag.Sdiag;
import org.slurmctldj.client.sinfo.Sinfo;
import org.slurmctldj.client.squeue.Squeue;
import org.slurmctldj.client.srun.Srun;
import org.slurmctldj.client.sstat.Sstat;
import org.slurmctldj.proto.os.ProcessFacts;

/**
 * All client programs in one: the first argument is the program's name, the rest are its own arguments. Started by {@code
 * bin/squeue} and its kin.
 *
 * <p>Arguments and environment are read from /proc, byte for byte: the JVM would mangle what is not valid in its locale.
 */
public final class Main {
  public static void main(String[] mangled) {
    Console console = Console.ofProcess();
    int status;
    try {
      List<String> line = ProcessFacts.commandLine();
      List<String> own = line.subList(line.size() - mangled.length, line.size());
      if (own.isEmpty()) {
        console.complain("usage: Main program [arguments]");
        throw new Exit(1);
      }
      Map<String, String> environment = Client.environmentOf(ProcessFacts.environment());
      status = run(new Client(own.get(0), own.subList(1, own.size()), environment, console));
    } catch (Exit e) {
      status = e.status();
    }
    try {
      console.flush();
    } catch (Exit e) {
      status = e.status();
    }
    Runtime.getRuntime().halt(status);
  }

  /** Runs one program; {@link Exit} may be thrown instead of an exit status given. */
  static int run(Client client) {
    try {
      return switch (client.program()) {
        case "squeue" -> new Squeue(client).run();
        case "sinfo" -> new Sinfo(client).run();
        case "scontrol" -> new Scontrol(client).run();
        case "scancel" -> new Scancel(client).run();
        case "sdiag" -> new Sdiag(client).run();
        case "salloc" -> new Salloc(client).run();
        case "srun" -> new Srun(client).run();
        case "sattach" -> new Sattach(client).run();
        case "sbcast" -> new Sbcast(client).run();
        case "sstat" -> new Sstat(client).run();
        case "sbatch" -> new Sbatch(client).run();
        default -> {
          client.console().complain(client.program() + ": no such program here; there are " + Arrays.asList("squeue", "sinfo", "sbatch", "scancel", "scontrol", "sdiag", "salloc", "srun", "sattach", "sbcast", "sstat"));
          yield 1;
        }
      };
    } catch (RequestFailed e) {
      client.error(e.text());
      return 1;
    }
  }

  private Main() {}
}
