package org.slurmctldj.proto.conf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the syntax shared by slurm.conf, gres.conf, cgroup.conf, topology.conf and the like: {@code
 * Key=Value} tokens, several to a line, comments, quoted values, continuation lines and {@code
 * Include}. It knows no key; daemons and clients put their own tables on top.
 *
 * <p>Observed on Slurm 22.05: {@code #} starts a comment anywhere, inside quotes too, unless a
 * backslash stands before it; every other backslash is dropped, too; a value is quoted only if its
 * closing quote is followed by a blank or the end of the line; keys are letters, digits, {@code _}
 * and {@code .}; blanks may surround {@code =}. {@code Include} names a file relative to the
 * directory of the top file, {@code %c} in it is the ClusterName read before.
 *
 * <p>Text is bytes, one {@code char} each (ISO-8859-1). No regular expressions: client tools read
 * slurm.conf on their start path.
 */
public final class ConfFile {
  private static final int MAX_DEPTH = 16;
  private static final int MAX_BYTES = 64 << 20;

  /**
   * One {@code Key=Value}.
   *
   * @param key as written
   * @param operator one of {@code - * + /} written before {@code =}, or 0
   * @param value without quotes
   * @param rest the line's text from the end of the previous token on; Slurm quotes it in its parse
   *     errors
   * @param file where it stands
   * @param line first physical line, from 1
   */
  public record Token(String key, char operator, String value, String rest, String file, int line) {
    public boolean is(String name) {
      return key.equalsIgnoreCase(name);
    }

    /** The error Slurm reports when this token is not allowed where it stands. */
    public ConfException parseError() {
      return ConfException.parse(file, line, rest);
    }

    /** A sentence about this token, led by its file and line. */
    public ConfException error(String sentence) {
      return ConfException.at(file, line, sentence);
    }
  }

  /** The tokens of one logical line, at least one. Only lines such as NodeName= may have more. */
  public record Line(List<Token> tokens) {
    public Line {
      tokens = List.copyOf(tokens);
    }

    public Token first() {
      return tokens.get(0);
    }

    /** The last token with this key, as in Slurm where the last one wins; null if there is none. */
    public Token find(String key) {
      for (int i = tokens.size() - 1; i >= 0; i--) {
        if (tokens.get(i).is(key)) {
          return tokens.get(i);
        }
      }
      return null;
    }
  }

  /** Where file contents come from: the disk, or the files a configless controller sent. */
  public interface Source {
    byte[] read(String file) throws IOException;
  }

  /** A class, no lambda: clients read slurm.conf on their start path. */
  private static final class Disk implements Source {
    @Override
    public byte[] read(String file) throws IOException {
      return Files.readAllBytes(Path.of(file));
    }
  }

  private final Source source;
  private final String directory;
  private final List<Line> lines = new ArrayList<>();
  private final List<String> files = new ArrayList<>();
  private String clusterName;

  private ConfFile(Source source, String directory) {
    this.source = source;
    this.directory = directory;
  }

  /** Reads {@code file} and what it includes from the disk. */
  public static ConfFile read(Path file) {
    return read(file.toString(), null, new Disk());
  }

  /** As {@link #read(Path)}, with a ClusterName for {@code %c} (gres.conf and others have none). */
  public static ConfFile read(Path file, String clusterName) {
    return read(file.toString(), clusterName, new Disk());
  }

  public static ConfFile read(String file, String clusterName, Source source) {
    int slash = file.lastIndexOf('/');
    ConfFile conf = new ConfFile(source, slash < 0 ? "" : file.substring(0, slash + 1));
    conf.clusterName = clusterName;
    conf.file(file, 0, "");
    return conf;
  }

  /** Parses text that has no file; {@code name} is what errors call it. No Include. */
  public static ConfFile parse(String name, String text) {
    ConfFile conf = new ConfFile(file -> { throw new IOException("Include is not possible here"); }, "");
    conf.text(name, text, 0);
    return conf;
  }

  /** Adds lines behind the last one that are not on the disk; {@code name} is what errors call them. */
  ConfFile append(String name, String text) {
    text(name, text, 0);
    return this;
  }

  /** All lines in the order read, included files in place of their Include. */
  public List<Line> lines() {
    return lines;
  }

  /** Every file read, the top one first; what a configless controller hands out. */
  public List<String> files() {
    return files;
  }

  private void file(String name, int depth, String includedAt) {
    byte[] bytes;
    try {
      bytes = source.read(name);
    } catch (NoSuchFileException e) {
      throw new ConfException(includedAt + "cannot stat file " + name + ": No such file or directory", e);
    } catch (IOException e) {
      throw new ConfException(includedAt + "cannot read file " + name + ": " + e.getMessage(), e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new ConfException(includedAt + "file " + name + " is larger than " + MAX_BYTES + " bytes");
    }
    files.add(name);
    text(name, new String(bytes, StandardCharsets.ISO_8859_1), depth);
  }

  private void text(String file, String text, int depth) {
    int at = 0;
    int lineNumber = 0;
    while (at < text.length()) {
      StringBuilder joined = null;
      String part;
      int first = lineNumber + 1;
      boolean more;
      do {
        int end = text.indexOf('\n', at);
        part = text.substring(at, end < 0 ? text.length() : end);
        at = end < 0 ? text.length() : end + 1;
        lineNumber++;
        part = part.substring(0, commentStart(part));
        int stop = continuation(part);
        more = stop >= 0;
        if (more) {
          part = part.substring(0, stop);
        }
        if (more && joined == null) {
          joined = new StringBuilder(part);
        } else if (joined != null) {
          joined.append(part);
        }
      } while (more && at < text.length());
      line(file, first, unescape(joined == null ? part : joined.toString()), depth);
    }
  }

  /** Index of the first {@code #} that no odd run of backslashes precedes, without the blanks and CR at the end. */
  private static int commentStart(String line) {
    int end = line.length();
    int backslashes = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '#' && (backslashes & 1) == 0) {
        end = i;
        break;
      }
      backslashes = c == '\\' ? backslashes + 1 : 0;
    }
    while (end > 0 && isSpace(line.charAt(end - 1))) {
      end--;
    }
    return end;
  }

  /** Where the line is cut if it ends with an odd run of backslashes, else -1. */
  private static int continuation(String line) {
    int backslashes = 0;
    for (int i = line.length() - 1; i >= 0 && line.charAt(i) == '\\'; i--) {
      backslashes++;
    }
    return (backslashes & 1) == 1 ? line.length() - 1 : -1;
  }

  private static String unescape(String line) {
    int at = line.indexOf('\\');
    if (at < 0) {
      return line;
    }
    StringBuilder out = new StringBuilder(line.length());
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && i + 1 < line.length()) {
        c = line.charAt(++i);
      } else if (c == '\\') {
        break;
      }
      out.append(c);
    }
    return out.toString();
  }

  private void line(String file, int number, String line, int depth) {
    int at = skipSpace(line, 0);
    if (at == line.length()) {
      return;
    }
    if (isInclude(line, at)) {
      include(file, number, line, at + 7, depth);
      return;
    }
    List<Token> tokens = new ArrayList<>(4);
    int end = 0;
    while (skipSpace(line, end) < line.length()) {
      end = token(file, number, line, end, tokens);
    }
    Line result = new Line(tokens);
    lines.add(result);
    if (result.first().is("ClusterName")) {
      clusterName = result.first().value();
    }
  }

  /** Reads one token that starts at or after {@code from}; returns where it ends. */
  private static int token(String file, int number, String line, int from, List<Token> into) {
    int keyStart = skipSpace(line, from);
    int i = keyStart;
    while (i < line.length() && isKeyChar(line.charAt(i))) {
      i++;
    }
    String key = line.substring(keyStart, i);
    i = skipSpace(line, i);
    char operator = 0;
    if (i < line.length() && "-*+/".indexOf(line.charAt(i)) >= 0) {
      operator = line.charAt(i++);
    }
    if (key.isEmpty() || i >= line.length() || line.charAt(i) != '=') {
      throw ConfException.parse(file, number, line.substring(from));
    }
    i = skipSpace(line, i + 1);
    if (i >= line.length()) {
      throw ConfException.parse(file, number, line.substring(from));
    }
    String value;
    int close = line.charAt(i) == '"' ? line.indexOf('"', i + 1) : -1;
    if (close > 0 && (close + 1 == line.length() || isSpace(line.charAt(close + 1)))) {
      value = line.substring(i + 1, close);
      i = close + 1;
    } else {
      int start = i;
      while (i < line.length() && !isSpace(line.charAt(i))) {
        i++;
      }
      value = line.substring(start, i);
    }
    into.add(new Token(key, operator, value, line.substring(from), file, number));
    return i;
  }

  private static boolean isInclude(String line, int at) {
    return line.regionMatches(true, at, "include", 0, 7)
        && (at + 7 == line.length() || isSpace(line.charAt(at + 7)))
        // "Include = x" is a key, if an unknown one
        && (skipSpace(line, at + 7) == line.length() || line.charAt(skipSpace(line, at + 7)) != '=');
  }

  private void include(String file, int number, String line, int from, int depth) {
    int start = skipSpace(line, from);
    int end = start;
    while (end < line.length() && !isSpace(line.charAt(end))) {
      end++;
    }
    if (start == end) {
      throw ConfException.at(file, number, "Include names no file");
    }
    if (depth >= MAX_DEPTH) {
      throw ConfException.at(file, number, "Include is nested more than " + MAX_DEPTH + " deep");
    }
    String name = clusterNamed(file, number, line.substring(start, end));
    file(name.startsWith("/") ? name : directory + name, depth + 1, file + " line " + number + ": ");
  }

  private String clusterNamed(String file, int number, String name) {
    int at = name.indexOf("%c");
    if (at < 0) {
      return name;
    }
    if (clusterName == null) {
      throw ConfException.at(file, number, "Include " + name + " needs ClusterName, which must be set before it");
    }
    return name.substring(0, at) + clusterName + clusterNamed(file, number, name.substring(at + 2));
  }

  private static int skipSpace(String s, int at) {
    while (at < s.length() && isSpace(s.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }

  private static boolean isKeyChar(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.';
  }
}
