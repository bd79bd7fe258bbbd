package org.slurmctldj.client.node;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.rpc.Controller;
import org.slurmctldj.proto.client.RpcClient;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.conf.ClusterLayout;
import org.slurmctldj.proto.slurm.SlurmStruct;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.Forward;
import org.slurmctldj.proto.wire.ForwardedReturn;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.ProtocolVersion;

/**
 * Sends one message to many node daemons: to each of them as long as they are no more than TreeWidth, else to the first ones of
 * as many groups, which pass it on. Blocks until all have answered; any thread.
 */
public final class NodeCalls {
  private static final int RETURN_CODE = 8001;
  private static final int RETURN_CODE_TEXT = 8002;
  private static final int OLD_WIDTH = 50;
  private static final int WIDTH = 16;
  private static final int MOST_THREADS = 64;

  private final Client client;
  private final ClusterLayout layout;
  private final int version;

  /** @param version the protocol version to speak to the nodes, as in a header */
  public NodeCalls(Client client, int version) {
    this.client = client;
    this.layout = ClusterLayout.of(client.conf());
    this.version = version;
  }

  /** The code of each node, 0 for well done, by name in the order given; -1 where one could not be reached. */
  public Map<String, Integer> send(List<String> nodes, int type, SlurmStruct message, int timeoutSeconds) {
    Map<String, Integer> results = new LinkedHashMap<>();
    exchange(nodes, type, message, timeoutSeconds).forEach((node, answer) -> results.put(node, answer.code()));
    return results;
  }

  /** What a node answered. {@code frame}: null when another one passed its code on, or when there is none. */
  public record Answer(int code, Frame frame) {}

  /** What each node answers itself, asked without others between: for answers that are more than a code. */
  public Map<String, Answer> ask(List<String> nodes, int type, SlurmStruct message, int timeoutSeconds) {
    return exchange(nodes, type, message, timeoutSeconds, nodes.size());
  }

  /** By a tree of TreeWidth. */
  public Map<String, Answer> exchange(List<String> nodes, int type, SlurmStruct message, int timeoutSeconds) {
    int width = (int) client.conf().number("TreeWidth", version < ProtocolVersion.V23_11 ? OLD_WIDTH : WIDTH);
    return exchange(nodes, type, message, timeoutSeconds, width);
  }

  /** @param treeWidth nodes that are called from here, each of which calls as many others; 0 or out of range: all of them */
  public Map<String, Answer> exchange(List<String> nodes, int type, SlurmStruct message, int timeoutSeconds, int treeWidth) {
    Packer packed = new Packer(4096);
    message.write(packed, version >> 8);
    byte[] body = packed.toByteArray();
    int width = treeWidth <= 0 || treeWidth > 65533 ? nodes.size() : treeWidth;
    NodeAddresses where = NodeAddresses.of(client, layout, nodes);
    RpcClient rpc = patient(timeoutSeconds, nodes.size(), width);
    ConcurrentHashMap<String, Answer> answers = new ConcurrentHashMap<>();
    List<Thread> threads = new ArrayList<>();
    Semaphore running = new Semaphore(MOST_THREADS);
    for (List<String> group : groups(nodes, width)) {
      Runnable call =
          () -> {
            try {
              call(rpc, where, group, type, body, width, timeoutSeconds, answers);
            } finally {
              running.release();
            }
          };
      running.acquireUninterruptibly();
      threads.add(Thread.ofPlatform().daemon().start(call));
    }
    for (Thread t : threads) {
      try {
        t.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    Map<String, Answer> ordered = new LinkedHashMap<>();
    for (String node : nodes) {
      ordered.put(node, answers.getOrDefault(node, new Answer(-1, null)));
    }
    return ordered;
  }

  private static List<List<String>> groups(List<String> nodes, int width) {
    List<List<String>> groups = new ArrayList<>();
    int count = Math.min(width, nodes.size());
    int at = 0;
    for (int i = 0; i < count; i++) {
      int size = (nodes.size() - at + count - i - 1) / (count - i);
      groups.add(nodes.subList(at, at + size));
      at += size;
    }
    return groups;
  }

  /** Waits for as long as the nodes of a tree of that width may take one after the other. */
  private RpcClient patient(int timeoutSeconds, int nodes, int width) {
    RpcClient usual = client.controller().rpc();
    int levels = 1;
    for (long reached = width; reached < nodes && width > 1; reached *= width) {
      levels++;
    }
    RpcClient.Settings s = usual.settings();
    int seconds = timeoutSeconds * (width == 1 ? Math.max(1, nodes) : levels);
    return seconds == s.messageTimeout()
        ? usual
        : new RpcClient(new RpcClient.Settings(s.connectTimeout(), seconds, s.credentials(), s.hashPlugin(), s.answers()));
  }

  private void call(
      RpcClient rpc, NodeAddresses where, List<String> group, int type, byte[] body, int width, int timeoutSeconds, Map<String, Answer> answers) {
    String first = group.get(0);
    InetSocketAddress node = where.of(first).orElse(null);
    if (node == null) {
      client.error("Can't find an address, check slurm.conf: node " + first);
      return;
    }
    Header header = Header.request(version, type);
    if (group.size() > 1) {
      List<String> rest = group.subList(1, group.size());
      String signed = version < ProtocolVersion.V23_11 ? null : where.netCred;
      header =
          header.withForward(
              new Forward(rest.size(), Hostlist.of(rest).toString(), timeoutSeconds * 1000L, width, signed, 0));
      header = signed == null ? header : header.withFlags(header.flags() | Header.PACK_ADDRS);
    }
    try {
      Frame answer = rpc.call(node, header, body, slurmdUid());
      answers.put(first, new Answer(code(answer), answer));
      for (ForwardedReturn r : answer.header().returns()) {
        int error = r.type() == ForwardedReturn.RESPONSE_FORWARD_FAILED ? -1 : (int) r.error();
        if (error == 0 && (r.type() == RETURN_CODE || r.type() == RETURN_CODE_TEXT) && r.body().length >= 4) {
          error = (r.body()[0] & 0xff) << 24 | (r.body()[1] & 0xff) << 16 | (r.body()[2] & 0xff) << 8 | r.body()[3] & 0xff;
        }
        answers.put(r.nodeName(), new Answer(error, null));
      }
    } catch (RpcException e) {
      answers.put(first, new Answer(e.slurmError(), null));
    }
  }

  private static int code(Frame answer) {
    return Controller.returnCode(answer);
  }

  private long slurmdUid() {
    return client.names().uid(client.conf().slurmdUser()).orElse(0);
  }
}
