package org.slurmctldj.proto.slurm;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * Structs as text for people: on one line for logs, without what could be a secret (tokens, signatures, scripts,
 * environments), and in full and indented for {@code slurm-dump}.
 */
public final class FieldPrinter {
  private static final int LOG_LIMIT = 2000;
  private static final int LOG_STRING = 100;
  private static final Set<String> SECRET =
      Set.of("token", "cert_token", "signature", "io_key", "x11_magic_cookie", "net_cred", "script", "signed_cert", "csr");

  private FieldPrinter() {}

  /** {@code NodeInfo{name=n1, cpus=4}}: only fields that hold something. */
  public static String oneLine(SlurmStruct s) {
    StringBuilder b = new StringBuilder();
    appendLine(b, s);
    return b.length() > LOG_LIMIT ? b.substring(0, LOG_LIMIT) + "..." : b.toString();
  }

  private static void appendLine(StringBuilder b, SlurmStruct s) {
    b.append(s.getClass().getSimpleName()).append('{');
    int start = b.length();
    s.fields(
        (name, value) -> {
          if (b.length() > LOG_LIMIT || empty(value)) {
            return;
          }
          b.append(b.length() > start ? ", " : "").append(name).append('=');
          if (value instanceof SlurmStruct inner) {
            appendLine(b, inner);
          } else if (value instanceof List<?> list) {
            b.append(list.size()).append(" of them");
          } else if (value instanceof String[] a) {
            b.append(a.length).append(" strings");
          } else if (value instanceof byte[] a) {
            b.append(a.length).append(" bytes");
          } else if (value instanceof String t && (SECRET.contains(name) || t.length() > LOG_STRING)) {
            b.append(t.length()).append(" characters");
          } else {
            b.append(text(value));
          }
        });
    b.append('}');
  }

  private static boolean empty(Object value) {
    return value == null
        || value instanceof Number n && n.doubleValue() == 0
        || value instanceof Boolean f && !f
        || value instanceof List<?> l && l.isEmpty()
        || value.getClass().isArray() && java.lang.reflect.Array.getLength(value) == 0;
  }

  /** Every field on a line of its own, nested structs indented. */
  public static String indented(SlurmStruct s) {
    StringBuilder b = new StringBuilder();
    appendIndented(b, s, "");
    return b.toString();
  }

  private static void appendIndented(StringBuilder b, SlurmStruct s, String indent) {
    s.fields(
        (name, value) -> {
          if (value instanceof SlurmStruct inner) {
            b.append(indent).append(name).append(":\n");
            appendIndented(b, inner, indent + "  ");
          } else if (value instanceof List<?> list && !list.isEmpty()) {
            for (int i = 0; i < list.size(); i++) {
              if (list.get(i) instanceof SlurmStruct inner) {
                b.append(indent).append(name).append('[').append(i).append("]:\n");
                appendIndented(b, inner, indent + "  ");
              } else {
                b.append(indent).append(name).append('[').append(i).append("] = ").append(text(list.get(i))).append('\n');
              }
            }
          } else {
            b.append(indent).append(name).append(" = ").append(text(value)).append('\n');
          }
        });
  }

  private static String text(Object value) {
    return switch (value) {
      case null -> "NULL";
      case String s -> quoted(s);
      case Long n -> number(n);
      case Integer n -> n == SlurmConstants.NO_VAL16 ? "NO_VAL16" : n.toString();
      case long[] a -> Arrays.toString(Arrays.stream(a).mapToObj(FieldPrinter::number).toArray());
      case int[] a -> Arrays.toString(a);
      case double[] a -> Arrays.toString(a);
      case String[] a -> Arrays.toString(Arrays.stream(a).map(FieldPrinter::text).toArray());
      case byte[] a -> HexFormat.of().formatHex(a);
      default -> value.toString();
    };
  }

  private static String number(long n) {
    if (n == SlurmConstants.NO_VAL) {
      return "NO_VAL";
    } else if (n == SlurmConstants.INFINITE) {
      return "INFINITE";
    } else if (n == SlurmConstants.NO_VAL64) {
      return "NO_VAL64";
    } else if (n == SlurmConstants.INFINITE64) {
      return "INFINITE64";
    }
    return Long.toUnsignedString(n);
  }

  private static String quoted(String s) {
    StringBuilder b = new StringBuilder(s.length() + 2).append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      switch (c) {
        case '\n' -> b.append("\\n");
        case '\t' -> b.append("\\t");
        case '"', '\\' -> b.append('\\').append(c);
        default -> {
          if (c < ' ' || c == 127) {
            b.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
          } else {
            b.append(c);
          }
        }
      }
    }
    return b.append('"').toString();
  }
}
