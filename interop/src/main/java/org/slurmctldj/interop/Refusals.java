package org.slurmctldj.interop;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.slurmctldj.proto.auth.Authenticator;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.client.RpcClient;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.conf.ClusterLayout;
import org.slurmctldj.proto.conf.NodeDef;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.slurm.EmptyBody;
import org.slurmctldj.proto.slurm.JobOptions;
import org.slurmctldj.proto.slurm.JobStepCreateRequest;
import org.slurmctldj.proto.slurm.JobStepCreateResponse;
import org.slurmctldj.proto.slurm.LaunchTasks;
import org.slurmctldj.proto.slurm.LaunchTasksNode;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.slurm.SlurmCred;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.slurm.StepIdMsg;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * Sends a controller and a node daemon what must be refused: credentials that are forged, used before or too old, of messages and of
 * steps. Prints "WHAT: NUMBER TEXT" for each, or "no answer". Run by {@code interop/refusals.sh}: {@code Refusals SLURM_CONF JOB}, JOB an
 * allocation of root's with one node, which is n1.
 */
public final class Refusals {
  private static final int VERSION = 0x2600;
  private static final int PING = 1008;
  private static final int STEP_CREATE = 5001;
  private static final int LAUNCH_TASKS = 6001;
  private static final int STEP_STAT = 5019;
  private static final int ROOT = 0;

  private final MungeClient munge;
  private final CredentialFactory honest;
  private final RpcClient client;
  private final InetSocketAddress controller;
  private final InetSocketAddress node;
  private final long job;

  private Refusals(SlurmConf conf, long job) {
    this.munge = new MungeClient(conf.authInfo().value("socket").orElse(MungeClient.DEFAULT_SOCKET));
    this.honest = CredentialFactory.munge(munge, 0);
    this.client = clientWith(honest);
    this.controller = new InetSocketAddress("127.0.0.1", conf.slurmctldPorts().first());
    NodeDef n1 = ClusterLayout.of(conf).node("n1").orElseThrow();
    this.node = new InetSocketAddress("127.0.0.1", n1.port());
    this.job = job;
  }

  public static void main(String[] args) throws Exception {
    new Refusals(SlurmConf.load(Path.of(args[0])), Long.parseLong(args[1])).run();
    System.exit(0);
  }

  private void run() throws Exception {
    for (String to : List.of("controller", "node")) {
      InetSocketAddress where = to.equals("node") ? node : controller;
      int type = to.equals("node") ? STEP_STAT : PING;
      SlurmBody body = type == PING ? EmptyBody.INSTANCE : new StepIdMsg().stepId(step(0));
      say(to + ", forged credential", clientWith((version, payload, receiver) -> forged(honest.ofPayload(version, payload, receiver))), where, type, body);
      Credential[] once = new Credential[1];
      CredentialFactory again =
          (version, payload, receiver) -> {
            if (once[0] == null) {
              once[0] = honest.ofPayload(version, payload, receiver);
            }
            return once[0];
          };
      call(clientWith(again), where, type, body);
      say(to + ", replayed credential", clientWith(again), where, type, body);
      CredentialFactory old =
          (version, payload, receiver) -> {
            Credential c = CredentialFactory.munge(munge, 1).ofPayload(version, payload, receiver);
            pause(3000);
            return c;
          };
      say(to + ", expired credential", clientWith(old), where, type, body);
    }
    JobStepCreateResponse made = stepOf();
    LaunchTasks forged = launch(made, forged(made.cred()));
    say("node, forged step credential", client, node, LAUNCH_TASKS, forged);
    say("node, step credential signed by its user", client, node, LAUNCH_TASKS, launch(made, selfMade(made.cred())));
    LaunchTasks other = launch(made, made.cred()).stepId(step(made.stepId().stepId() + 1));
    say("node, credential of another step", client, node, LAUNCH_TASKS, other);
    LaunchTasks launched = launch(made, made.cred());
    call(client, node, LAUNCH_TASKS, launched);
    pause(2000);
    say("node, step credential used twice", client, node, LAUNCH_TASKS, launched);
  }

  private StepId step(long number) {
    return new StepId().jobId(job).stepId(number);
  }

