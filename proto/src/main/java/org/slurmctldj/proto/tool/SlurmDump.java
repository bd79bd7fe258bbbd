package org.slurmctldj.proto.tool;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.slurmctldj.proto.slurm.BodySkippers;
import org.slurmctldj.proto.slurm.FieldPrinter;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.ForwardedReturn;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/**
 * {@code slurm-dump}: what a Slurm message says, for people. Reads whole frames, one after the other (as {@code tcpdump}
 * or a proxy saved them), or with {@code -t} a bare body.
 */
public final class SlurmDump {
  private static final String USAGE =
      """
      usage: slurm-dump [FILE]                     frames, each behind its length
             slurm-dump -t TYPE -v VERSION [FILE]  one bare body; TYPE is a number or a name, VERSION 38 to 45 or a release
             slurm-dump -g [FILE]                  lines "NUMBER NAME HEX", as in the golden bodies; needs -v
             slurm-dump -p -v VERSION [FILE]       frames of a persistent connection after its first: u32 length, u16 type, body
      Input is binary or hexadecimal (spaces allowed), from FILE or standard input.
      """;

  private final PrintStream out;
  private int version;
  private MessageType type;
  private boolean golden;
  private boolean persistent;
  private boolean failed;

  SlurmDump(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] args) throws IOException {
    System.exit(new SlurmDump(System.out).run(args));
  }

  int run(String[] args) throws IOException {
    String file = null;
    try {
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "-t", "--type" -> type = type(args[++i]);
          case "-v", "--version" -> version = version(args[++i]);
          case "-g", "--golden" -> golden = true;
          case "-p", "--persistent" -> persistent = true;
          case "-h", "--help" -> {
            out.print(USAGE);
            return 0;
          }
          default -> file = args[i];
        }
      }
      if (version == 0 && (type != null || golden || persistent)) {
        throw new IllegalArgumentException("-v is needed");
      }
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      System.err.println("slurm-dump: " + e.getMessage());
      System.err.print(USAGE);
      return 2;
    }
    byte[] input = file == null || file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
    if (golden) {
      new String(input, StandardCharsets.US_ASCII).lines().map(l -> l.split(" ")).forEach(w -> body(type(w[0]), HexFormat.of().parseHex(w[2])));
    } else if (type != null) {
      body(type, fromHex(input));
    } else {
      frames(fromHex(input));
    }
    return failed ? 1 : 0;
  }

  private static MessageType type(String s) {
    Optional<MessageType> t = s.matches("\\d+") ? MessageType.of(Integer.parseInt(s)) : Optional.of(MessageType.valueOf(s.toUpperCase(Locale.ROOT)));
    return t.orElseThrow(() -> new IllegalArgumentException("no message has the number " + s));
  }

  private static int version(String s) {
    for (int v = 38; v <= 45; v++) {
      if (s.equals(Integer.toString(v)) || s.equals(Integer.toString(v << 8)) || s.equals(ProtocolVersion.release(v << 8))) {
        return v;
      }
    }
    throw new IllegalArgumentException("version " + s + " is not one of 38 to 45");
  }

  /** Hexadecimal text if it looks like it, else the bytes themselves. */
  private static byte[] fromHex(byte[] input) {
    StringBuilder hex = new StringBuilder();
    for (byte b : input) {
      if (Character.digit(b, 16) >= 0) {
        hex.append((char) b);
      } else if (b != ' ' && b != '\n' && b != '\t' && b != '\r' && b != ':') {
        return input;
      }
    }
    return hex.length() % 2 == 0 ? HexFormat.of().parseHex(hex) : input;
  }

  private void frames(byte[] bytes) {
    Unpacker in = new Unpacker(bytes);
    try {
      while (in.remaining() > 0) {
        int length = in.count(1);
        byte[] frame = in.raw(length);
        if (persistent) {
          int number = new Unpacker(frame).u16();
          out.println("message " + number + " of a persistent connection, " + length + " bytes");
          describe(number, new Unpacker(frame, 2, length - 2), version);
        } else {
          frame(frame);
        }
      }
    } catch (WireException e) {
      fail(e);
    }
  }

  private void frame(byte[] bytes) {
    Frame f = Frame.parse(bytes, BodySkippers.ANY);
    Header h = f.header();
    out.println(
        "message " + h.type() + ", version " + ProtocolVersion.release(h.version()) + " (" + (h.version() >> 8) + "), flags 0x"
            + Integer.toHexString(h.flags()) + ", body " + h.bodyLength() + " bytes, origin " + h.origAddr());
    out.println("credential " + credential(f.credential()));
    if (h.forward().count() > 0) {
      out.println("forward to " + h.forward());
    }
    for (ForwardedReturn r : h.returns()) {
      out.println("answer of " + r.nodeName() + ", error " + r.error());
      describe(r.type(), new Unpacker(r.body()), h.version() >> 8);
    }
    describe(h.type(), f.body(), h.version() >> 8);
  }

  private static String credential(Credential c) {
    return switch (c) {
      case Credential.Absent a -> "absent";
      case Credential.None n -> "none: uid " + n.uid() + " gid " + n.gid() + " host " + n.host();
      case Credential.Munge m -> "munge, " + m.credential().length() + " bytes";
      case Credential.SlurmToken t -> "auth/slurm token, " + t.token().length() + " bytes";
      case Credential.Jwt j -> "jwt, user " + j.user();
    };
  }

  private void body(MessageType t, byte[] bytes) {
    try {
      describe(t.number(), new Unpacker(bytes), version);
    } catch (WireException e) {
      fail(e);
    }
  }

  private void describe(int number, Unpacker in, int v) {
    Optional<MessageType> t = MessageType.of(number);
    if (t.isEmpty()) {
      failed = true;
      out.println("unknown message " + number + ": " + HexFormat.of().formatHex(in.rest()));
      return;
    }
    SlurmBody body = t.get().read(in, v);
    out.println(t.get() + " (" + number + ") " + body.getClass().getSimpleName());
    out.print(FieldPrinter.indented(body).indent(2));
    if (in.remaining() > 0) {
      failed = true;
      out.println("  " + in.remaining() + " bytes left over: " + HexFormat.of().formatHex(in.rest()));
    }
  }

  private void fail(WireException e) {
    failed = true;
    out.println("broken: " + e.getMessage());
  }
}
