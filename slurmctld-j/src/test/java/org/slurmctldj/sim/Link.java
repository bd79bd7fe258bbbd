package org.slurmctldj.sim;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.ControllerMessage;

/**
 * One stream between a node and the controller, in place of gRPC: the real session of org.slurmctldj.agents at one end,
 * a {@link Node} at the other. Each direction keeps its order while the stream lives. When it breaks, what is under way
 * is lost or still arrives, and each end notices in its own time, as with TCP and gRPC's keepalive.
 */
final class Link extends ServerCallStreamObserver<ControllerMessage> {
  /** gRPC's keepalive: 30 s of silence, 20 s for the answer. */
  private static final long KEEPALIVE_MILLIS = 50_000;

  private final World world;
  private final Node node;
  private final Controller controller;
  private final StreamObserver<AgentMessage> session;
  private long lastUp;
  private long lastDown;
  private boolean upLost;
  private boolean downLost;
  private boolean controllerKnows;
  private boolean nodeKnows;
  private boolean broken;

  Link(World world, Node node, Controller controller) {
    this.world = world;
    this.node = node;
    this.controller = controller;
    this.session = controller.agents().connect(this);
  }

  private long latency() {
    return 1 + world.below(4) + (world.fault(Fault.DELAY, 0.002) ? world.between(50, 20_000) : 0);
  }

  // ---- node to controller

  void send(AgentMessage.Builder message) {
    if (nodeKnows) {
      return;
    }
    lastUp = Math.max(lastUp, world.now + latency());
    AgentMessage m = message.build();
    world.after(lastUp - world.now, () -> up(m));
    if (m.getBodyCase().getNumber() > AgentMessage.BodyCase.HEARTBEAT.getNumber() && world.fault(Fault.DUPLICATE, 0.02)) {
      world.after(lastUp - world.now + world.below(30_000), () -> up(m));
    }
  }

  private void up(AgentMessage m) {
    if (!upLost && !controllerKnows && controller.isAlive()) {
      session.onNext(m);
    }
  }

  // ---- controller to node

  @Override
  public void onNext(ControllerMessage m) {
    lastDown = Math.max(lastDown, world.now + latency());
    world.after(lastDown - world.now, () -> down(m));
    boolean order = switch (m.getBodyCase()) {
      case LAUNCH, TERMINATE, EXIT_ACK -> true;
      default -> false;
    };
    if (order && world.fault(Fault.DUPLICATE, 0.02)) {
      world.after(lastDown - world.now + world.below(30_000), () -> down(m));
    }
  }

  private void down(ControllerMessage m) {
    if (!downLost && !nodeKnows) {
      node.received(this, m);
    }
  }

  // ---- ends

  /** The controller ends it in good order. */
  @Override
  public void onCompleted() {
    controllerKnows = true;
    lastDown = Math.max(lastDown, world.now + latency());
    world.after(lastDown - world.now, this::nodeNotices);
  }

  @Override
  public void onError(Throwable t) {
    onCompleted();
  }

  /** The node's agent ends it, or is gone. */
  void closeByNode() {
    nodeKnows = true;
    world.after(latency(), this::controllerNotices);
  }

  /** The wire is cut: both ends find out, sooner or later. */
  void cut(boolean soon) {
    broken = true;
    upLost |= world.chance(0.6);
    downLost |= world.chance(0.6);
    long most = soon ? 2_000 : KEEPALIVE_MILLIS;
    world.after(world.below(most), () -> {
      upLost = true;
      controllerNotices();
    });
    world.after(world.below(most), () -> {
      downLost = true;
      nodeNotices();
    });
  }

  /** No word comes through from now on, and nobody tells: power is gone at the node's end. */
  void silence() {
    upLost = true;
    downLost = true;
    nodeKnows = true;
    world.after(world.below(KEEPALIVE_MILLIS), this::controllerNotices);
  }

  /** Neither end has ended it, the wire is there. */
  boolean isWhole() {
    return !broken && !controllerKnows && !nodeKnows;
  }

  private void controllerNotices() {
    if (!controllerKnows && controller.isAlive()) {
      controllerKnows = true;
      session.onError(new IOException("connection lost"));
    }
  }

  private void nodeNotices() {
    if (!nodeKnows) {
      nodeKnows = true;
      node.streamEnded(this);
    }
  }

  // ---- what gRPC offers the session

  @Override
  public boolean isCancelled() {
    return controllerKnows;
  }

  @Override
  public void setOnCancelHandler(Runnable handler) {
    // What it does, controllerNotices does: the session hears of the broken stream.
  }

  @Override
  public void setCompression(String compression) {}

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void setOnReadyHandler(Runnable handler) {}

  @Override
  public void disableAutoInboundFlowControl() {}

  @Override
  public void request(int count) {}

  @Override
  public void setMessageCompression(boolean enable) {}
}
