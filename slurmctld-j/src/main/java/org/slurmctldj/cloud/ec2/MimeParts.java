package org.slurmctldj.cloud.ec2;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of a MIME multipart text, as cloud-init takes them: as they are, only told apart. Text is bytes as Latin-1. */
final class MimeParts {
  private static final Pattern BOUNDARY = Pattern.compile("(?i)boundary\\s*=\\s*(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))");

  /**
   * @param type lower case, as text/x-shellscript
   * @param text headers, empty line and body
   */
  record Part(String type, String text) {
    boolean isShellScript() {
      return type.equals("text/x-shellscript");
    }
  }

  /**
   * Parts in their order, those of nested multiparts in place.
   *
   * @throws IllegalArgumentException a sentence: it is no MIME multipart
   */
  static List<Part> of(byte[] text) {
    List<Part> parts = new ArrayList<>();
    String whole = new String(text, StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
    Part root = part(whole);
    if (!root.type().startsWith("multipart/")) {
      throw new IllegalArgumentException("user data must be MIME multipart, not " + (root.type().isEmpty() ? "plain text" : root.type()));
    }
    flatten(root, parts, 0);
    return parts;
  }

  private static void flatten(Part part, List<Part> into, int depth) {
    if (!part.type().startsWith("multipart/")) {
      into.add(part);
      return;
    }
    if (depth > 5) {
      throw new IllegalArgumentException("user data nests MIME multiparts too deep");
    }
    String headers = headers(part.text());
    Matcher m = BOUNDARY.matcher(headers);
    if (!m.find()) {
      throw new IllegalArgumentException("user data is MIME multipart without a boundary");
    }
    String line = "--" + (m.group(1) == null ? m.group(2) : m.group(1));
    List<String> current = null;
    for (String l : part.text().substring(headers.length()).split("\n", -1)) {
      String end = l.stripTrailing();
      if (end.equals(line) || end.equals(line + "--")) {
        if (current != null) {
          flatten(part(String.join("\n", current)), into, depth + 1);
        }
        current = end.equals(line) ? new ArrayList<>() : null;
        if (current == null) {
          return;
        }
      } else if (current != null) {
        current.add(l);
      }
    }
    throw new IllegalArgumentException("user data ends before the last MIME boundary " + line + "--");
  }

  private static Part part(String text) {
    for (String l : headers(text).replaceAll("\n[ \t]+", " ").split("\n")) {
      if (l.toLowerCase(Locale.ROOT).startsWith("content-type:")) {
        return new Part(l.substring(13).split(";")[0].strip().toLowerCase(Locale.ROOT), text);
      }
    }
    return new Part("", text);
  }

  /** Up to the first empty line; nothing if the text does not begin with one "Name: value". */
  private static String headers(String text) {
    if (!text.matches("(?s)[A-Za-z-]+:.*")) {
      return "";
    }
    int end = text.indexOf("\n\n");
    return end < 0 ? text : text.substring(0, end + 1);
  }

  private MimeParts() {}
}
