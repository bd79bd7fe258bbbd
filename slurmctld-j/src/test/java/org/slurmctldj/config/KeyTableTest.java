package org.slurmctldj.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slurmctldj.proto.conf.ConfKey;
import org.slurmctldj.proto.conf.ConfKeyTable;
import org.slurmctldj.proto.tool.TestMentions;

class KeyTableTest {
  private static final List<String> RELEASES =
      List.of("22.05", "23.02", "23.11", "24.05", "24.11", "25.05", "25.11", "26.05");

  @Test
  void eachRowIsWellFormedAndNoKeyStandsTwice() {
    Set<String> seen = new HashSet<>();
    for (ConfKey key : ConfKeyTable.get().all()) {
      assertTrue(seen.add(key.scope() + key.name().toLowerCase()), key.name());
      assertTrue(RELEASES.contains(key.since()), key.name());
      assertTrue(key.until().equals("-") || RELEASES.contains(key.until()), key.name());
      if (key.support() == ConfKey.Support.WARN) {
        // the issue allows no more than the accounting database and multifactor to be passed over
        assertTrue(Set.of("AccountingStorageType", "AccountingStorageEnforce", "PriorityType").contains(key.name()), key.name());
      }
      if (key.support() != ConfKey.Support.HONOURED && key.support() != ConfKey.Support.FATAL) {
        assertFalse(key.note().isEmpty() && key.scope() != ConfKey.Scope.FRONTEND && key.scope() != ConfKey.Scope.POWERACTION,
            key.name() + ": says not why");
      }
    }
  }

  /** The page lists some 190 keys; options and flags of keys look like keys, so only a number is asked for. */
  @ParameterizedTest
  @ValueSource(strings = {"/usr/share/man/man5/slurm.conf.5.gz"})
  void theKeysOfTheInstalledManPageAreInTheTable(String page) throws IOException {
    Assumptions.assumeTrue(Files.exists(Path.of(page)), "no man page of slurm.conf here");
    String text;
    try (var in = new java.util.zip.GZIPInputStream(Files.newInputStream(Path.of(page)))) {
      text = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
    int parameters = 0;
    for (String block : text.split("\\n\\.TP\\n")) {
      String first = block.lines().findFirst().orElse("").strip();
      // keys stand alone on their line; options and flags of keys do, too, and are no keys
      if (first.matches("\\\\fB[A-Z][A-Za-z]+\\\\fR") && block.contains("default")) {
        String name = first.substring(3, first.length() - 3);
        for (ConfKey.Scope scope : ConfKey.Scope.values()) {
          if (ConfKeyTable.get().find(scope, name) != null) {
            parameters++;
            break;
          }
        }
      }
    }
    assertTrue(parameters > 150, "only " + parameters + " keys of the page are in the table");
  }

  @Test
  void defaultsFollowTheRelease() {
    ConfKey tree = ConfKeyTable.get().find(ConfKey.Scope.CONF, "TreeWidth");
    assertEquals("50", tree.defaultIn("22.05"));
    assertEquals("50", tree.defaultIn("23.02"));
    assertEquals("16", tree.defaultIn("24.11"));
    assertNotNull(ConfKeyTable.get().find(ConfKey.Scope.CONF, "killwait"));
  }

  @Test
  void theMarkdownHasARowForEveryKey() throws IOException {
    long rows = KeyTableMarkdown.text(new TestMentions(List.of())).lines().filter(line -> line.startsWith("| ")).count();
    assertTrue(rows > ConfKeyTable.get().all().size(), rows + " rows");
  }
}
