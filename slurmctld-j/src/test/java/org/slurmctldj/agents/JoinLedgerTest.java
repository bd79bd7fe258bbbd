package org.slurmctldj.agents;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JoinLedgerTest {
  private static final long KEEP = 600;

  @TempDir Path folder;

  private static byte[] secret(int i) {
    return ("secret of " + i).getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void aYearOfInstancesLeavesNoMoreBehindThanThoseOfTheLastMinutes() throws Exception {
    Path file = folder.resolve("joins");
    long now = 1_700_000_000;
    int last = 20_000;
    try (JoinLedger ledger = new JoinLedger(file, now - KEEP, KEEP)) {
      for (int i = 0; i <= last; i++, now += 10) { // 60 of them can still be repeated
        assertTrue(ledger.claim("i-" + i, secret(i), now));
      }
      assertTrue(Files.readAllLines(file).size() < 1_100, "lines: " + Files.readAllLines(file).size());
      assertTrue(ledger.claim("i-" + last, secret(last), now));
      assertFalse(ledger.claim("i-" + last, secret(1), now));
    }
    try (JoinLedger ledger = new JoinLedger(file, now - KEEP, KEEP)) {
      for (int i = last; i > last - 50; i--) {
        assertFalse(ledger.claim("i-" + i, secret(1), now), "instance " + i);
        assertTrue(ledger.claim("i-" + i, secret(i), now));
      }
    }
  }
}
