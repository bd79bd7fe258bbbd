package org.slurmctldj.interop;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.tool.MessageFuzzer;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.WireException;

/**
 * Sends bad input of every kind to a running controller and checks that each connection ends (an
 * error answer, an answer, or a close) within its time and that honest requests are served
 * meanwhile. Run by {@code interop/hostile.sh}: {@code Hostile SLURM_CONF FRAMES [SEED]}.
 */
public final class Hostile {
  private static final int PING = 1008;
  private static final int RC = 8001;

  /** {@link #exchange}: a return code that is an error; an answer of another protocol, such as HTTP's. */
  private static final int REFUSED = 1;

  private static final int NOT_SLURM = 2;
  private static final int IDLE_CONNECTIONS = 5_000;
  private static final int ANSWER_SECONDS = 20;

  /** Requests that would end or reload the daemon when root sends them: not bad input. */
  private static final Set<Integer> OBEYED = Set.of(1003, 1005, 1009, 1012, 1015, 1010, 1013, 1014);

  private final InetSocketAddress controller;
  private final CredentialFactory munge;
  private final long seed;
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong closed = new AtomicLong();
  private final AtomicLong hung = new AtomicLong();
  private int failures;

  private Hostile(SlurmConf conf, long seed) {
    this.controller = new InetSocketAddress("127.0.0.1", conf.slurmctldPorts().first());
    String socket = conf.authInfo().value("socket").orElse(MungeClient.DEFAULT_SOCKET);
    this.munge = CredentialFactory.munge(new MungeClient(socket), 0);
    this.seed = seed;
  }

  public static void main(String[] args) throws Exception {
    long seed = args.length > 2 ? Long.parseLong(args[2]) : System.nanoTime();
    System.out.println("seed " + seed);
    Hostile h = new Hostile(SlurmConf.load(Path.of(args[0])), seed);
    int frames = Integer.parseInt(args[1]);
    h.handMade();
    h.replay();
    h.fuzz(frames);
    h.idleAndSlow();
    h.check("served at the end", h.ping());
    System.exit(h.failures == 0 ? 0 : 1);
  }

  private void check(String what, boolean ok) {
    System.out.println((ok ? "ok   " : "FAIL ") + what);
    if (!ok) {
      failures++;
    }
  }

  private byte[] request(int version, int type, byte[] body, int hash, long receiver) {
    Credential c = munge.create(version << 8, type, hash, body, receiver);
    return Frame.toBytes(Header.request(version << 8, type), c, body);
  }

  /** Answer's message type, -1 closed without one, -2 neither within the time. */
  private int exchange(byte[] bytes, boolean endOfInput) throws IOException {
    try (Socket s = new Socket()) {
      s.connect(controller, 5_000);
      s.setSoTimeout(ANSWER_SECONDS * 1_000);
      try {
        s.getOutputStream().write(bytes);
        s.getOutputStream().flush();
        if (endOfInput) {
          s.shutdownOutput();
        }
        InputStream in = s.getInputStream();
        byte[] length = in.readNBytes(4);
        if (length.length < 4) {
          return -1;
        }
        int n = (length[0] & 0xff) << 24 | (length[1] & 0xff) << 16 | (length[2] & 0xff) << 8 | length[3] & 0xff;
        byte[] frame = in.readNBytes(Math.min(n, 64 << 20));
        Frame answer = Frame.parse(frame);
        return answer.type() == RC && answer.body().u32() != 0 ? REFUSED : answer.type();
      } catch (WireException e) {
        return NOT_SLURM;
      } catch (SocketTimeoutException e) {
        return -2;
      } catch (IOException e) {
        return -1;
      }
    }
  }

  private boolean ping() throws IOException {
    return exchange(request(38, PING, new byte[0], BodyHash.K12, CredentialFactory.ANYONE), false) == RC;
  }

