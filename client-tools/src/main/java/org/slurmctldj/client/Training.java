package org.slurmctldj.client;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Console;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.JobInfoResponse;
import org.slurmctldj.proto.slurm.JobStepInfo;
import org.slurmctldj.proto.slurm.JobStepInfoResponse;
import org.slurmctldj.proto.slurm.MultiCoreData;
import org.slurmctldj.proto.slurm.NodeInfo;
import org.slurmctldj.proto.slurm.NodeInfoResponse;
import org.slurmctldj.proto.slurm.PartitionInfo;
import org.slurmctldj.proto.slurm.PartitionInfoResponse;
import org.slurmctldj.proto.slurm.ReturnCodeMsg;
import org.slurmctldj.proto.slurm.SlurmStruct;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.slurm.SubmitBatchJobResponse;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * The run from which the build makes the clients' AOT cache: common command lines against a controller and a munged that live in
 * this process and know one job on one node. Never run otherwise.
 */
final class Training {
  private static final int MUNGE_HEADER = 11;

  private final Path directory;
  private final ServerSocket controller;

  private Training() throws IOException {
    directory = Files.createTempDirectory("slurmj-training");
    controller = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
  }

  public static void main(String[] arguments) throws IOException {
    new Training().run();
  }

  private void run() throws IOException {
    Path munge = directory.resolve("munge");
    Path conf = directory.resolve("slurm.conf");
    ServerSocketChannel munged = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    munged.bind(UnixDomainSocketAddress.of(munge));
    Files.writeString(
        conf,
        """
        ClusterName=training
        SlurmctldHost=localhost(127.0.0.1)
        SlurmctldPort=%d
        SlurmUser=root
        AuthType=auth/munge
        AuthInfo=socket=%s
        NodeName=n[1-2] CPUs=4
        PartitionName=debug Nodes=ALL Default=YES
        """
            .formatted(controller.getLocalPort(), munge),
        StandardCharsets.ISO_8859_1);
    Thread.ofPlatform().daemon().start(() -> serveMunge(munged));
    Thread.ofPlatform().daemon().start(this::serveController);
    Map<String, String> environment = new HashMap<>(Client.environmentOf(org.slurmctldj.proto.os.ProcessFacts.environment()));
    environment.put("SLURM_CONF", conf.toString());
    environment.put("XDG_RUNTIME_DIR", directory.toString());
    Console console = new Console(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
    for (List<String> line :
        List.of(
            List.of("squeue"),
            List.of("squeue", "-l", "-u", "root"),
            List.of("squeue", "-h", "-o", "%i %t %S", "-t", "all", "-j", "1"),
            List.of("squeue", "-O", "jobid:|,name:.10,minmemory"),
            List.of("squeue", "-s"),
            List.of("sinfo"),
            List.of("sinfo", "-N", "-l"),
            List.of("sinfo", "-R"),
            List.of("sinfo", "-o", "%P %C %m %O %e"),
            List.of("sbatch", "--parsable", "-n", "2", "--wrap", "true"),
            List.of("scancel", "5"),
            List.of("scontrol", "show", "job"),
            List.of("scontrol", "show", "node"),
            List.of("scontrol", "show", "partition"),
            List.of("scontrol", "hold", "5"))) {
      try {
        int status = Main.run(new Client(line.get(0), line.subList(1, line.size()), environment, console));
        if (status != 0) {
          throw new IllegalStateException(line + " ended with " + status);
        }
      } catch (Exit e) {
        throw new IllegalStateException(line + " ended with " + e.status(), e);
      }
      console.flush();
    }
    try (var files = Files.list(directory)) {
      files.forEach(file -> file.toFile().delete());
    }
    Files.delete(directory);
  }

  private static void serveMunge(ServerSocketChannel server) {
    byte[] text = "MUNGE:training:".getBytes(StandardCharsets.ISO_8859_1);
    while (true) {
      try (SocketChannel peer = server.accept()) {
        ByteBuffer request = ByteBuffer.allocate(1 << 16);
        while (request.position() < MUNGE_HEADER || request.position() < MUNGE_HEADER + request.getInt(7)) {
          if (peer.read(request) < 0) {
            break;
          }
        }
        // magic, version, type ENC_RSP, retry, length; no error, no error text, credential
        ByteBuffer answer = ByteBuffer.allocate(MUNGE_HEADER + 6 + text.length + 1);
        answer.putInt(0x00606D4B).put((byte) 4).put((byte) 3).put((byte) 0).putInt(6 + text.length + 1);
        answer.put((byte) 0).put((byte) 0).putInt(text.length + 1).put(text).put((byte) 0).flip();
        while (answer.hasRemaining()) {
          peer.write(answer);
        }
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serveController() {
    while (true) {
      try (Socket peer = controller.accept()) {
        Frame request = Frame.read(peer.getInputStream(), 1 << 20);
        int number = request.version() >> 8;
        Packer body = new Packer(4096);
        int type =
            switch (request.type()) {
              case 2003, 2021, 2039 -> answer(2004, body, jobs(), number);
              case 2005 -> answer(2006, body, steps(), number);
              case 2007 -> answer(2008, body, nodes(), number);
              case 2009 -> answer(2010, body, partitions(), number);
              case 4003 -> answer(4004, body, new SubmitBatchJobResponse().stepId(new StepId().jobId(5)), number);
              default -> answer(8001, body, new ReturnCodeMsg(), number);
            };
        peer.getOutputStream().write(Frame.toBytes(request.header().response(type), Credential.ABSENT, body.toByteArray()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static int answer(int type, Packer body, SlurmStruct message, int number) {
    message.write(body, number);
    return type;
  }

  private static JobInfoResponse jobs() {
    long now = System.currentTimeMillis() / 1000;
    JobInfo running =
        new JobInfo()
            .jobId(1)
            .arrayTaskId(SlurmConstants.NO_VAL)
            .jobState(1)
            .name("training")
            .partition("debug")
            .nodes("n[1-2]")
            .numNodes(2)
            .numCpus(2)
            .startTime(now - 60)
            .submitTime(now - 61)
            .timeLimit(60)
            .mcPtr(new MultiCoreData());
    JobInfo waiting =
        new JobInfo().jobId(2).arrayJobId(2).arrayTaskId(SlurmConstants.NO_VAL).arrayTaskStr("0xE").partition("debug").name("array");
    return new JobInfoResponse().lastUpdate(now).jobs(List.of(running, waiting));
  }

  private static JobStepInfoResponse steps() {
    StepId id = new StepId().jobId(1).stepId(0).stepHetComp(SlurmConstants.NO_VAL);
    return new JobStepInfoResponse().steps(List.of(new JobStepInfo().stepId(id).partition("debug").name("step").nodes("n1")));
  }

  private static NodeInfoResponse nodes() {
    NodeInfo one = new NodeInfo().name("n1").nodeHostname("n1").nodeAddr("n1").nodeState(3).cpus(4).cpusEfctv(4).allocCpus(2);
    NodeInfo two =
        new NodeInfo().name("n2").nodeHostname("n2").nodeAddr("n2").nodeState(1).cpus(4).cpusEfctv(4).reason("no power");
    return new NodeInfoResponse().nodes(List.of(one, two.reasonTime(1)));
  }

  private static PartitionInfoResponse partitions() {
    PartitionInfo debug = new PartitionInfo().name("debug").flags(1).stateUp(3).maxTime(SlurmConstants.INFINITE).maxShare(1);
    return new PartitionInfoResponse().partitions(List.of(debug.nodeInx(Bitmap.ofBits(2, 0, 1)).totalNodes(2)));
  }
}
