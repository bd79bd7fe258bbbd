package org.slurmctldj.proto.conf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A comma list of options such as SlurmctldParameters or AuthInfo: {@code name} or {@code
 * name=value}, names in any case, the first one of a name wins.
 */
public final class OptionList {
  public static final OptionList EMPTY = new OptionList("");

  private final String text;
  private final List<String> items = new ArrayList<>(4);

  public OptionList(String text) {
    this.text = text;
    int at = 0;
    while (at < text.length()) {
      int comma = text.indexOf(',', at);
      int end = comma < 0 ? text.length() : comma;
      String item = text.substring(at, end).strip();
      if (!item.isEmpty()) {
        items.add(item);
      }
      at = end + 1;
    }
  }

  /** The items as written. */
  public List<String> items() {
    return List.copyOf(items);
  }

  /** Whether the option is there, with or without a value. */
  public boolean has(String name) {
    return find(name) != null;
  }

  /** What follows {@code name=}. */
  public Optional<String> value(String name) {
    String item = find(name);
    return item == null || item.length() == name.length()
        ? Optional.empty()
        : Optional.of(item.substring(name.length() + 1));
  }

  /** The decimal number after {@code name=}, or {@code otherwise} if it is absent or none. */
  public long number(String name, long otherwise) {
    Optional<String> value = value(name);
    if (value.isEmpty()) {
      return otherwise;
    }
    try {
      return Long.parseLong(value.get());
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private String find(String name) {
    for (String item : items) {
      if (item.regionMatches(true, 0, name, 0, name.length())
          && (item.length() == name.length() || item.charAt(name.length()) == '=')) {
        return item;
      }
    }
    return null;
  }

  /** As in the file. */
  @Override
  public String toString() {
    return text;
  }
}
