package org.slurmctldj.proto.tool;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.RandomValues;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.wire.Packer;

/**
 * Makes message bodies for tests: valid ones with random content, and damaged ones. The same seed gives the same bytes.
 * Interop tests use it to send rubbish to a running daemon; nothing in a daemon calls it.
 */
public final class MessageFuzzer {
  /**
   * A body to send.
   *
   * @param version 38 to 45
   * @param damaged false when every byte is as {@code type} wants it
   */
  public record Sample(MessageType type, int version, byte[] body, boolean damaged, long seed) {}

  private static final MessageType[] TYPES = MessageType.values();

  private MessageFuzzer() {}

  /** A valid body of {@code type}. */
  public static Sample valid(MessageType type, int version, long seed) {
    SlurmBody body = type.random(new RandomValues(seed), version);
    Packer out = new Packer();
    body.write(out, version);
    return new Sample(type, version, out.toByteArray(), false, seed);
  }

  /** A body of any type that {@code version} knows; every other one is damaged. */
  public static Sample any(int version, long seed) {
    SplittableRandom r = new SplittableRandom(seed);
    MessageType type;
    do {
      type = TYPES[r.nextInt(TYPES.length)];
    } while (!type.knownTo(version));
    Sample s = valid(type, version, seed);
    return r.nextBoolean() ? s : damaged(s, r.nextLong());
  }

  /**
   * The body with some damage: cut short, bytes changed, lengths inflated, a piece repeated or removed, or bytes
   * appended.
   */
  public static Sample damaged(Sample s, long seed) {
    SplittableRandom r = new SplittableRandom(seed);
    byte[] b = s.body.clone();
    for (int n = 1 + r.nextInt(3); n > 0; n--) {
      b = damage(b, r);
    }
    return new Sample(s.type, s.version, b, true, seed);
  }

  private static byte[] damage(byte[] b, SplittableRandom r) {
    int at = b.length == 0 ? 0 : r.nextInt(b.length);
    return switch (b.length == 0 ? 5 : r.nextInt(6)) {
      case 0 -> Arrays.copyOf(b, at);
      case 1 -> {
        b[at] = (byte) r.nextInt();
        yield b;
      }
      case 2 -> {
        for (int i = at; i < Math.min(b.length, at + 4); i++) {
          b[i] = (byte) 0xff;
        }
        yield b;
      }
      case 3 -> {
        int n = r.nextInt(b.length - at) + 1;
        byte[] shorter = new byte[b.length - n];
        System.arraycopy(b, 0, shorter, 0, at);
        System.arraycopy(b, at + n, shorter, at, b.length - at - n);
        yield shorter;
      }
      case 4 -> {
        int n = r.nextInt(b.length - at) + 1;
        byte[] longer = new byte[b.length + n];
        System.arraycopy(b, 0, longer, 0, at + n);
        System.arraycopy(b, at, longer, at + n, b.length - at);
        yield longer;
      }
      default -> {
        byte[] tail = new byte[1 + r.nextInt(40)];
        r.nextBytes(tail);
        byte[] longer = Arrays.copyOf(b, b.length + tail.length);
        System.arraycopy(tail, 0, longer, b.length, tail.length);
        yield longer;
      }
    };
  }

  /** Prints {@code type version damaged|valid hex}, one per line: {@code MessageFuzzer SEED COUNT [VERSION]}. */
  public static void main(String[] args) {
    if (args.length < 2) {
      System.err.println("usage: MessageFuzzer SEED COUNT [VERSION 38..45]");
      System.exit(2);
    }
    long seed = Long.parseLong(args[0]);
    for (int i = 0; i < Integer.parseInt(args[1]); i++) {
      int version = args.length > 2 ? Integer.parseInt(args[2]) : 38 + i % 8;
      Sample s = any(version, seed + i);
      System.out.println(
          s.type.number() + " " + s.version + " " + (s.damaged ? "damaged" : "valid") + " " + HexFormat.of().formatHex(s.body));
    }
  }
}