  private void handMade() throws IOException {
    byte[] good = request(38, PING, new byte[0], BodyHash.K12, CredentialFactory.ANYONE);
    check("an honest ping", exchange(good, false) == RC);
    check("a length of 1 GiB", exchange(new byte[] {0x40, 0, 0, 0, 0x26, 0}, false) == -1);
    check("a length of 4 GiB - 1", exchange(new byte[] {-1, -1, -1, -1, 0x26, 0}, false) == -1);
    check("a length of zero", exchange(new byte[] {0, 0, 0, 0}, true) != -2);
    byte[] truncated = java.util.Arrays.copyOf(request(38, PING, new byte[0], BodyHash.K12, CredentialFactory.ANYONE), good.length - 7);
    check("a frame that ends early", exchange(truncated, true) == -1);
    for (int version : new int[] {0, 35, 37, 46, 255}) {
      byte[] wrong = request(38, PING, new byte[0], BodyHash.K12, CredentialFactory.ANYONE);
      wrong[4] = (byte) version;
      int got = exchange(wrong, false);
      check("protocol version " + version + " is refused (" + got + ")", got == REFUSED || got == -1);
    }
    byte[] body = {1, 2, 3, 4};
    Credential other = munge.create(38 << 8, PING, BodyHash.K12, new byte[] {9, 9}, CredentialFactory.ANYONE);
    int got = exchange(Frame.toBytes(Header.request(38 << 8, 8001), other, body), false);
    check("a hash over another body (" + got + ")", got == REFUSED || got == -1);
    got = exchange(Frame.toBytes(Header.request(38 << 8, PING), new Credential.Munge("MUNGE:AwQDAAA=:"), new byte[0]), false);
    check("a forged credential (" + got + ")", got == REFUSED || got == -1);
    got = exchange(Frame.toBytes(Header.request(42 << 8, PING), new Credential.None(0, 0, "localhost"), new byte[0]), false);
    check("auth/none claiming root (" + got + ")", got == REFUSED || got == -1);
    got = exchange(Frame.toBytes(Header.request(42 << 8, PING), new Credential.SlurmToken("e30.e30."), new byte[0]), false);
    check("an unsigned token (" + got + ")", got == REFUSED || got == -1);
    byte[] wrongUid = request(38, PING, new byte[0], BodyHash.K12, 54_321);
    got = exchange(wrongUid, false);
    check("a credential for another uid (" + got + ")", got == REFUSED || got == -1);
    check("an HTTP request", exchange("GET /etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(), true) != -2);
    check("a TLS hello", exchange(new byte[] {0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0}, true) != -2);
    check("an HTTP/2 preface and rubbish", exchange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nrubbish rubbish".getBytes(), true) != -2);
  }

  private void replay() throws IOException {
    byte[] once = request(38, PING, new byte[0], BodyHash.K12, CredentialFactory.ANYONE);
    boolean first = exchange(once, false) == RC;
    int second = exchange(once, false);
    check("a replayed credential (" + second + ")", first && (second == -1 || second == REFUSED));
  }

  private void fuzz(int frames) throws Exception {
    long start = System.nanoTime();
    ExecutorService pool = Executors.newFixedThreadPool(8);
    for (int worker = 0; worker < 8; worker++) {
      long own = seed + worker * 1_000_003L;
      int count = frames / 8;
      pool.execute(
          () -> {
            SplittableRandom r = new SplittableRandom(own);
            for (int i = 0; i < count; i++) {
              long s = r.nextLong();
              try {
                one(r, s);
              } catch (IOException | RuntimeException e) {
                System.out.println("sample seed " + s + ": " + e);
                hung.incrementAndGet();
              }
            }
          });
    }
    pool.shutdown();
    int pings = 0;
    while (!pool.awaitTermination(1, TimeUnit.SECONDS)) {
      if (!ping()) {
        check("an honest ping during the storm", false);
      }
      pings++;
    }
    System.out.printf(
        "%d frames in %.1f s: %d answered, %d closed, %d neither; %d honest pings meanwhile%n",
        frames, (System.nanoTime() - start) / 1e9, answered.get(), closed.get(), hung.get(), pings);
    check("every frame was answered or its connection closed", hung.get() == 0);
  }

  private void one(SplittableRandom r, long s) throws IOException {
    int version = 38 + r.nextInt(8);
    MessageFuzzer.Sample sample = MessageFuzzer.any(version, s);
    int type = sample.type().number();
    if (OBEYED.contains(type)) {
      return;
    }
    byte[] bytes;
    int kind = r.nextInt(4);
    switch (kind) {
      case 0 -> { // no honest credential
        byte[] noise = new byte[r.nextInt(400)];
        new java.util.Random(s).nextBytes(noise);
        bytes = new byte[noise.length + 4];
        System.arraycopy(noise, 0, bytes, 4, noise.length);
        bytes[2] = (byte) (noise.length >> 8);
        bytes[3] = (byte) noise.length;
      }
      case 1 -> { // an honest frame with damage anywhere
        bytes = request(version, type, sample.body(), BodyHash.K12, CredentialFactory.ANYONE);
        bytes[4 + r.nextInt(bytes.length - 4)] ^= (byte) (1 << r.nextInt(8));
      }
      default -> bytes = request(version, type, sample.body(), BodyHash.K12, CredentialFactory.ANYONE);
    }
    // a half-closed connection says that nothing follows: for frames that may announce more than they bring
    int got = exchange(bytes, kind < 2);
    (got >= 0 ? answered : got == -1 ? closed : hung).incrementAndGet();
    if (got == -2) {
      System.out.println("no answer and no close: type " + type + " version " + version + " sample seed " + s);
    }
  }

  private void idleAndSlow() throws Exception {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < IDLE_CONNECTIONS; i++) {
        Socket s = new Socket();
        s.connect(controller, 5_000);
        if (i % 5 == 0) { // a slow sender: announces a frame and drips
          s.getOutputStream().write(new byte[] {0, 0, 1, 0, 0x26});
        }
        idle.add(s);
        if (i % 1_000 == 999) {
          check((i + 1) + " idle or slow connections do not stop a ping", ping());
        }
      }
      for (int i = 0; i < IDLE_CONNECTIONS; i += 50) {
        try {
          idle.get(i).getOutputStream().write(0);
        } catch (IOException e) {
          closed.incrementAndGet(); // shed already: fine
        }
      }
      check("still served", ping());
    } finally {
      for (Socket s : idle) {
        s.close();
      }
    }
  }
}
