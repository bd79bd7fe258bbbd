package org.slurmctldj.cloud.ec2;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * User data of an instance: the template's and the group's parts with ours between them, so that cloud-init keeps the order
 * of the PCS guide: cloud-config before the node registers, shell scripts after that and before its daemon starts. The same
 * input gives the same bytes: EC2 compares them when a client token is used again.
 */
final class UserData {
  /** Of EC2, before base64. */
  static final int LIMIT = 16_384;

  /** The agent finds its own part by this name. */
  static final String JOIN_PART = "slurmctld-j-join.sh";

  static final String START_PART = "slurmctld-j-start.sh";

  /**
   * As RunInstances takes it: base64, compressed when it would be too long.
   *
   * @param theirs MIME multiparts, or null
   * @throws IllegalArgumentException a sentence: not MIME multipart, too long
   */
  static String encoded(List<byte[]> theirs, String joinScript, String startScript) {
    byte[] plain = merged(theirs, joinScript, startScript).getBytes(StandardCharsets.ISO_8859_1);
    byte[] fit = plain.length <= LIMIT ? plain : gzip(plain);
    if (fit.length > LIMIT) {
      throw new IllegalArgumentException(
          "user data has " + fit.length + " bytes compressed (" + plain.length + " plain), EC2 takes " + LIMIT);
    }
    return Base64.getEncoder().encodeToString(fit);
  }

  static String merged(List<byte[]> theirs, String joinScript, String startScript) {
    List<MimeParts.Part> scripts = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    for (byte[] text : theirs) {
      if (text == null || text.length == 0) {
        continue;
      }
      for (MimeParts.Part part : MimeParts.of(text)) {
        if (part.isShellScript()) {
          scripts.add(part);
        } else {
          parts.add(part.text());
        }
      }
    }
    parts.add(script(JOIN_PART, joinScript));
    scripts.forEach(s -> parts.add(s.text()));
    parts.add(script(START_PART, startScript));
    String boundary = "==slurmctld-j==";
    while (occurs(boundary, parts)) {
      boundary = "=" + boundary + "=";
    }
    StringBuilder out = new StringBuilder();
    out.append("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"").append(boundary).append("\"\n\n");
    for (String part : parts) {
      out.append("--").append(boundary).append('\n').append(part);
      if (!part.endsWith("\n")) {
        out.append('\n');
      }
    }
    return out.append("--").append(boundary).append("--\n").toString();
  }

  private static boolean occurs(String boundary, List<String> parts) {
    return parts.stream().anyMatch(p -> p.contains("--" + boundary));
  }

  private static String script(String name, String text) {
    return "Content-Type: text/x-shellscript; charset=\"us-ascii\"\nContent-Disposition: attachment; filename=\"" + name + "\"\n\n" + text;
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private UserData() {}
}
