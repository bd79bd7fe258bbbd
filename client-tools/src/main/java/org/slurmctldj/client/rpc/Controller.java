package org.slurmctldj.client.rpc;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import org.slurmctldj.proto.auth.AuthException;
import org.slurmctldj.proto.auth.AuthInfo;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.auth.SackClient;
import org.slurmctldj.proto.conf.ControllerHost;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.slurm.ReturnCodeMsg;
import org.slurmctldj.proto.slurm.SlurmStruct;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.proto.wire.WireException;

/**
 * The controller as a client program talks to it: one connection a request, the next SlurmctldHost when one does not answer,
 * and the protocol version that the controller turned out to speak. Used by the one thread of a client.
 */
public final class Controller {
  private static final int RETURN_CODE = 8001;
  private static final int RETURN_CODE_TEXT = 8002;
  private static final int MOST_BYTES = 1 << 30;

  /** What our client is when the controller takes it; 24.11 takes 39 to 42, ours anything. */
  private static final int PREFERRED = ProtocolVersion.V24_11;

  private static final int OLDEST = ProtocolVersion.V22_05;

  /** Errors of Slurm that this class itself raises or passes over. */
  public static final int CONNECT_FAILURE = 1800;

  public static final int SEND_FAILURE = 1801;
  public static final int RECEIVE_FAILURE = 1802;
  private static final int IN_STANDBY_MODE = 2027;
  private static final int IN_STANDBY_USE_BACKUP = 2131;
  private static final int VERSION_ERROR = SlurmConstants.SLURM_PROTOCOL_VERSION_ERROR;

  private final SlurmConf conf;
  private final CredentialFactory credentials;
  private final long slurmUid;
  private final int hash;
  private final ReleaseMemory memory;
  private int version;
  private boolean certain;

  /**
   * @param fixedVersion protocol version to use, whatever the controller says; empty to find out
   * @param slurmUid uid of SlurmUser, the only one that may read the credentials
   */
  public Controller(SlurmConf conf, Optional<Integer> fixedVersion, long slurmUid, String sackSocket, ReleaseMemory memory) {
    this.conf = conf;
    this.slurmUid = slurmUid;
    this.memory = memory;
    this.hash = conf.hashPlugin().endsWith("/sha3") ? BodyHash.SHA3 : BodyHash.K12;
    AuthInfo info = AuthInfo.parse(conf.text("AuthInfo").orElse(null));
    this.credentials =
        conf.authType().equals("auth/slurm")
            ? CredentialFactory.sack(new SackClient(sackSocket))
            : CredentialFactory.munge(new MungeClient(info.socket()), info.ttl());
    this.certain = fixedVersion.isPresent();
    this.version = fixedVersion.orElseGet(() -> memory.recall().orElse(PREFERRED));
  }

  /** The protocol version that is spoken; meaningful after the first answer. */
  public int version() {
    return version;
  }

  /** Sends a request and gives the answer; {@link RequestFailed} when it is a return code other than 0. */
  public Frame ask(int type, SlurmStruct body) {
    Frame answer = exchange(type, body);
    if (answer.type() == RETURN_CODE || answer.type() == RETURN_CODE_TEXT) {
      int code = (int) answer.body().u32();
      if (code != 0) {
        throw new RequestFailed(code);
      }
    }
    return answer;
  }

  /** Sends a request that is answered by a return code alone, and gives it. */
  public int command(int type, SlurmStruct body) {
    Frame answer = exchange(type, body);
    if (answer.type() != RETURN_CODE && answer.type() != RETURN_CODE_TEXT) {
      throw new RequestFailed(SlurmConstants.SLURM_UNEXPECTED_MSG_ERROR);
    }
    return (int) ReturnCodeMsg.read(answer.body(), version >> 8).returnCode();
  }

