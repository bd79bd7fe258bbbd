package org.slurmctldj.agent.step;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.launch.ShepherdSpec;

/**
 * The socket of an extern step where pam_slurm_adopt looks for slurmstepd's: SlurmdSpoolDir/NODE_JOB.4294967292. A client says
 * its protocol version and is told one, then asks: numbers of the machine's own byte order, 32 bits each. Served are the
 * requests of that module, as slurmstepd 22.05.8 and 24.11.5 answer them; anything else closes the connection. Open to
 * the agent's user alone: sshd's PAM modules run as root. A thread for each client, none is waited for.
 */
final class ExternDoor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ExternDoor.class);
  private static final int UID = 20;
  private static final int ADD_EXTERN_PID = 22;
  private static final int X11_DISPLAY = 23;
  private static final int NAMESPACE = 26;
  /** 22.05 and 26.05, the oldest and newest spoken here. */
  private static final int OLDEST = 38 << 8;

  private static final int NEWEST = 45 << 8;
  private static final int FAILED = -1;

  private final StepRun run;
  private final Path path;
  private final ServerSocketChannel listener;
  private final UserPrincipal owner;

  private ExternDoor(StepRun run, Path path, ServerSocketChannel listener, UserPrincipal owner) {
    this.run = run;
    this.path = path;
    this.listener = listener;
    this.owner = owner;
  }

  static ExternDoor open(Path spoolDirectory, String node, StepRun run) throws IOException {
    StepKey key = run.facts().key();
    Path path = spoolDirectory.resolve(node + "_" + key.jobId() + "." + key.stepId());
    Files.deleteIfExists(path);
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
      ExternDoor door = new ExternDoor(run, path, listener, Files.getOwner(path));
      Thread.ofVirtual().name("extern-" + key.jobId()).start(door::accept);
      return door;
    } catch (IOException e) {
      listener.close();
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        SocketChannel client = listener.accept();
        Thread.ofVirtual().name("adopt-" + run.facts().key().jobId()).start(() -> serve(client));
      } catch (IOException e) {
        if (listener.isOpen()) {
          log.error("step {}: {}", run.facts().key(), e.getMessage());
          close();
        }
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      boolean trusted = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(owner);
      int version = read(client);
      if (version < OLDEST) {
        log.error("step {}: a client of protocol version {}", run.facts().key(), version);
        return;
      }
      write(client, Math.min(version, NEWEST));
      while (answer(client, read(client), trusted)) {}
    } catch (EOFException e) {
      // it has heard what it wanted
    } catch (IOException e) {
      log.debug("step {}: {}", run.facts().key(), e.getMessage());
    }
  }

  private boolean answer(SocketChannel client, int request, boolean trusted) throws IOException {
    switch (request) {
      case UID -> write(client, (int) run.facts().uid());
      case ADD_EXTERN_PID -> {
        int pid = read(client);
        write(client, trusted && adopt(pid) ? 0 : FAILED);
      }
      // none, without a file
      case X11_DISPLAY -> write(client, 0, 0);
      case NAMESPACE -> write(client, 0);
      default -> {
        log.error("step {}: request {} is not served here", run.facts().key(), request);
        return false;
      }
    }
    return true;
  }

  /** Into the step's control groups; without any nothing would end it with the job, so it stays outside. */
  private boolean adopt(int pid) throws IOException {
    List<String> groups = ShepherdSpec.values(run.directory().resolve("spec"), "cgroup");
    if (groups.isEmpty() || pid < 2 || run.processGone()) {
      log.error("step {}: pid {} cannot be adopted{}", run.facts().key(), pid, groups.isEmpty() ? ": there are no control groups" : "");
      return false;
    }
    try {
      for (String group : groups) {
        Files.writeString(Path.of(group, "cgroup.procs"), Integer.toString(pid));
      }
    } catch (IOException e) {
      log.error("step {}: pid {} cannot be adopted: {}", run.facts().key(), pid, e.toString());
      return false;
    }
    log.info("step {}: pid {} adopted", run.facts().key(), pid);
    return true;
  }

  private static int read(SocketChannel client) throws IOException {
    ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
    while (word.hasRemaining()) {
      if (client.read(word) < 0) {
        throw new EOFException();
      }
    }
    return word.flip().getInt();
  }

  private static void write(SocketChannel client, int... words) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.nativeOrder());
    for (int word : words) {
      out.putInt(word);
    }
    out.flip();
    while (out.hasRemaining()) {
      client.write(out);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      log.warn("step {}: {}: {}", run.facts().key(), path, e.getMessage());
    }
  }
}
