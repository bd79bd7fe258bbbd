package org.slurmctldj.client.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Options as GNU getopt_long reads them, because users' command lines rely on all of it: options anywhere among the operands,
 * {@code --part} for {@code --partition}, {@code -p name}, {@code -pname}, {@code -hl}, optional arguments only when
 * attached, and the same complaints.
 *
 * <p>Strings are bytes carried as Latin-1.
 */
public final class Getopt {
  public static final int NO_ARGUMENT = 0;
  public static final int REQUIRED_ARGUMENT = 1;
  public static final int OPTIONAL_ARGUMENT = 2;

  /** What {@link #next} gives at the end, and for an option that was complained about. */
  public static final int END = -1;

  public static final int UNKNOWN = '?';

  /** A long option; {@code value} is what {@link #next} answers, usually the letter of the short form. */
  public record LongOption(String name, int argument, int value) {}

  private final String program;
  private final String shortOptions;
  private final List<LongOption> longOptions;
  private final List<String> arguments;
  private final Console console;
  private final List<String> operands = new ArrayList<>();
  private final boolean stopAtOperand;
  private int index;
  private String cluster = "";
  private String argument;

  /**
   * @param shortOptions as getopt(3) takes them; a leading '+' ends the options at the first operand
   * @param longOptions a text of words, {@code name=value}, {@code name:=value} (argument) or {@code name::=value} (optional
   *     one); a value is a letter or a number
   */
  public Getopt(String program, String shortOptions, String longOptions, List<String> arguments, Console console) {
    this(program, shortOptions, table(longOptions), arguments, console);
  }

  public Getopt(String program, String shortOptions, List<LongOption> longOptions, List<String> arguments, Console console) {
    this.program = program;
    this.stopAtOperand = shortOptions.startsWith("+");
    this.shortOptions = stopAtOperand ? shortOptions.substring(1) : shortOptions;
    this.longOptions = longOptions;
    this.arguments = arguments;
    this.console = console;
  }

  /** The next option's value, {@link #UNKNOWN} after a complaint, {@link #END} when only operands are left. */
  public int next() {
    argument = null;
    if (!cluster.isEmpty()) {
      return shortOption();
    }
    while (index < arguments.size()) {
      String word = arguments.get(index++);
      if (word.equals("--")) {
        break;
      }
      if (word.startsWith("--")) {
        return longOption(word.substring(2));
      }
      if (word.length() > 1 && word.charAt(0) == '-') {
        cluster = word.substring(1);
        return shortOption();
      }
      if (stopAtOperand) {
        index--;
        break;
      }
      operands.add(word);
    }
    while (index < arguments.size()) {
      operands.add(arguments.get(index++));
    }
    return END;
  }

  /** The last option's argument; null when it has none. */
  public String argument() {
    return argument;
  }

  /**
   * The next word when it does not look like an option, for tools that let an optional argument stand apart; null for none.
   */
  public String takeOperand() {
    if (cluster.isEmpty() && index < arguments.size() && !arguments.get(index).startsWith("-")) {
      return arguments.get(index++);
    }
    return null;
  }

  /** What was not an option, in order; complete once {@link #next} has answered {@link #END}. */
  public List<String> operands() {
    return operands;
  }

  private int shortOption() {
    char c = cluster.charAt(0);
    cluster = cluster.substring(1);
    int at = c == ':' ? -1 : shortOptions.indexOf(c);
    if (at < 0) {
      console.complain(program + ": invalid option -- '" + c + "'");
      return UNKNOWN;
    }
    if (at + 1 < shortOptions.length() && shortOptions.charAt(at + 1) == ':') {
      if (!cluster.isEmpty()) {
        argument = cluster;
        cluster = "";
      } else if (!shortOptions.startsWith("::", at + 1)) {
        if (index >= arguments.size()) {
          console.complain(program + ": option requires an argument -- '" + c + "'");
          return UNKNOWN;
        }
        argument = arguments.get(index++);
      }
    }
    return c;
  }

  private int longOption(String text) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    LongOption found = null;
    List<LongOption> candidates = new ArrayList<>();
    boolean ambiguous = false;
    for (LongOption o : longOptions) {
      if (o.name.equals(name)) {
        found = o;
        ambiguous = false;
        candidates.clear();
        break;
      }
      if (o.name.startsWith(name)) {
        if (found == null) {
          found = o;
          candidates.add(o);
        } else if (o.argument != found.argument || o.value != found.value) {
          ambiguous = true;
          candidates.add(o);
        }
      }
    }
    if (ambiguous) {
      StringBuilder b = new StringBuilder(program + ": option '--" + text + "' is ambiguous; possibilities:");
      candidates.forEach(o -> b.append(" '--").append(o.name).append('\''));
      console.complain(b.toString());
      return UNKNOWN;
    }
    if (found == null) {
      console.complain(program + ": unrecognized option '--" + text + "'");
      return UNKNOWN;
    }
    if (equals >= 0) {
      if (found.argument == NO_ARGUMENT) {
        console.complain(program + ": option '--" + found.name + "' doesn't allow an argument");
        return UNKNOWN;
      }
      argument = text.substring(equals + 1);
    } else if (found.argument == REQUIRED_ARGUMENT) {
      if (index >= arguments.size()) {
        console.complain(program + ": option '--" + found.name + "' requires an argument");
        return UNKNOWN;
      }
      argument = arguments.get(index++);
    }
    return found.value;
  }

  private static List<LongOption> table(String text) {
    List<LongOption> list = new ArrayList<>();
    for (String word : text.strip().split("\\s+")) {
      int equals = word.indexOf('=');
      String name = word.substring(0, equals);
      String value = word.substring(equals + 1);
      int kind = name.endsWith("::") ? OPTIONAL_ARGUMENT : name.endsWith(":") ? REQUIRED_ARGUMENT : NO_ARGUMENT;
      list.add(
          new LongOption(
              name.substring(0, name.length() - (kind == NO_ARGUMENT ? 0 : kind)),
              kind,
              value.length() == 1 ? value.charAt(0) : Integer.parseInt(value)));
    }
    return list;
  }
}
