package org.slurmctldj.agent.door;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.cred.CredException;
import org.slurmctldj.proto.slurm.BodySkippers;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.text.HostlistException;
import org.slurmctldj.proto.wire.Forward;
import org.slurmctldj.proto.wire.ForwardedReturn;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.SlurmAddress;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/**
 * Passes a message on to the nodes that its header names, as the same bytes of credential and body: they are split into at
 * most tree_width parts, the first node of each that answers gets the rest of its part. What they answer goes into the
 * header of this node's answer. A node that cannot be reached is an answer of its own, and the next of its part is tried.
 */
public final class Forwarder {
  private static final Logger log = LoggerFactory.getLogger(Forwarder.class);
  private static final int MOST_NODES = 65_000;
  private static final int LARGEST_ANSWER = 64 << 20;
  private static final int CONNECT_MILLIS = 2000;
  private static final int LONGEST_MILLIS = 300_000;

  private final Function<String, Optional<InetSocketAddress>> addresses;

  /** {@code addresses}: where a node's daemon listens, by slurm.conf; may look a name up. */
  public Forwarder(Function<String, Optional<InetSocketAddress>> addresses) {
    this.addresses = addresses;
  }

  /** The part of a message that is under way to others while this node serves it. */
  public static final class Pending implements AutoCloseable {
    private final List<ForwardedReturn> returns = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch left;
    private final long waitMillis;

    private Pending(int parts, long waitMillis) {
      this.left = new CountDownLatch(parts);
      this.waitMillis = waitMillis;
    }

    /** Waits no longer than the sender's timeout. */
    List<ForwardedReturn> await() {
      try {
        if (!left.await(waitMillis, TimeUnit.MILLISECONDS)) {
          log.warn("not all nodes of a forwarded message have answered in {} ms", waitMillis);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      synchronized (returns) {
        return List.copyOf(returns);
      }
    }

    @Override
    public void close() {
      threads.forEach(Thread::interrupt);
    }
  }

  Pending forward(Frame frame, InetSocketAddress peer, NodeTrust trust) {
    Forward wish = frame.header().forward();
    if (wish.count() == 0) {
      return new Pending(0, 0);
    }
    List<String> nodes;
    try {
      nodes = Hostlist.parse(wish.nodeList()).toList();
    } catch (HostlistException e) {
      throw new WireException("forward list: " + e.getMessage());
    }
    if (nodes.size() > MOST_NODES) {
      throw new WireException("forward to " + nodes.size() + " nodes");
    }
    Function<String, Optional<InetSocketAddress>> where = addresses(frame, wish, trust);
    List<List<String>> parts = split(nodes, wish.treeWidth());
    long timeout = wish.timeout() > 0 ? wish.timeout() : trust.messageTimeout() * 1000L;
    long each = Math.min(timeout, LONGEST_MILLIS);
    Pending pending = new Pending(parts.size(), Math.min(LONGEST_MILLIS, each * (depth(nodes.size(), wish.treeWidth()) + 1)));
    SlurmAddress origin =
        frame.header().origAddr().isUnspecified() ? SlurmAddress.of(peer) : frame.header().origAddr();
    for (List<String> part : parts) {
      pending.threads.add(
          Thread.ofVirtual()
              .name("forward")
              .start(
                  () -> {
                    try {
                      pending.returns.addAll(deliver(frame, origin, part, wish, where, (int) each));
                    } finally {
                      pending.left.countDown();
                    }
                  }));
    }
    return pending;
  }

  /** What the message itself says of its nodes, signed, comes first: slurm.conf does not know where a cloud's are. */
  private Function<String, Optional<InetSocketAddress>> addresses(Frame frame, Forward wish, NodeTrust trust) {
    if (wish.aliasAddresses() == null || wish.aliasAddresses().isEmpty()) {
      return addresses;
    }
    try {
      Map<String, InetSocketAddress> told = trust.credentials().addresses(wish.aliasAddresses(), frame.header().version() >> 8);
      return node -> told.containsKey(node) ? Optional.of(told.get(node)) : addresses.apply(node);
    } catch (CredException e) {
      throw new WireException("addresses of forwarded nodes: " + e.getMessage());
    }
  }

  /** As evenly as can be, the larger parts first. */
  static List<List<String>> split(List<String> nodes, int width) {
    int parts = Math.min(nodes.size(), width > 0 ? width : nodes.size());
    List<List<String>> split = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < parts; i++) {
      int size = nodes.size() / parts + (i < nodes.size() % parts ? 1 : 0);
      split.add(nodes.subList(at, at + size));
      at += size;
    }
    return split;
  }

