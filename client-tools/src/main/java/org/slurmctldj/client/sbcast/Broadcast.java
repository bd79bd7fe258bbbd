package org.slurmctldj.client.sbcast;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.job.ByteNames;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.client.srun.NodeCalls;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.slurm.FileBcast;
import org.slurmctldj.proto.slurm.JobSbcastCredResponse;
import org.slurmctldj.proto.slurm.SbcastCred;
import org.slurmctldj.proto.slurm.SbcastCredArg;
import org.slurmctldj.proto.text.Hostlist;

/** Sends one file to nodes, block after block; each block goes on when all of them have the one before. */
final class Broadcast {
  /** Bytes of a block unless -s says otherwise. */
  static final int BLOCK = 8 << 20;

  private static final int FILE_BCAST = 6014;
  private static final int FORCE = 1;
  private static final int LAST_BLOCK = 2;
  private static final int FAILED = 255;
  private static final int MOST_FANOUT = 64;
  private static final DateTimeFormatter CTIME = DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);

  /** What the command line says. */
  static final class Request {
    String source;
    String destination;
    String exclude;
    int blockSize = BLOCK;
    int fanout;
    int timeoutSeconds;
    int verbose;
    boolean force;
    boolean preserve;

    /** Protocol version of the credential's answer, hence of the nodes. */
    int version;
  }

  private final Client client;
  private final Request request;
  private Map<String, Object> facts;
  private long size;

  Broadcast(Client client, Request request) {
    this.client = client;
    this.request = request;
  }

  private Path path() {
    return ByteNames.path(request.source);
  }

  /** Looks at the file; ends the command when it cannot be sent. */
  void open() {
    try {
      if (!Files.isReadable(path())) {
        String why = Files.exists(path()) ? "Permission denied" : "No such file or directory";
        client.error("Can't open `" + request.source + "`: " + why);
        throw new Exit(FAILED);
      }
      facts = Files.readAttributes(path(), "unix:mode,uid,gid,lastAccessTime,lastModifiedTime,ctime,size");
      size = (Long) facts.get("size");
      say("modes    = " + Integer.toOctalString((Integer) facts.get("mode")));
      say("uid      = " + facts.get("uid"));
      say("gid      = " + facts.get("gid"));
      say("atime    = " + time(seconds("lastAccessTime")));
      say("mtime    = " + time(seconds("lastModifiedTime")));
      say("ctime    = " + time(seconds("ctime")));
      say("size     = " + size);
    } catch (NoSuchFileException e) {
      client.error("Can't open `" + request.source + "`: No such file or directory");
      throw new Exit(FAILED);
    } catch (IOException e) {
      client.error("Can't stat `" + request.source + "`: " + e.getMessage());
      throw new Exit(FAILED);
    }
  }

  /** The command's exit status: 0 or the number of the error that a node answered. */
  int send(JobSbcastCredResponse answer) {
    describe(answer);
    if (Files.isDirectory(path())) {
      client.error("Can't mmap file `" + request.source + "`, No such device.");
      return FAILED;
    }
    if (size == 0) {
      client.error("Warning: file `" + request.source + "` is empty.");
    }
    List<String> nodes = Hostlist.parse(answer.nodeList()).toList();
    NodeCalls calls = new NodeCalls(client, request.version);
    int timeout = request.timeoutSeconds > 0 ? request.timeoutSeconds : client.conf().messageTimeout();
    int block = (int) Math.max(1, Math.min(size, Math.max(1, request.blockSize)));
    byte[] bytes = new byte[block];
    try (RandomAccessFile in = new RandomAccessFile(path().toFile(), "r")) {
      long offset = 0;
      for (int number = 1; ; number++) {
        int length = (int) Math.min(block, size - offset);
        in.readFully(bytes, 0, length);
        boolean last = offset + length >= size;
        if (request.verbose > 1) {
          client.console().complain("sbcast: debug:  block " + number + ", size " + length);
        }
        byte[] piece = length == bytes.length ? bytes : java.util.Arrays.copyOf(bytes, length);
        int code = send(calls, nodes, message(number, offset, piece, last, answer.sbcastCred()), timeout);
        if (code != 0 || last) {
          return code;
        }
        offset += length;
      }
    } catch (IOException e) {
      client.error("Can't read `" + request.source + "`: " + e.getMessage());
      return FAILED;
    }
  }

  private int send(NodeCalls calls, List<String> nodes, FileBcast message, int timeout) {
    Map<String, NodeCalls.Answer> answers =
        request.fanout > 0
            ? calls.exchange(nodes, FILE_BCAST, message, timeout, Math.min(MOST_FANOUT, request.fanout))
            : calls.exchange(nodes, FILE_BCAST, message, timeout);
    int worst = 0;
    for (Map.Entry<String, NodeCalls.Answer> a : answers.entrySet()) {
      int code = a.getValue().code() == -1 ? RequestFailed.NO_CONNECTION : a.getValue().code();
      if (code != 0) {
        client.error("REQUEST_FILE_BCAST(" + a.getKey() + "): " + new RequestFailed(code).text(client.controller().version()));
        worst = Math.max(worst, code);
      }
    }
    return worst > 255 ? 1 : worst;
  }

  private FileBcast message(int number, long offset, byte[] piece, boolean last, SbcastCred credential) {
    long uid = client.uid();
    return new FileBcast()
        .blockNo(number)
        .compress(0)
        .flags((request.force ? FORCE : 0) | (last ? LAST_BLOCK : 0))
        .modes((Integer) facts.get("mode") & 0xffff)
        .uid(uid)
        .userName(UserDatabase.userById(uid).map(UserDatabase.User::name).orElse(Long.toString(uid)))
        .gid(ProcessFacts.effectiveGid())
        .atime(request.preserve ? seconds("lastAccessTime") : 0)
        .mtime(request.preserve ? seconds("lastModifiedTime") : 0)
        .fname(request.destination)
        .uncompLen(piece.length)
        .blockOffset(offset)
        .fileSize(size)
        .block(piece)
        .cred(credential);
  }

  private void describe(JobSbcastCredResponse answer) {
    say("jobid      = " + answer.jobId());
    say("node_list  = " + answer.nodeList());
    if (request.verbose > 0 && !answer.sbcastCred().isToken()) {
      SbcastCredArg arg = answer.sbcastCred().arg();
      say("Sbcast_cred: JobId   " + arg.stepId().jobId());
      say("Sbcast_cred: StepId  " + arg.stepId().stepId());
      say("Sbcast_cred: Nodes   " + arg.nodes());
      say("Sbcast_cred: ctime   " + time(arg.ctime()));
      say("Sbcast_cred: Expire  " + time(arg.expiration()));
    }
  }

  private long seconds(String fact) {
    return ((FileTime) facts.get(fact)).toInstant().getEpochSecond();
  }

  private static String time(long seconds) {
    return CTIME.format(Instant.ofEpochSecond(seconds).atZone(ZoneId.systemDefault()));
  }

  private void say(String text) {
    if (request.verbose > 0) {
      client.console().complain("sbcast: " + text);
    }
  }
}
