package org.slurmctldj.client.srun;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.client.bcast.Broadcast;
import org.slurmctldj.client.bcast.BroadcastOptions;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.job.Programs;
import org.slurmctldj.client.job.StepSelection;
import org.slurmctldj.client.job.Submission;
import org.slurmctldj.proto.wire.SlurmConstants;

/** srun --bcast: the step's program goes to its nodes before it is launched there, replacing what has its name. */
final class ProgramBroadcast {
  private final Client client;
  private final Submission s;
  private final String directory;

  /** @param directory that the tasks will run in */
  ProgramBroadcast(Client client, Submission submission, String directory) {
    this.client = client;
    this.s = submission;
    this.directory = directory;
  }

  /** The program by its full path: found before there is a job. */
  List<String> found(List<String> command) {
    if (!s.bcast || s.multiProg) {
      return command;
    }
    String name = command.get(0);
    String path =
        name.startsWith("/")
            ? Programs.find(name, null, null)
            : name.indexOf('/') >= 0 ? Programs.find(directory + "/" + name, null, null) : inPath(name);
    if (path == null) {
      throw client.fatal("Can not execute " + name);
    }
    return with(path, command);
  }

  private String inPath(String name) {
    String path = Programs.find(name, null, client.env("PATH"));
    return path != null ? path : Programs.find(directory + "/" + name, null, null);
  }

  /**
   * Sends it; what the tasks are to run.
   *
   * @throws Exit a node did not take it
   */
  List<String> send(long job, long step, List<String> command) {
    if (!s.bcast) {
      return command;
    }
    BroadcastOptions options = new BroadcastOptions(client);
    options.source = command.get(0);
    options.destination = destination();
    options.force = true;
    options.preserve = true;
    if (s.compression != null) {
      options.compression = s.compression;
    }
    if (s.sendLibs != null) {
      options.sendLibs = s.sendLibs;
    }
    if (s.bcastExclude != null) {
      options.exclude = s.bcastExclude;
    }
    StepSelection target = new StepSelection(job, SlurmConstants.NO_VAL, SlurmConstants.NO_VAL, step);
    boolean sent;
    try {
      sent = new Broadcast(client, options, target).run() == 0;
    } catch (Exit e) {
      sent = false;
    }
    if (!sent) {
      throw client.fatal("Failed to broadcast '" + options.source + "'. Step launch aborted.");
    }
    return with(options.destination, command);
  }

  /** A file name, or a directory with a slash at its end: each node makes up a name of its own there. A relative name does not count. */
  private String destination() {
    if (s.bcastTo != null && s.bcastTo.startsWith("/")) {
      return s.bcastTo;
    }
    String usual = BroadcastOptions.directory(client.conf());
    return (usual != null ? usual : directory) + "/";
  }

  private static List<String> with(String program, List<String> command) {
    List<String> changed = new ArrayList<>(command);
    changed.set(0, program);
    return changed;
  }
}
