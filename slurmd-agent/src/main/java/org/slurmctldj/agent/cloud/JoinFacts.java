package org.slurmctldj.agent.cloud;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.slurmctldj.agent.link.NodeLink;
import org.slurmctldj.proto.nodelink.JoinSecret;

/** What the controller wrote into the user data: where it is, and what this instance may join with. */
record JoinFacts(String cluster, List<NodeLink.Controller> controllers, String order, JoinSecret secret) {
  /** Each fact is a line of our own part of the user data, a comment to the shell. */
  private static final String MARK = "#: ";

  private static final String PART = "filename=\"slurmctld-j-join.sh\"";

  /** @throws IOException a sentence: it is not ours */
  static JoinFacts of(byte[] userData) throws IOException {
    String text = new String(plain(userData), StandardCharsets.ISO_8859_1);
    int part = text.indexOf(PART);
    if (part < 0) {
      throw new IOException("the user data has no part of slurmctld-j: this instance was not started by a controller");
    }
    Map<String, String> facts = new HashMap<>();
    boolean began = false;
    for (String line : text.substring(part).split("\n")) {
      if (line.startsWith(MARK)) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          facts.put(line.substring(MARK.length(), equals), line.substring(equals + 1).strip());
        }
        began = true;
      } else if (began) {
        break;
      }
    }
    try {
      return new JoinFacts(
          need(facts, "cluster"), controllers(need(facts, "controllers")), need(facts, "order"), JoinSecret.parse(need(facts, "token")));
    } catch (IllegalArgumentException e) {
      throw new IOException("the user data's part of slurmctld-j is damaged: " + e.getMessage(), e);
    }
  }

  private static String need(Map<String, String> facts, String name) {
    String value = facts.get(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException("no " + name);
    }
    return value;
  }

  /** host:port, IPv6 addresses in brackets. */
  private static List<NodeLink.Controller> controllers(String text) {
    return java.util.Arrays.stream(text.split(","))
        .map(
            c -> {
              int colon = c.lastIndexOf(':');
              if (colon <= 0) {
                throw new IllegalArgumentException("controller " + c + " has no port");
              }
              String host = c.substring(0, colon);
              boolean brackets = host.startsWith("[") && host.endsWith("]");
              return new NodeLink.Controller(brackets ? host.substring(1, host.length() - 1) : host, Integer.parseInt(c.substring(colon + 1)));
            })
        .toList();
  }

  private static byte[] plain(byte[] userData) throws IOException {
    if (userData.length < 2 || (userData[0] & 255) != 0x1f || (userData[1] & 255) != 0x8b) {
      return userData;
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(userData))) {
      return in.readNBytes(16 << 20);
    }
  }
}