  private JobStepCreateResponse stepOf() {
    JobStepCreateRequest q =
        new JobStepCreateRequest()
            .stepId(step(SlurmConstants.NO_VAL))
            .userId(ROOT)
            .minNodes(1)
            .maxNodes(1)
            .cpuCount(1)
            .numTasks(1)
            .pnMinMemory(SlurmConstants.NO_VAL64)
            .taskDist(1)
            .flags(64)
            .host("localhost")
            .name("refusals");
    Packer out = new Packer(256);
    q.write(out, VERSION >> 8);
    Frame answer = client.call(controller, VERSION, STEP_CREATE, out.toByteArray(), ROOT);
    return JobStepCreateResponse.read(answer.body(), answer.version() >> 8);
  }

  private LaunchTasks launch(JobStepCreateResponse made, SlurmCred credential) {
    return new LaunchTasks()
        .stepId(step(made.stepId().stepId()))
        .hetJobId(SlurmConstants.NO_VAL)
        .hetJobOffset(SlurmConstants.NO_VAL)
        .hetJobStepCnt(1)
        .hetJobTaskOffset(SlurmConstants.NO_VAL)
        .mpiPluginId(101)
        .uid(ROOT)
        .gid(ROOT)
        .ntasks(1)
        .ntasksPerCore(65535)
        .ntasksPerSocket(65535)
        .cpusPerTask(1)
        .threadsPerCore(0xfffe)
        .taskDist(1)
        .cred(credential)
        .nodes(List.of(new LaunchTasksNode().globalTaskIds(new long[] {0})))
        .respPort(new int[] {1})
        .ioPort(new int[] {1})
        .env(new String[] {"PATH=/usr/bin:/bin"})
        .cwd("/tmp")
        .argv(new String[] {"true"})
        .switchStep(made.switchStep())
        .options(new JobOptions())
        .completeNodelist(made.stepLayout().nodeList())
        .cpuFreqMin(SlurmConstants.NO_VAL)
        .cpuFreqMax(SlurmConstants.NO_VAL)
        .cpuFreqGov(SlurmConstants.NO_VAL)
        .selectPluginId(109);
  }

  /** One letter of the signature is another. */
  private static SlurmCred forged(SlurmCred c) {
    return SlurmCred.of(c.packed(), c.version(), changed(c.signature()));
  }

  private static String changed(String signature) {
    int at = signature.length() / 2;
    char other = signature.charAt(at) == 'A' ? 'B' : 'A';
    return signature.substring(0, at) + other + signature.substring(at + 1);
  }

  /** As the controller would sign, but by munge as somebody who is not SlurmUser; root is, here, so the hash is wrong as well. */
  private SlurmCred selfMade(SlurmCred c) {
    SlurmCredArg arg = c.arg();
    return SlurmCred.sign(
        arg,
        c.version(),
        packed -> munge.encode("not the hash of it".getBytes(StandardCharsets.ISO_8859_1), MungeClient.ANY, 0));
  }

  private static Credential forged(Credential c) {
    return c instanceof Credential.Munge m ? new Credential.Munge(changed(m.credential())) : c;
  }

  private RpcClient clientWith(CredentialFactory factory) {
    return new RpcClient(
        new RpcClient.Settings(2, 5, factory, BodyHash.K12, Authenticator.munge(munge, Authenticator.Policy.DEFAULT)));
  }

  private void say(String what, RpcClient by, InetSocketAddress to, int type, SlurmBody body) {
    System.out.println(what + ": " + call(by, to, type, body));
  }

  private static String call(RpcClient by, InetSocketAddress to, int type, SlurmBody body) {
    Packer out = new Packer(1024);
    body.write(out, VERSION >> 8);
    try {
      Frame answer = by.call(to, VERSION, type, out.toByteArray(), CredentialFactory.ANYONE);
      if (answer.type() == 8001 || answer.type() == 8002) {
        int code = (int) answer.body().u32();
        return code + " " + SlurmError.of(code, VERSION >> 8).map(SlurmError::text).orElse("");
      }
      return "answered with " + answer.type();
    } catch (RpcException e) {
      return "no answer (" + e.slurmError() + ")";
    }
  }

  private static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
