package org.slurmctldj.rpc.handlers;

import java.util.regex.Pattern;

/**
 * What --tres-bind and --gpu-bind may say from 24.11 on: {@code gres/NAME:[verbose,]HOW} and more of them behind a "+". Observed on
 * 24.11.5, which looks at the beginning of a word only ("closest", "none") and takes what is no number for 0.
 */
final class TresBind {
  private static final String NUMBER = "[0-9*]+(\\*[0-9]+)?";
  private static final String MASK = "(0x)?[0-9a-f*]+(\\*[0-9]+)?";
  private static final Pattern ITEM =
      Pattern.compile(
          "gres/[^:+]*:(verbose,)?(closest.*|none.*"
              + "|map(_gpu)?:" + NUMBER + "(," + NUMBER + ")*"
              + "|mask(_gpu)?:" + MASK + "(," + MASK + ")*"
              + "|(per_task|single):(?!\\s*-[0-9]).*)",
          Pattern.CASE_INSENSITIVE);

  /** @param text null or empty: nothing was asked for */
  static boolean isValid(String text) {
    if (text == null || text.isEmpty()) {
      return true;
    }
    for (String item : text.split("\\+")) {
      if (!item.isEmpty() && !ITEM.matcher(item).matches()) {
        return false;
      }
    }
    return true;
  }

  private TresBind() {}
}
