package org.slurmctldj.client.rpc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slurmctldj.proto.auth.AuthInfo;
import org.slurmctldj.proto.auth.Authenticator;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.auth.SackClient;
import org.slurmctldj.proto.client.ControllerConnection;
import org.slurmctldj.proto.client.RpcClient;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.conf.ControllerHost;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.slurm.EmptyBody;
import org.slurmctldj.proto.slurm.ReturnCodeTextMsg;
import org.slurmctldj.proto.slurm.SlurmStruct;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Packer;

/**
 * The controller as a client program talks to it, in the newest protocol version both know. A command looks like that release's
 * own, so the version is found out by the first request and remembered for the next commands. Used by the one thread of a
 * client.
 */
public final class Controller {
  private static final int PING = 1008;
  private static final int RETURN_CODE = 8001;
  private static final int RETURN_CODE_TEXT = 8002;

  private final RpcClient rpc;
  private final ControllerConnection connection;
  private final ReleaseMemory memory;
  private int version;
  private boolean certain;
  private final boolean remembered;

  /**
   * @param fixedVersion protocol version to speak whatever the controller says; empty to find out
   * @param slurmUid uid of SlurmUser, the only one that may read our credentials
   * @param ownUid uid of this process
   * @param sackSocket SLURM_SACK_SOCKET, or null
   */
  public Controller(
      SlurmConf conf, Optional<Integer> fixedVersion, long slurmUid, long ownUid, String sackSocket, ReleaseMemory memory) {
    int hash = conf.hashPlugin().endsWith("/sha3") ? BodyHash.SHA3 : BodyHash.K12;
    AuthInfo info = AuthInfo.parse(conf.text("AuthInfo").orElse(null));
    CredentialFactory credentials;
    Authenticator answers;
    if (conf.authType().equals("auth/slurm")) {
      SackClient sack = new SackClient(sackSocket);
      credentials = CredentialFactory.sack(sack);
      answers = Authenticator.sack(sack, conf.clusterName(), ownUid, Authenticator.Policy.DEFAULT);
    } else {
      MungeClient munge = new MungeClient(info.socket());
      credentials = CredentialFactory.munge(munge, info.ttl());
      answers = Authenticator.munge(munge, Authenticator.Policy.DEFAULT);
    }
    RpcClient client =
        new RpcClient(new RpcClient.Settings(conf.tcpTimeout(), conf.messageTimeout(), credentials, hash, answers));
    this.rpc = client;
    this.connection =
        new ControllerConnection(
            client, new ControllerConnection.Settings(endpoints(conf), conf.slurmctldTimeout(), slurmUid));
    this.memory = memory;
    this.certain = fixedVersion.isPresent();
    Optional<Integer> recalled = certain ? fixedVersion : memory.recall();
    this.remembered = recalled.isPresent();
    this.version = recalled.orElse(VersionSearch.PREFERRED);
  }

  private static List<ControllerConnection.Endpoint> endpoints(SlurmConf conf) {
    int port = conf.slurmctldPorts().first();
    if (conf.slurmctldAddr().isPresent()) {
      return List.of(new ControllerConnection.Endpoint(conf.slurmctldAddr().get(), port));
    }
    List<ControllerConnection.Endpoint> list = new ArrayList<>();
    for (ControllerHost host : conf.controllers()) {
      list.add(new ControllerConnection.Endpoint(host.address(), port));
    }
    return list;
  }

  /** The protocol version to expect: known, remembered, or asked for by a ping; the preferred one when nobody answers. */
  public int probe() {
    if (!certain && !remembered) {
      try {
        exchange(PING, EmptyBody.INSTANCE);
      } catch (RequestFailed e) {
        // the command's own request will say so
      }
    }
    return version;
  }

  /** The protocol version that is spoken, as in a header; certain after the first answer. */
  public int version() {
    return version;
  }

  /** The release's number, 38 to 45: what the message classes take. */
  public int number() {
    return version >> 8;
  }

  /** What messages to others than the controller go through, and what checks theirs. */
  public RpcClient rpc() {
    return rpc;
  }

  public ControllerConnection connection() {
    return connection;
  }

  /** Sends a request and gives the answer; {@link RequestFailed} when it is a return code other than 0. */
  public Frame ask(int type, SlurmStruct body) {
    Frame answer = exchange(type, body);
    int code = returnCode(answer);
    if (code != 0) {
      String detail =
          answer.type() == RETURN_CODE_TEXT ? ReturnCodeTextMsg.read(answer.body(), answer.version() >> 8).errMsg() : null;
      throw new RequestFailed(code, detail);
    }
    return answer;
  }

  /** The code of a return code message, 0 for any other. */
  public static int returnCode(Frame answer) {
    return answer.type() == RETURN_CODE || answer.type() == RETURN_CODE_TEXT ? (int) answer.body().u32() : 0;
  }

  /** As {@link #ask}, leaving return codes to the caller; {@link RequestFailed} when there is no answer. */
  public Frame exchange(int type, SlurmStruct body) {
    try {
      if (!certain) {
        return firstExchange(type, body);
      }
      return send(version, type, body);
    } catch (RpcException e) {
      throw new RequestFailed(e.slurmError());
    }
  }

  private Frame firstExchange(int type, SlurmStruct body) {
    VersionSearch.Found found = 
        VersionSearch.find(version, v -> send(v, type, body), v -> send(v, PING, EmptyBody.INSTANCE));
    version = found.version();
    certain = true;
    memory.remember(version);
    return found.answer();
  }

  private Frame send(int spoken, int type, SlurmStruct body) {
    Packer packed = new Packer(256);
    body.write(packed, spoken >> 8);
    return connection.call(spoken, type, packed.toByteArray());
  }
}
