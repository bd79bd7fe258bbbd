package org.slurmctldj.core;

/**
 * What --mail-user may say. It becomes an argument of MailProg, which runs as SlurmUser: a word that begins with a dash is an
 * option there, and to many mail programs one that begins with a bar is a command and one with a slash a file. Pure.
 */
public final class MailRecipients {
  private static final String NOT_FIRST = "-|/.~+%#";

  private MailRecipients() {}

  /** True for addresses or names of users, with commas between them. */
  public static boolean acceptable(String text) {
    for (String word : text.split(",", -1)) {
      if (word.isEmpty() || NOT_FIRST.indexOf(word.charAt(0)) >= 0 || word.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
        return false;
      }
    }
    return true;
  }
}
