package org.slurmctldj.client.job;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.proto.conf.SlurmConf;

/** Generic resources of a request: their spelling on the wire, and what of them cannot be. */
public final class Gres {
  private final Client client;
  private final boolean old;
  private final List<String> types;

  public Gres(Client client, boolean old) {
    this.client = client;
    this.old = old;
    this.types = types(client.conf());
  }

  public static List<String> types(SlurmConf conf) {
    List<String> list = new ArrayList<>();
    for (String word : conf.text("GresTypes").orElse("").split(",")) {
      if (!word.isBlank()) {
        list.add(word.strip());
      }
    }
    return list;
  }

  /** {@code gpu:2,tape} as {@code gres:gpu:2,gres:tape} or, newer, {@code gres/gpu:2,gres/tape}. */
  public String request(String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    StringBuilder b = new StringBuilder();
    for (String word : text.split(",")) {
      String name = word.indexOf(':') < 0 ? word : word.substring(0, word.indexOf(':'));
      if (!types.contains(name)) {
        throw invalid();
      }
      b.append(b.isEmpty() ? "" : ",").append(old ? "gres:" : "gres/").append(word);
    }
    return b.toString();
  }

  /** {@code 2}, {@code a100:2} as {@code gres:gpu:2}. */
  public String gpus(String counts) {
    // none of what the cluster does not have is no fault
    if (counts == null || counts.isEmpty() || count(counts) == 0 && !types.contains("gpu")) {
      return null;
    }
    StringBuilder b = new StringBuilder();
    for (String word : counts.split(",")) {
      b.append(b.isEmpty() ? "" : ",").append("gpu:").append(word);
    }
    return request(b.toString());
  }

  public String gpus(long count) {
    return count == Submission.UNSET ? null : gpus(Long.toString(count));
  }

  /** How many in all; 0 for none. */
  public static long count(String counts) {
    long sum = 0;
    if (counts != null) {
      for (String word : counts.split(",")) {
        Strtol n = Strtol.parse(word.substring(word.lastIndexOf(':') + 1));
        sum += n.end() == 0 ? 1 : n.value();
      }
    }
    return sum;
  }

  private Exit invalid() {
    client.error("Invalid generic resource (gres) specification");
    return new Exit(1);
  }

  /** What Slurm's clients refuse before they ask the controller. */
  public void check(Submission s) {
    boolean any = s.gpus != null || s.gpusPerNode != null || s.gpusPerSocket != null || s.gpusPerTask != null;
    boolean inGres = s.gres != null && ("," + s.gres).contains(",gpu");
    if (s.memPerGpu != Submission.UNSET && !any && !inGres) {
      client.error("Requested mem_per_tres=" + gpus(s.memPerGpu) + " but did not request any GPU.");
      throw invalid();
    }
    if (old && s.cpusPerGpu != Submission.UNSET && s.cpusPerTask != Submission.UNSET) {
      client.error("--cpus-per-gpu is mutually exclusive with --cpus-per-task");
      throw invalid();
    }
    if (any && !types.contains("gpu")) {
      throw invalid();
    }
    if (s.gpusPerTask != null && s.gpus == null && s.ntasks == Submission.UNSET) {
      client.error(
          "Failed to validate job spec. --gpus-per-task "
              + (old ? "" : "or --tres-per-task ")
              + "used without either --gpus or -n/--ntasks is not allowed.");
      throw invalid();
    }
    if (s.gpusPerSocket != null && s.socketsPerNode == Submission.UNSET) {
      client.error("--gpus-per-socket option requires --sockets-per-node specification");
      throw invalid();
    }
    if (s.ntasksPerGpu != Submission.UNSET && !any && !inGres && s.ntasks == Submission.UNSET && s.nodes == null) {
      client.error(
          "gres_job_state_validate: --ntasks-per-tres needs either a GRES GPU specification or a node/ntask specification");
      throw invalid();
    }
  }
}
