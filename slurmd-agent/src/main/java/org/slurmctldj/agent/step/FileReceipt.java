package org.slurmctldj.agent.step;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.door.NodeAnswer;
import org.slurmctldj.agent.door.NodeRequest;
import org.slurmctldj.agent.door.NodeTrust;
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
  private static final int KNOWN = FORCE | LAST_BLOCK;
  private static final int HELPER_FIRST = 1;
  private static final int HELPER_FORCE = 2;
  private static final int HELPER_LAST = 4;
  private static final int HELPER_PRIVILEGED = 8;
  private static final int MOST_OPEN = 1000;
  private static final int HELPER_SECONDS = 300;

  private final Steps steps;
  private final Path executable;
  private final boolean privileged;
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
      if (body.compress() != 0) {
        return NodeAnswer.error(SlurmError.ESLURM_NOT_SUPPORTED, "sbcast --compress is not supported by slurmd-agent");
      }
      if ((body.flags() & ~KNOWN) != 0) {
        return NodeAnswer.error(SlurmError.ESLURM_NOT_SUPPORTED, "sbcast --send-libs is not supported by slurmd-agent");
      }
      String name = body.fname() == null ? "" : body.fname();
      if (name.endsWith("/")) {
        name += defaultName(arg.stepId().jobId(), arg.stepId().stepId(), node);
      }
      return write(body, arg, name);
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

  /** Of srun --bcast with a directory; the step's tasks run it by this name. */
  static String defaultName(long job, long step, String node) {
    return "slurm_bcast_" + job + "." + step + "_" + node;
  }

  private NodeAnswer write(FileBcast body, SbcastCredArg arg, String name)
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
            | (privileged ? HELPER_PRIVILEGED : 0);
    int code = run(body, user, name, offset, flags);
    synchronized (open) {
      if (last || code != 0) {
        open.remove(key);
      } else {
        open.put(key, offset + body.block().length);
      }
    }
    if (code != 0) {
      log.error("sbcast: uid {} cannot write {}: error {}", user.uid(), name, code);
    }
    return NodeAnswer.code(code);
  }

  private int run(FileBcast body, StepUser user, String name, long offset, int flags) throws IOException, InterruptedException {
    byte[] file = name.getBytes(StandardCharsets.ISO_8859_1);
    String head =
        user.uid() + " " + user.gid() + " " + flags + " " + body.modes() + " " + body.atime() + " " + body.mtime() + " " + offset
            + " " + file.length + " " + body.block().length + "\n" + user.groupsText() + "\n";
    Process helper =
        new ProcessBuilder(executable.toString(), "put")
            .directory(Path.of("/").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream out = helper.getOutputStream()) {
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(file);
      out.write(body.block());
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
