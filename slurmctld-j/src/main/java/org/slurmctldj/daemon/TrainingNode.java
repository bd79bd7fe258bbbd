package org.slurmctldj.daemon;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.slurm.BatchJobLaunch;
import org.slurmctldj.proto.slurm.CompleteBatchScript;
import org.slurmctldj.proto.slurm.CompleteJobAllocation;
import org.slurmctldj.proto.slurm.EpilogComplete;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.JobReadyRequest;
import org.slurmctldj.proto.slurm.JobStepCreateRequest;
import org.slurmctldj.proto.slurm.KillJobNodeMsg;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.NodeRegistrationStatus;
import org.slurmctldj.proto.slurm.ResourceAllocationResponse;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.slurm.StepComplete;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * A slurmd and its sruns for {@link Training}: a node that takes batch jobs, says at once that they are over, and whose
 * sruns allocate, make a step and end. Nothing is run. What it does is what every job does, so it should be hot at each start.
 */
final class TrainingNode implements AutoCloseable {
  static final String NAME = "n5";

  private static final int VERSION = 38;
  private static final int RESPONSE_SLURM_RC = 8001;
  private static final int LAUNCH = 4005;
  private static final int TERMINATE = 6011;

  /** What Training sends a request with. */
  interface Asker {
    Frame ask(int version, int type, SlurmBody body) throws IOException;
  }

  private final ServerSocket server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
  private final CredentialFactory munge;
  private final Asker controller;
  private final AtomicInteger over = new AtomicInteger();

  TrainingNode(CredentialFactory munge, Asker controller) throws IOException {
    this.munge = munge;
    this.controller = controller;
    Thread.ofPlatform().daemon().name("training-node").start(this::serve);
  }

  int port() {
    return server.getLocalPort();
  }

  void register() throws IOException {
    long now = System.currentTimeMillis() / 1000;
    controller.ask(
        VERSION, 1002,
        new NodeRegistrationStatus()
            .timestamp(now).slurmdStartTime(now).upTime(1000).nodeName(NAME).hostname(NAME).arch("x86_64").os("Linux").version("22.05.8")
            .cpus(64).boards(1).sockets(1).cores(64).threads(1).realMemory(64000).freeMem(64000));
  }

  /** Jobs whose last message has been sent. */
  int over() {
    return over.get();
  }

  /** One srun of one task; false if it got no node. */
  boolean srun(JobDescMsg allocation) throws IOException {
    Frame answer = controller.ask(VERSION, 4001, allocation);
    if (!(body(answer) instanceof ResourceAllocationResponse got) || got.nodeCnt() == 0) {
      return false;
    }
    StepId job = new StepId().jobId(got.stepId().jobId()).stepId(SlurmConstants.NO_VAL);
    controller.ask(VERSION, 4019, new JobReadyRequest().stepId(job));
    controller.ask(
        VERSION, 5001,
        new JobStepCreateRequest()
            .stepId(job).userId(allocation.userId()).minNodes(1).maxNodes(1).cpuCount(1).numTasks(1).name("training").host("localhost"));
    StepId step = new StepId().jobId(job.jobId()).stepId(0);
    controller.ask(VERSION, 5016, new StepComplete().stepId(step).rangeFirst(0).rangeLast(0).stepRc(0));
    controller.ask(VERSION, 5017, new CompleteJobAllocation().stepId(job).jobRc(0));
    return true;
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket peer = server.accept()) {
        peer.setSoTimeout(5000);
        Frame asked = Frame.read(peer.getInputStream(), 1 << 24);
        byte[] rc = new Packer(4).u32(0).toByteArray();
        peer.getOutputStream().write(
            Frame.toBytes(
                asked.header().response(RESPONSE_SLURM_RC),
                munge.create(VERSION << 8, RESPONSE_SLURM_RC, BodyHash.K12, rc, CredentialFactory.ANYONE), rc));
        peer.close();
        follow(asked);
      } catch (IOException | RuntimeException e) {
        if (!server.isClosed()) {
          System.out.println("training: the node: " + e);
        }
      }
    }
  }

  private void follow(Frame asked) throws IOException {
    if (asked.type() == LAUNCH && body(asked) instanceof BatchJobLaunch job) {
      StepId batch = new StepId().jobId(job.jobId()).stepId(SlurmConstants.NO_VAL);
      controller.ask(VERSION, 5018, new CompleteBatchScript().stepId(batch).nodeName(NAME).userId(job.uid()));
    } else if (asked.type() == TERMINATE && body(asked) instanceof KillJobNodeMsg job) {
      over.incrementAndGet();
      controller.ask(VERSION, 6012, new EpilogComplete().stepId(job.stepId()).nodeName(NAME));
    }
  }

  private static SlurmBody body(Frame frame) {
    return MessageType.of(frame.type()).orElseThrow().read(frame.body(), frame.version() >> 8);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
