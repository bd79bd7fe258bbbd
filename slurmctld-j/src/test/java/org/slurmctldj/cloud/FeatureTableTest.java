package org.slurmctldj.cloud;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the table says to work has a test of that name. */
class FeatureTableTest {
  private static final Path TOP = Path.of("").toAbsolutePath().getParent();

  @Test
  void everyRowThatWorksNamesATestThatIsThereAndEveryOtherSaysWhy() throws IOException {
    for (FeatureTable.Row r : FeatureTable.rows()) {
      assertTrue(Set.of("works", "later", "never").contains(r.state()), r::toString);
      assertFalse(r.proof().isEmpty(), r::toString);
      if (!r.state().equals("works")) {
        continue;
      }
      if (r.proof().endsWith(".sh")) {
        assertTrue(Files.isRegularFile(TOP.resolve(r.proof())), r::toString);
      } else if (r.proof().contains(".java#")) {
        // Of another module.
        String[] w = r.proof().split("#");
        assertTrue(Files.readString(TOP.resolve(w[0])).contains("void " + w[1] + "("), r::toString);
      } else {
        String[] w = r.proof().split("#");
        Class<?> c = assertDoesNotThrow(() -> Class.forName("org.slurmctldj." + w[0], false, getClass().getClassLoader()), r::toString);
        if (w.length > 1) {
          assertDoesNotThrow(() -> c.getDeclaredMethod(w[1]), r::toString);
        }
      }
    }
  }
}
