package org.slurmctldj.rpc;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Actor;
import org.slurmctldj.proto.auth.AuthException;
import org.slurmctldj.proto.auth.Authenticator;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.Identity;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.proto.wire.WireException;
import org.slurmctldj.rpc.net.Exchange;
import org.slurmctldj.rpc.net.FrameSink;
import org.slurmctldj.rpc.net.Pieces;
import org.slurmctldj.rpc.render.JobSluids;

/**
 * From a request's bytes to an answer's bytes: frame, credential, table, body, handler, encoding. The front port hands
 * requests in on event loops, or has them served by the thread that took the connection; else this runs on workers. Changes no state of its own.
 *
 * <p>Whatever a peer sends costs at most its own connection.
 */
public final class FrontDoor implements FrameSink {
  private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);
  private static final int RESPONSE_SLURM_RC = 8001;
  private static final int RESPONSE_SLURM_RC_MSG = 8002;
  private static final int SUBMIT_BATCH_JOB = 4003;
  private static final int RESOURCE_ALLOCATION = 4001;
  private static final int JOB_STEP_CREATE = 5001;
  private static final int COMPLETE_JOB_ALLOCATION = 5017;
  private static final int COMPLETE_BATCH_SCRIPT = 5018;
  /** So few answers that are ready may be sent by the thread that applies: a worker's wake-up takes longer than they do. */
  private static final int FEW = 4;

  private static final int EINVAL = 22;
  private static final int EAGAIN = 11;
  private static final int ACCESS_DENIED = 2002;

  private final RpcTable table;
  private final Authenticator authenticator;
  private final Optional<CredentialFactory> credentials;
  private final LongPredicate privileged;
  private final WorkerPool workers;
  private final RpcStatistics statistics;
  private final JobSluids sluids;
  private final AtomicInteger arriving = new AtomicInteger();
  /** Answers that are made ready and wait for the journal. */
  private final AtomicInteger outstanding = new AtomicInteger();

  /**
   * @param sluids the jobs that requests and answers name
   * @param credentials for answers to 22.05 clients, which want one; empty: they get no answer
   * @param privileged which uids may do what root may
   */
  public FrontDoor(
      RpcTable table,
      Authenticator authenticator,
      Optional<CredentialFactory> credentials,
      LongPredicate privileged,
      WorkerPool workers,
      RpcStatistics statistics,
      JobSluids sluids) {
    this.table = table;
    this.authenticator = authenticator;
    this.credentials = credentials;
    this.privileged = privileged;
    this.workers = workers;
    this.statistics = statistics;
    this.sluids = sluids;
  }

  @Override
  public void received(byte[] bytes, Exchange from) {
    if (!workers.execute(() -> serve(bytes, from))) {
      LOG.warn("request from {} dropped: too many are waiting to be served", from.peerText());
      from.drop();
    }
  }

  @Override
  public void serve(byte[] bytes, Exchange from) {
    Frame frame;
    try {
      frame = Frame.parse(bytes);
    } catch (WireException e) {
      LOG.info("message from {} cannot be read: {}", from.peerText(), e.getMessage());
      from.drop();
      return;
    }
    Answer answer = new Answer(frame.header(), from);
    try {
      Identity who;
      boolean change = isChange(frame.type());
      if (change) {
        arriving.incrementAndGet();
      }
      try {
        who = authenticator.authenticate(frame, System.currentTimeMillis() / 1000);
      } catch (AuthException e) {
        LOG.error(
            "{} from {} refused: authentication: {}", name(frame.type()), from.peerText(), e.getMessage());
        answer.returnCode(SlurmConstants.SLURM_PROTOCOL_AUTHENTICATION_ERROR);
        return;
      } finally {
        if (change) {
          arriving.decrementAndGet();
        }
      }
      answer.to = who;
      Actor actor = new Actor(who.uid(), who.gid(), privileged.test(who.uid()), from.peerText());
      dispatch(frame, actor, who.host(), answer);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("{} from {}: {}", name(frame.type()), from.peerText(), e.toString(), e);
      answer.returnCode(SlurmConstants.SLURM_UNEXPECTED_MSG_ERROR);
    }
  }

  /** Requests that are being authenticated and mostly become a command right after. Any thread. */
  public int arriving() {
    return arriving.get();
  }

  private static boolean isChange(int type) {
    return switch (type) {
      case SUBMIT_BATCH_JOB, RESOURCE_ALLOCATION, JOB_STEP_CREATE, COMPLETE_JOB_ALLOCATION, COMPLETE_BATCH_SCRIPT -> true;
      default -> false;
    };
  }

  private void dispatch(Frame frame, Actor actor, String host, Answer answer) {
    Optional<Rpc> found = table.find(frame.type());
    if (found.isEmpty()) {
      LOG.info("{} from uid {} at {} is not served", name(frame.type()), actor.uid(), actor.from());
      answer.returnCode(EINVAL);
      return;
    }
    Rpc rpc = found.get();
    if (rpc.role() == Rpc.Role.PRIVILEGED && !actor.privileged()) {
      LOG.error("Security violation, {} from uid={} at {}", rpc.name(), actor.uid(), actor.from());
      answer.returnCode(ACCESS_DENIED);
      return;
    }
    int generation = frame.version() >> 8;
    SlurmBody body;
    try {
      body = decode(frame, generation);
      sluids.resolve(body, generation);
    } catch (WireException e) {
      LOG.info("{} from uid {} at {} cannot be read: {}", rpc.name(), actor.uid(), actor.from(), e.getMessage());
      answer.returnCode(EINVAL);
      return;
    }
    LOG.debug("{} from uid {} at {}", rpc.name(), actor.uid(), actor.from());
    LOG.trace("{}", body);
    Request request = new Request(frame.type(), generation, body, actor, answer.exchange.peer(), host);
    // As in slurmctld, sdiag's times are those of serving and answering: reading and authenticating come before.
    long start = System.nanoTime();
    Reply reply = rpc.handler().handle(request);
    if (reply instanceof Reply.Later later) {
      ReadyAnswer ready = later.likely() == null ? null : answer.ready(later.likely());
      later.reply().whenComplete((r, failure) -> {
        int waiting = ready == null ? 0 : outstanding.getAndDecrement();
        Runnable rest = () -> {
          if (failure != null) {
            // The journal refuses (disk full, stopping): nothing has changed, the client may try again.
            LOG.error("{} from uid {} at {}: {}", rpc.name(), actor.uid(), actor.from(), failure.toString());
            answer.returnCode(EAGAIN);
          } else if (ready != null && ready.is(r)) {
            ready.send();
          } else {
            answer.send(r);
          }
          statistics.served(rpc.type(), actor.uid(), System.nanoTime() - start);
        };
        boolean onWorker = later.likely() == null;
        if (onWorker || ready != null && ready.is(r) && waiting <= FEW) {
          rest.run();
        } else {
          // This may be the thread that applies: what asks munged, or is more than a wake-up costs, is not done here.
          workers.follow(rest);
        }
      });
    } else {
      answer.send(reply);
      statistics.served(rpc.type(), actor.uid(), System.nanoTime() - start);
    }
  }

  private static SlurmBody decode(Frame frame, int generation) {
    MessageType type =
        MessageType.of(frame.type())
            .orElseThrow(() -> new WireException("message number " + frame.type() + " is unknown"));
    var in = frame.body();
    SlurmBody body = type.read(in, generation);
    if (in.remaining() > 0) {
      throw new WireException(in.remaining() + " bytes after the end of the message");
    }
    return body;
  }

  private static String name(int type) {
    return MessageType.of(type).map(t -> t.name() + " (" + type + ")").orElse("message " + type);
  }

  /** An answer in its last form that waits for its time; sent by whichever thread sees that it has come. */
  private record ReadyAnswer(Reply reply, Packer bytes, Exchange exchange) {
    boolean is(Reply due) {
      return due == reply;
    }

    void send() {
      exchange.reply(bytes.array(), 0, bytes.length());
    }
  }

  /** The answer to one request; sent once. */
  private final class Answer {
    private final Header request;
    private final Exchange exchange;
    /** Null: not known who asks. */
    private Identity to;

    Answer(Header request, Exchange exchange) {
      this.request = request;
      this.exchange = exchange;
    }

    void returnCode(long code) {
      send(Reply.rc(code));
    }

    void send(Reply reply) {
      try {
        switch (reply) {
          case Reply.ReturnCode rc -> encode(RESPONSE_SLURM_RC, new Packer(4).u32(rc.code()));
          case Reply.ReturnCodeMessage rc ->
              encode(RESPONSE_SLURM_RC_MSG, new Packer(64).u32(rc.code()).str(rc.message()));
          case Reply.Message m when m.body() instanceof PiecedBody p -> sendPieces(m.type(), p);
          case Reply.Message m -> {
            Packer body = new Packer(1024);
            Header header = written(m, body);
            encode(header, body);
          }
          case Reply.Later later -> throw new IllegalStateException("an answer that waits twice");
          case Reply.Nothing nothing -> exchange.drop();
        }
      } catch (RuntimeException e) {
        LOG.error("answer to {} at {}: {}", name(request.type()), exchange.peerText(), e.toString(), e);
        exchange.drop();
      }
    }

    /** Nobody needs the body in one array: a credential that vouches for it is made of its hash. */
    private void sendPieces(int type, PiecedBody listing) {
      byte[] first = listing.headBytes();
      Pieces pieces = listing.pieces();
      Packer head = new Packer(320);
      try {
        int length = Math.addExact(first.length, Math.toIntExact(pieces.length()));
        Header header = request.response(type);
        Frame.writeHead(head, header, credential(header, () -> payload(type, first, pieces)), length);
        head.raw(first);
      } catch (RuntimeException e) {
        pieces.release();
        throw e;
      }
      exchange.reply(head.array(), head.length(), pieces);
    }

    private byte[] payload(int type, byte[] first, Pieces pieces) {
      BodyHash.Source rest = pieces.source();
      int[] done = {0};
      return BodyHash.payload(hashPlugin(), type, first.length + pieces.length(), (to, offset, count) -> {
        int n = Math.min(first.length - done[0], count);
        System.arraycopy(first, done[0], to, offset, n);
        done[0] += n;
        rest.next(to, offset + n, count - n);
      });
    }

    private void encode(int type, Packer body) {
      encode(request.response(type), body);
    }

    private void encode(Header header, Packer body) {
      Packer out = framed(header, body);
      exchange.reply(out.array(), 0, out.length());
    }

    private Packer framed(Header header, Packer body) {
      Credential credential =
          credential(header, () -> BodyHash.payload(hashPlugin(), header.type(), body.array(), 0, body.length()));
      Packer out = new Packer(body.length() + 320);
      Frame.write(out, header, credential, body.array(), 0, body.length());
      return out;
    }

    /** Null if it cannot be made ready (munged is away): it is made when it is due. */
    ReadyAnswer ready(Reply likely) {
      try {
        Packer out =
            switch (likely) {
              case Reply.ReturnCode rc -> framed(request.response(RESPONSE_SLURM_RC), new Packer(4).u32(rc.code()));
              case Reply.Message m -> {
                Packer body = new Packer(1024);
                Header header = written(m, body);
                yield framed(header, body);
              }
              default -> throw new IllegalStateException("cannot be made ready: " + likely);
            };
        outstanding.incrementAndGet();
        return new ReadyAnswer(likely, out, exchange);
      } catch (RuntimeException e) {
        LOG.info("answer to {} at {} could not be made beforehand: {}", name(request.type()), exchange.peerText(), e.toString());
        return null;
      }
    }

    /** Its body into that packer; the header that goes before it. */
    private Header written(Reply.Message m, Packer body) {
      int version = m.number() == 0 ? request.version() : m.number() << 8;
      sluids.fill(m.body(), version >> 8);
      m.body().write(body, version >> 8);
      return request.response(m.type()).withVersion(version);
    }

    private int hashPlugin() {
      return to == null || to.hashPlugin() == 0 ? BodyHash.K12 : to.hashPlugin();
    }

    private Credential credential(Header header, Supplier<byte[]> payload) {
      if (header.version() >= ProtocolVersion.V23_02) {
        return Credential.ABSENT;
      }
      long uid = to == null ? CredentialFactory.ANYONE : to.uid();
      return credentials
          .orElseThrow(() -> new IllegalStateException("answers to 22.05 need auth/munge"))
          .ofPayload(header.version(), payload.get(), uid);
    }
  }
}
