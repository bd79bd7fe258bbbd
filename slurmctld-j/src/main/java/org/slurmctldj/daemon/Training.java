package org.slurmctldj.daemon;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.slurm.BuildInfoRequest;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.JobInfoRequest;
import org.slurmctldj.proto.slurm.KillJobMsg;
import org.slurmctldj.proto.slurm.NodeInfoRequest;
import org.slurmctldj.proto.slurm.PartitionInfoRequest;
import org.slurmctldj.proto.slurm.ShutdownMsg;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * The run from which the build makes the controller's AOT cache: a daemon in a temporary folder takes submissions and
 * questions of an old and a new release, runs jobs on a node of old, ends, and comes back to what it had. What these requests load, link and find
 * hot is ready at each later start; a last life has a cloud. Never run otherwise.
 */
final class Training {
  private static final int OLD = 38;
  private static final int NEW = 44;
  private static final int JOBS = 600;
  private static final int CLIENTS = 4;
  private static final int RUNS = 300;
  /** So long, at most, jobs are run. */
  private static final long JOBS_NANOS = 20_000_000_000L;

  private final Path directory;
  private final int port;
  private final long uid = ProcessFacts.effectiveUid();
  private final CredentialFactory munge;
  private final CredentialFactory key;
  private final TrainingNode node;

  private Training() throws IOException {
    directory = Files.createTempDirectory("slurmctldj-training");
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    byte[] secret = new byte[64];
    Files.createFile(directory.resolve("slurm.key"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(directory.resolve("slurm.key"), secret);
    munge = CredentialFactory.munge(new MungeClient(directory + "/munge"), 0);
    key = CredentialFactory.key(SlurmKey.of(secret), "training", "localhost", uid, uid, 60);
    node = new TrainingNode(munge, this::ask);
    writeConf();
    TrainingMunge.serve(directory.resolve("munge"), uid);
  }

  public static void main(String[] arguments) throws Exception {
    Training t = new Training();
    try {
      t.round(t::work);
      t.round(() -> {});
      t.pools();
    } finally {
      t.clean();
    }
    System.exit(0);
  }

  private void writeConf() throws IOException {
    String user = UserDatabase.userById(uid).map(UserDatabase.User::name).orElse("root");
    Files.writeString(
        directory.resolve("slurm.conf"),
        """
        ClusterName=training
        SlurmctldHost=localhost(127.0.0.1)
        SlurmctldPort=%d
        SlurmUser=%s
        AuthType=auth/munge
        AuthAltTypes=auth/slurm
        AuthInfo=socket=%2$s/munge
        StateSaveLocation=%3$s/state
        SlurmctldPidFile=%3$s/pid
        SlurmctldLogFile=%3$s/log
        SelectType=select/cons_tres
        SelectTypeParameters=CR_Core
        NodeName=n[1-4] CPUs=4 RealMemory=1000
        NodeName=%4$s CPUs=64 RealMemory=64000 NodeAddr=127.0.0.1 Port=%5$d
        PartitionName=debug Nodes=ALL Default=YES
        """
            .replace("%2$s", directory.toString())
            .replace("%3$s", directory.toString())
            .replace("%4$s", TrainingNode.NAME)
            .replace("%5$d", String.valueOf(node.port()))
            .formatted(port, user),
        StandardCharsets.ISO_8859_1);
    Files.writeString(directory.resolve("slurmctld-j.conf"), "SackSocket=" + directory + "/sack\n", StandardCharsets.ISO_8859_1);
  }

  private interface Work {
    void run() throws Exception;
  }

  private void work() throws Exception {
    submissions();
    jobs();
  }

  /** One life of the daemon with a cloud: an array takes the whole of a group. Without it the cache is still one, too. */
  private void pools() throws Exception {
    try (TrainingCloud cloud = new TrainingCloud()) {
      cloud.writePools(directory, port);
      round(() -> order(cloud));
    } catch (IOException | RuntimeException e) {
      System.out.println("training: pools were given up: " + e);
    }
  }

  private void order(TrainingCloud cloud) throws Exception {
    long until = System.nanoTime() + JOBS_NANOS;
    ask(OLD, 4003, job().priority(SlurmConstants.NO_VAL).partition("pool").arrayInx("1-" + TrainingCloud.NODES));
    while (cloud.ordered() < TrainingCloud.NODES && System.nanoTime() < until) {
      ask(OLD, 2007, new NodeInfoRequest());
      ask(OLD, 2009, new PartitionInfoRequest());
      Thread.sleep(20);
    }
    System.out.println("training: " + cloud.ordered() + " instances ordered");
  }

  /** One life of the daemon. */
  private void round(Work work) throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread daemon =
        Thread.ofPlatform().start(() -> {
          try {
            DaemonLog log = DaemonLog.start();
            int status = Slurmctld.run(CommandLineOptions.parse(new String[] {"-f", directory + "/slurm.conf"}), log);
            log.close();
            if (status != 0) {
              failure.set(new IllegalStateException("the daemon ended with " + status));
            }
          } catch (RuntimeException e) {
            failure.set(e);
          }
        });
    awaitPing(daemon, failure);
    work.run();
    for (int version : new int[] {OLD, NEW}) {
      for (int i = 0; i < 5; i++) {
        ask(version, 2003, new JobInfoRequest());
        ask(version, 2007, new NodeInfoRequest());
        ask(version, 2009, new PartitionInfoRequest());
        ask(version, 2001, new BuildInfoRequest());
        ask(version, 5032, new KillJobMsg().stepId(new StepId().jobId(1L + i).stepId(SlurmConstants.NO_VAL)).signal(9));
      }
    }
    ask(NEW, 1005, new ShutdownMsg());
    daemon.join();
    if (failure.get() != null) {
      throw new IllegalStateException(failure.get());
    }
  }

  private void awaitPing(Thread daemon, AtomicReference<Throwable> failure) throws Exception {
    while (true) {
      try {
        ask(NEW, 1008, null);
        return;
      } catch (IOException e) {
        if (!daemon.isAlive()) {
          throw new IllegalStateException("the daemon did not start", failure.get());
        }
        Thread.sleep(20);
      }
    }
  }

  private void submissions() throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> clients = new ArrayList<>();
    for (int c = 0; c < CLIENTS; c++) {
      int version = c % 2 == 0 ? OLD : NEW;
      clients.add(
          Thread.ofPlatform().start(() -> {
            try {
              for (int i = 0; i < JOBS; i++) {
                ask(version, 4003, job());
              }
            } catch (IOException | RuntimeException e) {
              failure.set(e);
            }
          }));
    }
    for (Thread t : clients) {
      t.join();
    }
    if (failure.get() != null) {
      throw new IllegalStateException(failure.get());
    }
  }

