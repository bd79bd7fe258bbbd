package org.slurmctldj.client.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slurmctldj.client.cli.Console;
import org.slurmctldj.client.cli.Strtol;

/**
 * What {@code -o} or {@code -O} asked for: texts and columns in order. Parsed as Slurm parses, oddities included, because
 * scripts were written against them.
 *
 * @param <F> the table's fields
 */
public final class Format<F> {
  /** Which field a letter or a name stands for; null for none. */
  public interface Fields<F> {
    /** {@code letter} is '\0' when a format ends where its letter should be. */
    F ofLetter(char letter);

    /** {@code name} is in lower case. */
    F ofName(String name);

    /** The letters that {@code %all} stands for, in order. */
    String all();

    /** What follows the column of a letter in {@code %all}. */
    default String allSuffix(char letter) {
      return letter == 'Z' ? "" : "|";
    }

    /** The complaint about a letter that is none. */
    default String letterComplaint(String program, String letter) {
      return program + ": error: Invalid " + kind() + " format specification: " + letter;
    }

    /** "job", "job step", as complaints name the table's rows. */
    String kind();
  }

  /** A column of a field, or a text of its own when the field is null. */
  public record Item<F>(F field, Column column) {}

  private final List<Item<F>> items = new ArrayList<>();

  public List<Item<F>> items() {
    return items;
  }

  /** {@code prefix%[.][width]letter[suffix]...} */
  public static <F> Format<F> ofLetters(String text, Fields<F> fields, String program, Console console) {
    Format<F> format = new Format<>();
    int first = text.indexOf('%');
    if (first != 0 && !text.isEmpty()) {
      format.text(first < 0 ? text : text.substring(0, first));
    }
    boolean firstToken = true;
    for (int at = first; at >= 0; ) {
      int next = text.indexOf('%', at + 1);
      String token = text.substring(at + 1, next < 0 ? text.length() : next);
      at = next;
      if (token.isEmpty()) {
        continue;
      }
      if (firstToken && token.equals("all")) {
        format.all(fields);
        break;
      }
      firstToken = false;
      format.letter(token, fields, program, console);
    }
    return format;
  }

  /** Letters that are none are passed over in silence. */
  private void all(Fields<F> fields) {
    String letters = fields.all();
    for (int i = 0; i < letters.length(); i++) {
      F field = fields.ofLetter(letters.charAt(i));
      if (field != null) {
        items.add(new Item<>(field, new Column(0, false, fields.allSuffix(letters.charAt(i)))));
      }
    }
  }

  private void letter(String token, Fields<F> fields, String program, Console console) {
    int i = 0;
    boolean right = token.charAt(0) == '.';
    if (right) {
      i++;
    }
    long width = 0;
    while (i < token.length() && token.charAt(i) >= '0' && token.charAt(i) <= '9') {
      width = Math.min(width * 10 + token.charAt(i++) - '0', 1 << 20);
    }
    char letter = i < token.length() ? token.charAt(i) : '\0';
    F field = fields.ofLetter(letter);
    if (field == null) {
      console.complain(fields.letterComplaint(program, letter == '\0' ? "" : String.valueOf(letter)));
      text("%" + token);
      return;
    }
    String suffix = i < token.length() ? token.substring(i + 1) : "";
    items.add(new Item<>(field, new Column((int) width, right, suffix)));
  }

  /** {@code name[:[.][width][suffix]],...}; 20 bytes wide when nothing is said. */
  public static <F> Format<F> ofNames(String text, Fields<F> fields, String program, Console console) {
    Format<F> format = new Format<>();
    for (String token : text.split(",")) {
      if (token.isEmpty()) {
        continue;
      }
      int colon = token.indexOf(':');
      String name = colon < 0 ? token : token.substring(0, colon);
      Column column = new Column(20, false, "");
      if (colon >= 0) {
        String rest = token.substring(colon + 1);
        boolean right = rest.startsWith(".");
        if (right) {
          rest = rest.substring(1);
        }
        Strtol width = Strtol.parse(rest);
        column = new Column((int) Math.max(0, Math.min(width.value(), 1 << 20)), right, rest.substring(width.end()));
      }
      F field = fields.ofName(name.toLowerCase(Locale.ROOT));
      if (field == null) {
        console.complain(program + ": error: Invalid " + fields.kind() + " format specification: " + name);
        // what was to follow the column stays
        format.text(column.suffix());
        continue;
      }
      format.items.add(new Item<>(field, column));
    }
    return format;
  }

  private void text(String text) {
    items.add(new Item<>(null, new Column(0, false, text)));
  }
}