  private static int depth(int nodes, int width) {
    int depth = 1;
    for (long reach = Math.max(2, width); reach < nodes; reach *= Math.max(2, width)) {
      depth++;
    }
    return depth;
  }

  private List<ForwardedReturn> deliver(Frame frame, SlurmAddress origin, List<String> part, Forward wish, Function<String, Optional<InetSocketAddress>> where, int timeout) {
    List<ForwardedReturn> answers = new ArrayList<>();
    for (int i = 0; i < part.size(); i++) {
      String node = part.get(i);
      List<String> rest = part.subList(i + 1, part.size());
      try {
        answers.addAll(ask(frame, origin, node, rest, wish, where, timeout));
        return answers;
      } catch (Unreachable e) {
        log.info("message {} cannot be forwarded to {}: {}", frame.type(), node, e.getMessage());
        answers.add(failed(node, RpcException.SLURM_COMMUNICATIONS_CONNECTION_ERROR));
      } catch (IOException | WireException e) {
        // it may have passed the message on: nobody must get it twice
        log.info("message {}: no answer of {}: {}", frame.type(), node, e.getMessage());
        answers.add(failed(node, SlurmConstants.SLURM_COMMUNICATIONS_RECEIVE_ERROR));
        rest.forEach(other -> answers.add(failed(other, SlurmConstants.SLURM_COMMUNICATIONS_RECEIVE_ERROR)));
        return answers;
      }
    }
    return answers;
  }

  private static ForwardedReturn failed(String node, int error) {
    return new ForwardedReturn(error, ForwardedReturn.RESPONSE_FORWARD_FAILED, node, new byte[0]);
  }

  /** Nothing was sent. */
  private static final class Unreachable extends IOException {
    private static final long serialVersionUID = 1L;

    Unreachable(String why) {
      super(why);
    }
  }

  private List<ForwardedReturn> ask(
      Frame frame,
      SlurmAddress origin,
      String node,
      List<String> rest,
      Forward wish,
      Function<String, Optional<InetSocketAddress>> where,
      int timeout)
      throws IOException {
    InetSocketAddress to = where.apply(node).orElseThrow(() -> new Unreachable("the node is not known here"));
    try (Socket socket = new Socket()) {
      try {
        if (to.isUnresolved()) {
          throw new IOException("unknown host " + to.getHostString());
        }
        socket.connect(to, CONNECT_MILLIS);
      } catch (IOException e) {
        throw new Unreachable(e.getMessage());
      }
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(timeout);
      Forward further =
          rest.isEmpty()
              ? Forward.NONE
              : new Forward(
                  rest.size(),
                  Hostlist.of(rest).toString(),
                  wish.timeout(),
                  wish.treeWidth(),
                  wish.aliasAddresses(),
                  Math.max(0, wish.treeDepth() - 1));
      Header header = frame.header().withForward(further).withOrigAddr(origin).withReturns(List.of());
      Packer out = new Packer(frame.bodyLength() + 1024);
      Frame.write(out, header, frame.credential(), frame.array(), frame.bodyOffset(), frame.bodyLength());
      socket.getOutputStream().write(out.array(), 0, out.length());
      Frame answer = read(socket.getInputStream());
      List<ForwardedReturn> all = new ArrayList<>(List.of(new ForwardedReturn(0, answer.type(), node, answer.bodyBytes())));
      all.addAll(answer.header().returns());
      return all;
    }
  }

  private static Frame read(InputStream in) throws IOException {
    byte[] prefix = in.readNBytes(4);
    if (prefix.length < 4) {
      throw new IOException("closed without an answer");
    }
    int length = Frame.checkLength(new Unpacker(prefix).u32(), LARGEST_ANSWER);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("closed in the middle of the answer");
    }
    return Frame.parse(bytes, BodySkippers.ANY);
  }

  /** By NodeAddr and Port of slurm.conf. */
  public static Optional<InetSocketAddress> resolve(String host, int port) {
    try {
      return Optional.of(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (java.net.UnknownHostException e) {
      return Optional.of(InetSocketAddress.createUnresolved(host, port));
    }
  }
}
