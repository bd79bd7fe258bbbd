package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailRecipientsTest {
  @ParameterizedTest
  @ValueSource(strings = {"alice", "alice@example.org", "a.b+c@example.org,bob", "8user", "\u00e4@example.org"})
  void addressesAndNames(String text) {
    assertTrue(MailRecipients.acceptable(text));
  }

  /** Each of these would be something else than an address to a program that is called mail. */
  @ParameterizedTest
  @ValueSource(
      strings = {"-Ssendmail=/tmp/evil", "|touch /tmp/evil", "alice,|id", "/tmp/file", "+folder", "~r", "a b", "a@b\nBcc: all@example.org", "alice,", ""})
  void whatMailProgramsTakeForSomethingElse(String text) {
    assertFalse(MailRecipients.acceptable(text));
  }
}
