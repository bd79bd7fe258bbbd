package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.ESLURM_INVALID_FEATURE;
import static org.slurmctldj.core.SlurmNumbers.ESLURM_NOT_SUPPORTED;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Constraints on one node: {@code a}, {@code a&b}, {@code a|b}, {@code (a|b)&c}; {@code !} too. As Slurm's, {@code &} and
 * {@code |} have the same rank and are taken from left to right. Counts and brackets, which constrain several nodes together,
 * are refused by name.
 */
public final class Features {
  private Features() {}

  /** Null if the constraint can be understood and names only features that some node has. */
  static Result check(ClusterConfig config, String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    if (text.chars().anyMatch(ch -> "[]*".indexOf(ch) >= 0)) {
      return Result.error(ESLURM_NOT_SUPPORTED, "--constraint=" + text + ": counts and brackets are not supported");
    }
    Set<String> named = new HashSet<>();
    try {
      new Reader(text, List.of(), named).whole();
    } catch (IllegalArgumentException e) {
      return Result.error(ESLURM_INVALID_FEATURE);
    }
    for (NodeDefinition n : config.nodes()) {
      if (named.isEmpty()) {
        break;
      }
      n.features().forEach(named::remove);
    }
    return named.isEmpty() ? null : Result.error(ESLURM_INVALID_FEATURE);
  }

  /** Whether a node with these features will do; never of a text that {@link #check} refuses. */
  public static boolean match(String text, List<String> features) {
    if (text == null || text.isEmpty()) {
      return true;
    }
    try {
      return new Reader(text, features, new HashSet<>()).whole();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static final class Reader {
    private static final int DEEPEST = 32;

    private final String text;
    private final List<String> features;
    private final Set<String> named;
    private int at;
    private int depth;

    Reader(String text, List<String> features, Set<String> named) {
      this.text = text;
      this.features = features;
      this.named = named;
    }

    boolean whole() {
      boolean value = expression();
      if (at < text.length()) {
        throw new IllegalArgumentException(text);
      }
      return value;
    }

    private boolean expression() {
      boolean value = term();
      while (at < text.length() && "&,|".indexOf(text.charAt(at)) >= 0) {
        boolean or = text.charAt(at++) == '|';
        boolean next = term();
        value = or ? value || next : value && next;
      }
      return value;
    }

    private boolean term() {
      if (at < text.length() && text.charAt(at) == '(') {
        at++;
        if (++depth > DEEPEST) {
          throw new IllegalArgumentException(text);
        }
        boolean value = expression();
        depth--;
        if (at >= text.length() || text.charAt(at++) != ')') {
          throw new IllegalArgumentException(text);
        }
        return value;
      }
      boolean not = at < text.length() && text.charAt(at) == '!';
      int from = not ? ++at : at;
      while (at < text.length() && "&,|()".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      if (at == from) {
        throw new IllegalArgumentException(text);
      }
      String name = text.substring(from, at);
      named.add(name);
      return features.contains(name) != not;
    }
  }
}
