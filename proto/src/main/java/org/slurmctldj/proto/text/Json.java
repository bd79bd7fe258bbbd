package org.slurmctldj.proto.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON (RFC 8259) for the few places where Slurm's protocol carries some: token claims and key sets.
 * Strings are bytes, one {@code char} each, as everywhere on Slurm's wire: UTF-8 passes through.
 *
 * <p>Values are {@code Map<String, Object>}, {@code List<Object>}, {@code String}, {@code Long} (integers),
 * {@code Double}, {@code Boolean} and null. Doubled keys and anything after the value are refused.
 */
public final class Json {
  private static final int MAX_DEPTH = 32;

  /** The text is not JSON. */
  public static final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JsonException(String message) {
      super(message);
    }
  }

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  public static Object parse(String text) {
    Json json = new Json(text);
    json.blanks();
    Object value = json.value(0);
    json.blanks();
    if (json.at != text.length()) {
      throw json.wrong("text after the value");
    }
    return value;
  }

  /** As {@link #parse}, for text that must be an object. */
  @SuppressWarnings("unchecked") // objects are made below, with String keys
  public static Map<String, Object> parseObject(String text) {
    if (parse(text) instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw new JsonException("not a JSON object");
  }

  private JsonException wrong(String what) {
    return new JsonException(what + " at " + at);
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw wrong("unexpected end");
    }
    return text.charAt(at);
  }

  private void expect(char c) {
    if (peek() != c) {
      throw wrong("'" + c + "' expected");
    }
    at++;
  }

  private Object value(int depth) {
    if (depth > MAX_DEPTH) {
      throw wrong("nested too deep");
    }
    switch (peek()) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return string();
      case 't':
        return word("true", Boolean.TRUE);
      case 'f':
        return word("false", Boolean.FALSE);
      case 'n':
        return word("null", null);
      default:
        return number();
    }
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw wrong("'" + word + "' expected");
    }
    at += word.length();
    return value;
  }

  private Map<String, Object> object(int depth) {
    Map<String, Object> map = new LinkedHashMap<>();
    at++;
    blanks();
    if (peek() == '}') {
      at++;
      return map;
    }
    while (true) {
      blanks();
      String key = string();
      blanks();
      expect(':');
      blanks();
      if (map.containsKey(key)) {
        throw wrong("key \"" + key + "\" twice");
      }
      map.put(key, value(depth + 1));
      blanks();
      if (peek() == '}') {
        at++;
        return map;
      }
      expect(',');
    }
  }

  private List<Object> array(int depth) {
    List<Object> list = new ArrayList<>();
    at++;
    blanks();
    if (peek() == ']') {
      at++;
      return list;
    }
    while (true) {
      blanks();
      list.add(value(depth + 1));
      blanks();
      if (peek() == ']') {
        at++;
        return list;
      }
      expect(',');
    }
  }

  private String string() {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (true) {
      char c = peek();
      at++;
      if (c == '"') {
        return out.toString();
      }
      if (c < ' ') {
        throw wrong("control character in a string");
      }
      if (c != '\\') {
        out.append(c);
        continue;
      }
      c = peek();
      at++;
      int plain = "\"\\/bfnrt".indexOf(c);
      if (plain >= 0) {
        out.append("\"\\/\b\f\n\r\t".charAt(plain));
      } else if (c == 'u') {
        unicode(out);
      } else {
        throw wrong("unknown escape");
      }
    }
  }

  /** Appends the UTF-8 bytes of an escaped character. */
  private void unicode(StringBuilder out) {
    int c = hex4();
    if (c >= 0xd800 && c < 0xdc00 && text.startsWith("\\u", at)) {
      at += 2;
      int low = hex4();
      if (low < 0xdc00 || low > 0xdfff) {
        throw wrong("half a surrogate pair");
      }
      c = 0x10000 + (c - 0xd800 << 10) + (low - 0xdc00);
    } else if (c >= 0xd800 && c <= 0xdfff) {
      throw wrong("half a surrogate pair");
    }
    if (c < 0x80) {
      out.append((char) c);
    } else if (c < 0x800) {
      out.append((char) (0xc0 | c >> 6)).append((char) (0x80 | c & 0x3f));
    } else if (c < 0x10000) {
      out.append((char) (0xe0 | c >> 12)).append((char) (0x80 | c >> 6 & 0x3f)).append((char) (0x80 | c & 0x3f));
    } else {
      out.append((char) (0xf0 | c >> 18)).append((char) (0x80 | c >> 12 & 0x3f));
      out.append((char) (0x80 | c >> 6 & 0x3f)).append((char) (0x80 | c & 0x3f));
    }
  }

  private int hex4() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw wrong("hex digit expected");
      }
      value = value << 4 | digit;
      at++;
    }
    return value;
  }

  private Object number() {
    int start = at;
    boolean integer = true;
    while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
      integer &= ".eE".indexOf(text.charAt(at)) < 0;
      at++;
    }
    String digits = text.substring(start, at);
    int first = digits.startsWith("-") ? 1 : 0;
    boolean leadingZero = digits.length() > first + 1 && digits.charAt(first) == '0' && Character.isDigit(digits.charAt(first + 1));
    if (digits.length() == first || !Character.isDigit(digits.charAt(first)) || leadingZero || digits.endsWith(".")) {
      at = start;
      throw wrong("value expected");
    }
    try {
      if (integer) {
        return Long.valueOf(digits);
      }
      return Double.valueOf(digits);
    } catch (NumberFormatException e) {
      at = start;
      throw wrong("number out of range");
    }
  }

  /** Compact JSON of a value of the kinds named above; numbers may be any integer type. */
  public static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(out, value);
    return out.toString();
  }

  private static void write(StringBuilder out, Object value) {
    if (value instanceof Map<?, ?> map) {
      char lead = '{';
      for (Map.Entry<?, ?> e : map.entrySet()) {
        out.append(lead);
        writeString(out, (String) e.getKey());
        out.append(':');
        write(out, e.getValue());
        lead = ',';
      }
      out.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof List<?> list) {
      char lead = '[';
      for (Object element : list) {
        out.append(lead);
        write(out, element);
        lead = ',';
      }
      out.append(list.isEmpty() ? "[]" : "]");
    } else if (value instanceof String s) {
      writeString(out, s);
    } else {
      out.append(value);
    }
  }

  private static void writeString(StringBuilder out, String s) {
    out.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f) {
        out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