  /** As {@link #ask}, leaving return codes to the caller. */
  public Frame exchange(int type, SlurmStruct body) {
    if (certain) {
      return onSomeHost(type, body);
    }
    int first = version;
    try {
      Frame answer = onSomeHost(type, body);
      settle();
      return answer;
    } catch (Refused e) {
      // a controller that does not know the version says so, or hangs up
      version = first == PREFERRED ? OLDEST : PREFERRED;
      try {
        Frame answer = onSomeHost(type, body);
        settle();
        return answer;
      } catch (Refused again) {
        throw new RequestFailed(VERSION_ERROR);
      }
    }
  }

  private void settle() {
    certain = true;
    memory.remember(version);
  }

  private Frame onSomeHost(int type, SlurmStruct body) {
    RequestFailed last = new RequestFailed(CONNECT_FAILURE);
    List<ControllerHost> hosts = conf.controllers();
    Optional<String> single = conf.slurmctldAddr();
    for (ControllerHost host : hosts) {
      try {
        Frame answer = onHost(single.orElse(host.address()), type, body);
        int code = standby(answer);
        if (code == 0) {
          return answer;
        }
        last = new RequestFailed(code);
      } catch (RequestFailed e) {
        last = e;
        if (e.number() != CONNECT_FAILURE) {
          throw e;
        }
      }
      if (single.isPresent()) {
        break;
      }
    }
    throw last;
  }

  private static int standby(Frame answer) {
    if (answer.type() != RETURN_CODE) {
      return 0;
    }
    int code = (int) answer.body().u32();
    return code == IN_STANDBY_MODE || code == IN_STANDBY_USE_BACKUP ? code : 0;
  }

  private Frame onHost(String address, int type, SlurmStruct body) {
    Packer packed = new Packer(256);
    body.write(packed, version >> 8);
    byte[] bytes = packed.toByteArray();
    Packer frame = new Packer(bytes.length + 512);
    try {
      Frame.write(
          frame, Header.request(version, type), credentials.create(version, type, hash, bytes, slurmUid), bytes, 0, bytes.length);
    } catch (AuthException e) {
      if (version < ProtocolVersion.V23_11 && !certain) {
        throw new Refused();
      }
      throw e;
    }
    try (Socket socket = connect(address)) {
      socket.setSoTimeout(conf.messageTimeout() * 1000);
      OutputStream out = socket.getOutputStream();
      try {
        out.write(frame.array(), 0, frame.length());
        out.flush();
      } catch (IOException e) {
        throw new RequestFailed(SEND_FAILURE);
      }
      return receive(socket.getInputStream());
    } catch (IOException e) {
      throw new RequestFailed(RECEIVE_FAILURE);
    }
  }

  private Frame receive(InputStream in) throws IOException {
    try {
      Frame answer = Frame.read(in, MOST_BYTES);
      if (answer.type() == RETURN_CODE && answer.bodyLength() == 4 && answer.body().u32() == VERSION_ERROR && !certain) {
        throw new Refused();
      }
      if (answer.version() != version && !certain) {
        throw new Refused();
      }
      return answer;
    } catch (SocketTimeoutException e) {
      throw new RequestFailed(5004);
    } catch (EOFException e) {
      if (!certain) {
        throw new Refused();
      }
      throw new RequestFailed(RECEIVE_FAILURE);
    } catch (WireException e) {
      if (!certain) {
        throw new Refused();
      }
      throw new RequestFailed(RECEIVE_FAILURE);
    }
  }

  private Socket connect(String address) {
    int port = conf.slurmctldPorts().first();
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(address, port), conf.tcpTimeout() * 1000);
      return socket;
    } catch (IOException e) {
      try {
        socket.close();
      } catch (IOException ignored) {
        // it was never open
      }
      throw e instanceof ConnectException || e instanceof SocketTimeoutException
          ? new RequestFailed(CONNECT_FAILURE)
          : new RequestFailed(CONNECT_FAILURE);
    }
  }

  /** The controller does not take this version. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused() {
      super(null, null, false, false);
    }
  }
}
