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

  /** A valid body that real Slurm takes as well: it has rules beyond the layout, see {@link RandomValues#consistent}. */
  public static Sample acceptable(MessageType type, int version, long seed) {
    Packer out = new Packer();
    type.random(RandomValues.consistent(seed), version).write(out, version);
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

  private static final String USAGE =
      """
      usage: MessageFuzzer SEED COUNT [VERSION]       bodies of any type: "number version valid|damaged hex"
             MessageFuzzer -a SEED COUNT FIRST LAST   COUNT bodies that real Slurm takes of every type and version:
                                                      "number version hex name", "-" for an empty body
      """;

  public static void main(String[] args) {
    if (args.length == 5 && args[0].equals("-a")) {
      long seed = Long.parseLong(args[1]);
      for (MessageType type : TYPES) {
        for (int version = Integer.parseInt(args[3]); version <= Integer.parseInt(args[4]); version++) {
          for (int i = 0; i < Integer.parseInt(args[2]) && type.knownTo(version); i++) {
            byte[] body = acceptable(type, version, seed + i).body;
            System.out.println(type.number() + " " + version + " " + (body.length == 0 ? "-" : HexFormat.of().formatHex(body)) + " " + type);
          }
        }
      }
      return;
    }
    if (args.length < 2 || args.length > 3) {
      System.err.print(USAGE);
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
