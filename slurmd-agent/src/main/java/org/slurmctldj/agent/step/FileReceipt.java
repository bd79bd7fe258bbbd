package org.slurmctldj.agent.step;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.door.NodeAnswer;
import org.slurmctldj.agent.door.NodeRequest;
import org.slurmctldj.agent.door.NodeTrust;
import org.slurmctldj.proto.bcast.BlockCompression;
import org.slurmctldj.proto.cred.CredException;
import org.slurmctldj.proto.slurm.FileBcast;
import org.slurmctldj.proto.slurm.SbcastCredArg;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.text.HostlistException;

/**
 * REQUEST_FILE_BCAST: sbcast and srun --bcast write a file here, block by block, as the user. A native helper drops to the
 * user's ids for each block. Requests' threads.
 */
final class FileReceipt {
  private static final Logger log = LoggerFactory.getLogger(FileReceipt.class);
  private static final int FORCE = 1;
  private static final int LAST_BLOCK = 2;
  /** A library of the program that came before it. */
  private static final int LIBRARY = 4;
  /** A program whose libraries come after it. */
  private static final int WITH_LIBRARIES = 8;
  private static final int KNOWN = FORCE | LAST_BLOCK | LIBRARY | WITH_LIBRARIES;
  private static final int HELPER_FIRST = 1;
  private static final int HELPER_FORCE = 2;
  private static final int HELPER_LAST = 4;
  private static final int HELPER_PRIVILEGED = 8;
  private static final int HELPER_LIBRARIES = 16;
  /** Bytes of a block, which the helper takes; those of sbcast and srun have up to ten times 8 MiB when they are unpacked. */
  private static final long LARGEST_BLOCK = 128L << 20;
  /** Unpacked blocks at once: what SlurmdPort takes in is bounded by NodeDoor, what comes out of it is not. */
  private static final int MOST_UNPACKED = 1;
  private static final int MOST_OPEN = 1000;
  private static final int HELPER_SECONDS = 300;

