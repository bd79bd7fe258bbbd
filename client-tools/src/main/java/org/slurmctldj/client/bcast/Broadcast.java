package org.slurmctldj.client.bcast;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.job.StepSelection;
import org.slurmctldj.client.node.NodeCalls;
import org.slurmctldj.client.rpc.Controller;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.proto.bcast.BlockCompression;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.slurm.FileBcast;
import org.slurmctldj.proto.slurm.JobSbcastCredResponse;
import org.slurmctldj.proto.slurm.SbcastCredArg;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * Sends a file to the nodes of a job or step, and with --send-libs the libraries that it is linked with: block after block; each
 * goes on when all nodes have the one before. For sbcast and srun.
 */
public final class Broadcast {
  private static final int CREDENTIAL = 4023;
  private static final int CREDENTIAL_ANSWER = 4024;
  private static final int FILE_BCAST = 6014;
  private static final int FORCE = 1;
  private static final int LAST_BLOCK = 2;
  private static final int LIBRARY = 4;
  private static final int WITH_LIBRARIES = 8;
  private static final int FAILED = 255;
  private static final int MOST_FANOUT = 64;
  private static final DateTimeFormatter CTIME = DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);

  private final Client client;
  private final BroadcastOptions options;
  private final StepSelection target;
  private JobSbcastCredResponse answer;
  private List<String> nodes;
  private NodeCalls calls;

  public Broadcast(Client client, BroadcastOptions options, StepSelection target) {
    this.client = client;
    this.options = options;
    this.target = target;
  }

  /**
   * 0, or the number of the error that a node answered.
   *
   * @throws Exit the file cannot be sent at all
   */
  public int run() {
    SourceFile file = open(options.source);
    credential();
    List<String> libraries = options.sendLibs ? libraries() : null;
    int code = send(file, options.destination, null, libraries == null ? 0 : WITH_LIBRARIES);
    return code == 0 && libraries != null ? sendLibraries(libraries) : code;
  }

  private SourceFile open(String name) {
    SourceFile file = new SourceFile(client, name);
    if (!file.open()) {
      throw new Exit(FAILED);
    }
    say("modes    = " + Integer.toOctalString(file.mode()));
    say("uid      = " + file.uid());
    say("gid      = " + file.gid());
    say("atime    = " + time(file.accessTime()));
    say("mtime    = " + time(file.modificationTime()));
    say("ctime    = " + time(file.changeTime()));
    say("size     = " + file.size());
    return file;
  }

  // ---- libraries

  /** Null: they cannot be found out; the program goes alone. */
  private List<String> libraries() {
    List<String> libraries = SharedObjects.of(options.source);
    if (libraries == null) {
      client.error("Cannot autodetect libraries for '" + options.source + "' with ldd command; still sending the file but ignoring send_libs");
    }
    return libraries;
  }

  private int sendLibraries(List<String> libraries) {
    if (libraries.isEmpty()) {
      say("No shared objects detected for '" + options.source + "'");
      return 0;
    }
    List<String> excluded = SharedObjects.excluded(client, options.exclude);
    int sent = 0;
    for (String library : libraries) {
      if (SharedObjects.isWithin(library, excluded)) {
        say("Skipping broadcast of excluded '" + library + "'");
        continue;
      }
      String name = library.substring(library.lastIndexOf('/') + 1);
      int code = send(open(library), name, options.destination, LIBRARY);
      if (code != 0) {
        client.error("Broadcast of '" + library + "' failed");
        return code;
      }
      sent++;
      say("Broadcast of shared object '" + library + "' to destination cache directory succeeded (" + sent + "/" + libraries.size() + ")");
    }
    return 0;
  }

  // ---- blocks

  private int send(SourceFile file, String destination, String program, int flags) {
    if (Files.isDirectory(file.path())) {
      client.error("Can't mmap file `" + file.name() + "`, No such device.");
      return FAILED;
    }
    long size = file.size();
    if (size == 0) {
      String text = "file `" + file.name() + "` is empty.";
      client.console().complain(client.program() + (client.release() < ProtocolVersion.V23_02 ? ": error: Warning: " : ": warning: ") + text);
    }
    long began = System.nanoTime();
    long sent = 0;
    int block = (int) Math.max(1, Math.min(size, Math.max(1, options.blockSize)));
    byte[] bytes = new byte[block];
    try (RandomAccessFile in = new RandomAccessFile(file.path().toFile(), "r")) {
      long offset = 0;
      for (int number = 1; ; number++) {
        int length = (int) Math.min(block, size - offset);
        in.readFully(bytes, 0, length);
        boolean last = offset + length >= size;
        byte[] piece = length == 0 ? new byte[0] : options.compression.pack(bytes, length);
        sent += piece.length;
        if (options.verbose > 1) {
          client.console().complain(client.program() + ": debug:  block " + number + ", size " + piece.length);
        }
        FileBcast message =
            message(file, destination)
                .exeFname(program)
                .flags(flags | (options.force ? FORCE : 0) | (last ? LAST_BLOCK : 0))
                .blockNo(number)
                .uncompLen(length)
                .blockOffset(offset)
                .block(piece);
        int code = send(message);
        if (code != 0 || last) {
          saved(size, sent, (System.nanoTime() - began) / 1000);
          return code;
        }
        offset += length;
      }
    } catch (IOException e) {
      client.error("Can't read `" + file.name() + "`: " + e.getMessage());
      return FAILED;
    }
  }

  private void saved(long plain, long sent, long microseconds) {
    if (plain > 0 && options.compression != BlockCompression.NONE) {
      long percent = (plain - sent) * 100 / plain;
      say("File compressed from " + plain + " to " + sent + " (" + percent + " percent) in " + microseconds + " usec");
    }
  }

  private int send(FileBcast message) {
    int timeout = options.timeoutSeconds > 0 ? options.timeoutSeconds : client.conf().messageTimeout();
    Map<String, NodeCalls.Answer> answers =
        options.fanout > 0
            ? calls.exchange(nodes, FILE_BCAST, message, timeout, Math.min(MOST_FANOUT, options.fanout))
            : calls.exchange(nodes, FILE_BCAST, message, timeout);
    int worst = 0;
    for (Map.Entry<String, NodeCalls.Answer> a : answers.entrySet()) {
      int code = a.getValue().code() == -1 && a.getValue().frame() == null ? RequestFailed.NO_CONNECTION : a.getValue().code();
      if (code != 0) {
        client.error("REQUEST_FILE_BCAST(" + a.getKey() + "): " + new RequestFailed(code).text(client.controller().version()));
        worst = code;
      }
    }
    return worst;
  }

  private FileBcast message(SourceFile file, String destination) {
    long uid = Integer.toUnsignedLong(file.uid());
    return new FileBcast()
        .compress(options.compression.number())
        .modes(file.mode() & 0xffff)
        .uid(uid)
        .userName(UserDatabase.userById(uid).map(UserDatabase.User::name).orElse(Long.toString(uid)))
        .gid(Integer.toUnsignedLong(file.gid()))
        .atime(options.preserve ? file.accessTime() : 0)
        .mtime(options.preserve ? file.modificationTime() : 0)
        .fname(destination)
        .fileSize(file.size())
        .cred(answer.sbcastCred());
  }

  // ---- the credential

  private void credential() {
    int error;
    try {
      Frame frame = client.controller().exchange(CREDENTIAL, target.message());
      if (frame.type() == CREDENTIAL_ANSWER) {
        answer = JobSbcastCredResponse.read(frame.body(), frame.version() >> 8);
        nodes = Hostlist.parse(answer.nodeList()).toList();
        // nodes that may be older than the controller's answer are not asked: no sbcast does
        calls = new NodeCalls(client, frame.version());
        describe();
        return;
      }
      error = Controller.returnCode(frame);
    } catch (RequestFailed e) {
      error = e.number();
    }
    String step = target.step() == SlurmConstants.NO_VAL ? "" : "." + StepSelection.name(target.step());
    client.error("Slurm job " + target.job() + step + " lookup error: " + new RequestFailed(error).text(client.controller().version()));
    throw new Exit(FAILED);
  }

  private void describe() {
    say("jobid      = " + answer.jobId());
    say("node_list  = " + answer.nodeList());
    if (options.verbose > 0 && !answer.sbcastCred().isToken()) {
      SbcastCredArg arg = answer.sbcastCred().arg();
      say("Sbcast_cred: JobId   " + arg.stepId().jobId());
      say("Sbcast_cred: StepId  " + arg.stepId().stepId());
      say("Sbcast_cred: Nodes   " + arg.nodes());
      say("Sbcast_cred: ctime   " + time(arg.ctime()));
      say("Sbcast_cred: Expire  " + time(arg.expiration()));
    }
  }

  private static String time(long seconds) {
    return CTIME.format(Instant.ofEpochSecond(seconds).atZone(ZoneId.systemDefault()));
  }

  private void say(String text) {
    if (options.verbose > 0) {
      client.console().complain(client.program() + ": " + text);
    }
  }
}
