package org.slurmctldj.config.pools;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * User data as cloud-init takes it: MIME parts. A file may be a multipart document itself, or one part whose kind its
 * first line tells: {@code #!} a shell script, {@code #cloud-config} a configuration.
 */
final class MimeParts {
  private static final String BOUNDARY = "==SLURMCTLDJ==";

  /** @param headers of the part, without the empty line behind them */
  record Part(String headers, String body) {}

  private MimeParts() {}

  /** Throws IllegalArgumentException, with what is wrong, for what is neither. */
  static List<Part> of(String name, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8).replace("\r\n", "\n");
    if (text.startsWith("#!")) {
      return List.of(part(name, "text/x-shellscript", text));
    }
    if (text.startsWith("#cloud-config")) {
      return List.of(part(name, "text/cloud-config", text));
    }
    if (text.regionMatches(true, 0, "MIME-Version:", 0, 13) || text.regionMatches(true, 0, "Content-Type: multipart/", 0, 24)) {
      return split(text);
    }
    throw new IllegalArgumentException("is neither a script (#!), nor #cloud-config, nor a MIME multipart document");
  }

  private static Part part(String name, String type, String text) {
    return new Part("Content-Type: " + type + "; charset=\"utf-8\"\nContent-Disposition: attachment; filename=\"" + name + "\"", text);
  }

  private static List<Part> split(String text) {
    int head = text.indexOf("\n\n");
    String headers = head < 0 ? text : text.substring(0, head);
    int at = headers.toLowerCase(java.util.Locale.ROOT).indexOf("boundary=");
    if (head < 0 || at < 0) {
      throw new IllegalArgumentException("is a MIME document without a boundary");
    }
    String boundary = headers.substring(at + 9).strip();
    boundary = boundary.startsWith("\"") ? boundary.substring(1, Math.max(1, boundary.indexOf('"', 1))) : boundary.split("[;\\s]")[0];
    List<Part> parts = new ArrayList<>();
    String[] pieces = ("\n" + text.substring(head + 1)).split("\n--" + java.util.regex.Pattern.quote(boundary));
    for (int i = 1; i < pieces.length; i++) {
      if (pieces[i].startsWith("--")) {
        break;
      }
      String piece = pieces[i].replaceFirst("^[ \t]*\n", "");
      int end = piece.indexOf("\n\n");
      if (end < 0) {
        throw new IllegalArgumentException("has a part without an empty line behind its headers");
      }
      parts.add(new Part(piece.substring(0, end), piece.substring(end + 2)));
    }
    return parts;
  }

  static byte[] join(List<Part> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringBuilder b = new StringBuilder("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"" + BOUNDARY + "\"\n\n");
    for (Part p : parts) {
      b.append("--").append(BOUNDARY).append('\n').append(p.headers()).append("\n\n").append(p.body());
      if (!p.body().endsWith("\n")) {
        b.append('\n');
      }
    }
    b.append("--").append(BOUNDARY).append("--\n");
    out.writeBytes(b.toString().getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }
}