  private final Steps steps;
  private final Path executable;
  private final boolean privileged;
  private final Semaphore unpacked = new Semaphore(MOST_UNPACKED);
  /** Transfers that began and did not end: a later block without its first is refused. */
  private final Map<String, Long> open =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST_OPEN;
        }
      };

  FileReceipt(Steps steps, Path executable, boolean privileged) {
    this.steps = steps;
    this.executable = executable;
    this.privileged = privileged;
  }

  NodeAnswer serve(NodeRequest request, NodeTrust trust) {
    FileBcast body = (FileBcast) request.body();
    String node = steps.node().launch().nodeName();
    try {
      SbcastCredArg arg = trust.credentials().verify(body.cred());
      if (!Hostlist.parse(arg.nodes()).contains(node)) {
        return refuse(request, "its credential names " + arg.nodes());
      }
      if (arg.id().uid() != request.uid()) {
        return refuse(request, "its credential is of uid " + arg.id().uid());
      }
      if ((body.flags() & ~KNOWN) != 0) {
        return NodeAnswer.error(SlurmError.ESLURM_NOT_SUPPORTED, "flags " + body.flags() + " of a file are not supported by slurmd-agent");
      }
      String name = name(body, arg, node);
      if (name == null) {
        return NodeAnswer.code(SlurmError.SLURM_ERROR.number());
      }
      if (body.compress() == BlockCompression.NONE.number()) {
        return write(body, body.block(), arg, name);
      }
      unpacked.acquire();
      try {
        return write(body, plain(body), arg, name);
      } finally {
        unpacked.release();
      }
    } catch (CredException e) {
      log.error("sbcast of uid {} refused: {}", request.uid(), e.getMessage());
      return NodeAnswer.code(SlurmError.ESLURMD_INVALID_JOB_CREDENTIAL.number());
    } catch (HostlistException e) {
      return refuse(request, e.getMessage());
    } catch (StepRefusal e) {
      log.error("sbcast of uid {} refused: {}", request.uid(), e.getMessage());
      return NodeAnswer.code(e.number());
    } catch (IOException e) {
      log.error("sbcast of uid {}: {}", request.uid(), e.getMessage());
      return NodeAnswer.code(SlurmError.SLURM_ERROR.number());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return NodeAnswer.code(SlurmError.SLURM_ERROR.number());
    }
  }

  private static NodeAnswer refuse(NodeRequest request, String why) {
    log.error("sbcast of uid {} at {} refused: {}", request.uid(), request.origin(), why);
    return NodeAnswer.code(SlurmError.ESLURMD_INVALID_JOB_CREDENTIAL.number());
  }

  /** Where it is to be written; null: a library whose program has not been here. */
  private String name(FileBcast body, SbcastCredArg arg, String node) {
    String name = body.fname() == null ? "" : body.fname();
    if ((body.flags() & LIBRARY) == 0) {
      return inDirectory(name, arg, node);
    }
    String program = body.exeFname() == null ? null : inDirectory(body.exeFname(), arg, node);
    String directory = steps.libraries().directory(SentLibraries.Owner.of(arg), program).orElse(null);
    if (directory == null || name.isEmpty() || name.contains("/")) {
      log.error("Could not find library directory for transfer from uid {}", arg.id().uid());
      return null;
    }
    return directory + "/" + name;
  }

  private static String inDirectory(String name, SbcastCredArg arg, String node) {
    return name.endsWith("/") ? name + defaultName(arg.stepId().jobId(), arg.stepId().stepId(), node) : name;
  }

  private static byte[] plain(FileBcast body) throws IOException {
    BlockCompression how =
        BlockCompression.of(body.compress()).orElseThrow(() -> new IOException("compression type " + body.compress() + " not supported"));
    if (body.uncompLen() > LARGEST_BLOCK) {
      throw new IOException("a block of " + body.uncompLen() + " bytes is too large");
    }
    try {
      return how.unpack(body.block(), (int) body.uncompLen());
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Of srun --bcast with a directory; the step's tasks run it by this name. */
  static String defaultName(long job, long step, String node) {
    return "slurm_bcast_" + job + "." + step + "_" + node;
  }

  private NodeAnswer write(FileBcast body, byte[] data, SbcastCredArg arg, String name)
      throws IOException, InterruptedException, StepRefusal {
    StepUser user = StepUser.of(arg.id());
    String key = user.uid() + " " + arg.stepId().jobId() + " " + name;
    boolean first = body.blockNo() == 1;
    boolean last = (body.flags() & LAST_BLOCK) != 0;
    synchronized (open) {
      if (!first && !open.containsKey(key)) {
        log.error("no transfer of {} by uid {} has begun", name, user.uid());
        return NodeAnswer.code(SlurmError.SLURM_ERROR.number());
      }
      if (first) {
        log.info("sbcast req_uid={} job_id={} fname={} block_no=1", user.uid(), arg.stepId().jobId(), name);
        open.put(key, 0L);
      }
    }
    long offset;
    synchronized (open) {
      offset = open.getOrDefault(key, 0L);
    }
    int flags =
        (first ? HELPER_FIRST : 0)
            | ((body.flags() & FORCE) != 0 ? HELPER_FORCE : 0)
            | (last ? HELPER_LAST : 0)
            | ((body.flags() & WITH_LIBRARIES) != 0 ? HELPER_LIBRARIES : 0)
            | (privileged ? HELPER_PRIVILEGED : 0);
    int code = run(body, data, user, name, offset, flags);
    if (first && code == 0 && (body.flags() & WITH_LIBRARIES) != 0) {
      steps.libraries().add(SentLibraries.Owner.of(arg), name);
    }
    synchronized (open) {
      if (last || code != 0) {
        open.remove(key);
      } else {
        open.put(key, offset + data.length);
      }
    }
    if (code != 0) {
      log.error("sbcast: uid {} cannot write {}: error {}", user.uid(), name, code);
    }
    return NodeAnswer.code(code);
  }

  private int run(FileBcast body, byte[] data, StepUser user, String name, long offset, int flags) throws IOException, InterruptedException {
    byte[] file = name.getBytes(StandardCharsets.ISO_8859_1);
    String head =
        user.uid() + " " + user.gid() + " " + flags + " " + body.modes() + " " + body.atime() + " " + body.mtime() + " " + offset
            + " " + file.length + " " + data.length + "\n" + user.groupsText() + "\n";
    Process helper =
        new ProcessBuilder(executable.toString(), "put")
            .directory(Path.of("/").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream out = helper.getOutputStream()) {
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(file);
      out.write(data);
    } catch (IOException e) {
      // its exit status says why
      log.debug("sbcast: {}", e.getMessage());
    }
    if (!helper.waitFor(HELPER_SECONDS, TimeUnit.SECONDS)) {
      helper.destroyForcibly();
      throw new IOException("the file system does not take " + name);
    }
    return helper.exitValue();
  }
}
