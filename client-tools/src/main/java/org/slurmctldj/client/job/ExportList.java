package org.slurmctldj.client.job;

import java.util.ArrayList;
import java.util.List;

/** The items of {@code --export}: names and NAME=value, separated by commas that are not quoted. */
public final class ExportList {
  public static List<String> split(String text) {
    List<String> list = new ArrayList<>();
    StringBuilder item = new StringBuilder();
    char quote = 0;
    for (char c : text.toCharArray()) {
      if (c == ',' && quote == 0) {
        list.add(item.toString());
        item.setLength(0);
        continue;
      }
      if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      }
      item.append(c);
    }
    list.add(item.toString());
    return list;
  }

  private ExportList() {}
}