  /** Jobs and sruns from their start to their end. Without them the cache is still one: a start only warms up later. */
  private void jobs() {
    long until = System.nanoTime() + JOBS_NANOS;
    try {
      node.register();
      int ran = 0;
      int sruns = 0;
      while (ran < RUNS && System.nanoTime() < until) {
        ask(OLD, 4003, job().priority(SlurmConstants.NO_VAL));
        sruns += node.srun(job().script(null).priority(SlurmConstants.NO_VAL)) ? 1 : 0;
        ran++;
      }
      System.out.println("training: " + ran + " jobs and " + sruns + " sruns, " + node.over() + " of them ended on the node");
    } catch (IOException | RuntimeException e) {
      System.out.println("training: jobs that run were given up: " + e);
    }
  }

  private JobDescMsg job() {
    return new JobDescMsg()
        .script("#!/bin/sh\ntrue\n")
        .environment(new String[] {"PATH=/bin", "HOME=/root", "LANG=C"})
        .argv(new String[] {"/tmp/training"})
        .name("training")
        .workDir("/tmp")
        .minNodes(1)
        .priority(0)
        .userId(uid)
        .groupId(uid);
  }

  private Frame ask(int version, int type, SlurmBody body) throws IOException {
    Packer p = new Packer();
    if (body != null) {
      body.write(p, version);
    }
    byte[] bytes = p.toByteArray();
    CredentialFactory factory = version == OLD ? munge : key;
    Credential credential = factory.create(version << 8, type, BodyHash.K12, bytes, CredentialFactory.ANYONE);
    try (Socket s = new Socket(InetAddress.getLoopbackAddress(), port)) {
      s.getOutputStream().write(Frame.toBytes(Header.request(version << 8, type), credential, bytes));
      s.setSoTimeout(20_000);
      // slurmd 22.05 is not answered that it has said what is over
      return type == 6012 ? null : Frame.read(s.getInputStream(), 1 << 26);
    }
  }

  private void clean() throws IOException {
    node.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
    }
  }
}
