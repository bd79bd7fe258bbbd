package org.slurmctldj.proto.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.slurmctldj.proto.wire.Frame;

/**
 * Requests to "the controller", which may be any of several hosts: tried in the order of
 * SlurmctldHost, and with the patience of Slurm's own clients. Blocks; any thread.
 *
 * <p>As observed on 22.05: with no host reachable all are tried once a second, MessageTimeout times
 * (10), and then 1800 "Unable to contact slurm controller (connect failure)" is reported. Any other
 * trouble is reported at once.
 */
public final class ControllerConnection {
  private static final int RESPONSE_SLURM_RC = 8001;
  private static final long ESLURM_IN_STANDBY_MODE = 2027;
  private static final long ESLURM_IN_STANDBY_USE_BACKUP = 2131;
  private static final int LONGEST_BACKOFF = 10;

  /** A SlurmctldHost: its address part if it has one, else its name; and SlurmctldPort. */
  public record Endpoint(String host, int port) {
    /** Looks the name up; an unknown host fails when it is connected to. */
    InetSocketAddress resolve() {
      try {
        return new InetSocketAddress(InetAddress.getByName(host), port);
      } catch (UnknownHostException e) {
        return InetSocketAddress.createUnresolved(host, port);
      }
    }
  }

  /**
   * Where the controllers are.
   *
   * @param controllers in the order of slurm.conf, at least one
   * @param slurmctldTimeout SlurmctldTimeout, seconds: how long a backup may need to take over
   * @param slurmUid SlurmUser's uid; credentials are made for it alone
   */
  public record Settings(List<Endpoint> controllers, int slurmctldTimeout, long slurmUid) {
    public static final int DEFAULT_SLURMCTLD_TIMEOUT = 120;
  }

  private final RpcClient client;
  private final Settings settings;

  public ControllerConnection(RpcClient client, Settings settings) {
    this.client = client;
    this.settings = settings;
  }

  public Settings settings() {
    return settings;
  }

  /**
   * One request to whichever controller answers first.
   *
   * @return the answer; a RESPONSE_SLURM_RC with an error is an answer, too
   * @throws RpcException with Slurm's number
   */
  public Frame call(int version, int type, byte[] body) {
    long start = System.nanoTime();
    int backoffs = 0;
    while (true) {
      Frame answer = attempt(version, type, body);
      long code = returnCode(answer);
      int pause;
      if ((code == ESLURM_IN_STANDBY_MODE || code == ESLURM_IN_STANDBY_USE_BACKUP) && settings.controllers.size() > 1) {
        pause = Math.max(1, settings.slurmctldTimeout / 2);
      } else if (code == RpcException.SLURMCTLD_COMMUNICATIONS_BACKOFF) {
        pause = Math.min(++backoffs, LONGEST_BACKOFF);
      } else {
        return answer;
      }
      long elapsed = (System.nanoTime() - start) / 1_000_000_000L;
      if (elapsed + pause > settings.slurmctldTimeout + settings.slurmctldTimeout / 2) {
        return answer;
      }
      sleep(pause);
    }
  }

  /** One attempt at one of the controllers, 0 being the primary; for {@code scontrol ping} and takeover. */
  public Frame callOne(int index, int version, int type, byte[] body) {
    try {
      return client.call(settings.controllers.get(index).resolve(), version, type, body, settings.slurmUid);
    } catch (RpcException e) {
      throw remapped(e);
    }
  }

  private Frame attempt(int version, int type, byte[] body) {
    int tries = Math.max(1, client.settings().messageTimeout());
    RpcException last = null;
    for (int i = 0; i < tries; i++) {
      if (i > 0) {
        sleep(1);
      }
      for (int k = 0; k < settings.controllers.size(); k++) {
        try {
          return callOne(k, version, type, body);
        } catch (RpcException e) {
          if (e.slurmError() != RpcException.SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR) {
            throw e;
          }
          last = e;
        }
      }
    }
    throw last;
  }

  /** The code of a RESPONSE_SLURM_RC; 0 for any other answer. */
  private static long returnCode(Frame answer) {
    return answer.type() == RESPONSE_SLURM_RC && answer.bodyLength() >= 4 ? answer.body().u32() : 0;
  }

  private static RpcException remapped(RpcException e) {
    int number = e.slurmError();
    if (number >= RpcException.SLURM_COMMUNICATIONS_CONNECTION_ERROR && number <= RpcException.SLURM_COMMUNICATIONS_RECEIVE_ERROR) {
      number += RpcException.SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR - RpcException.SLURM_COMMUNICATIONS_CONNECTION_ERROR;
    }
    return new RpcException(number, e.getMessage(), e);
  }

  private static void sleep(int seconds) {
    try {
      Thread.sleep(seconds * 1000L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RpcException(RpcException.SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT, "interrupted", e);
    }
  }
}
