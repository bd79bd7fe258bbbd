package org.slurmctldj.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.core.RecordCodec;

/**
 * State directories that earlier releases left behind give the state that those releases had. {@code old-state/fdad21e}: of the
 * last commit whose snapshots had partitions and reservations in the configuration's record.
 */
final class OldStateTest {
  @TempDir Path folder;

  private Path copyOf(String state) throws Exception {
    Path from = Path.of(OldStateTest.class.getResource("old-state/" + state).toURI());
    try (var files = Files.walk(from)) {
      for (Path p : files.toList()) {
        Path to = folder.resolve(from.relativize(p).toString());
        if (!Files.isDirectory(to)) {
          Files.copy(p, to);
        }
      }
    }
    return folder.resolve("expected.txt");
  }

  private void startsWithTheSameState(String state) throws Exception {
    List<String> expected = Files.readAllLines(copyOf(state)).stream().map(OldStateTest::asWrittenNow).toList();
    long snapshot = 0;
    for (int start = 0; start < 3; start++) {
      try (ClusterEngine engine = ClusterEngine.open(OldState.options(folder))) {
        assertEquals(expected, OldState.text(engine.store()), "start " + start);
        if (start == 1) {
          engine.start();
          snapshot = engine.snapshotNow().get(20, TimeUnit.SECONDS).sequence();
          engine.close();
          expected = OldState.text(engine.store());
        } else if (start == 2) {
          assertEquals(engine.view().globals().lastSequence() - snapshot, engine.replayed(), "the rest is from a snapshot of ours");
        }
      }
    }
  }

  /** The same job: which of its fields stand in front, with those of lists, is no part of the state. */
  private static String asWrittenNow(String line) {
    if (!line.startsWith("job ")) {
      return line;
    }
    int hex = line.lastIndexOf(' ') + 1;
    return line.substring(0, hex) + HexFormat.of().formatHex(RecordCodec.encodeJob(RecordCodec.decodeJob(HexFormat.of().parseHex(line.substring(hex)))));
  }

  @Test
  void aJournalFromItsBeginning() throws Exception {
    startsWithTheSameState("fdad21e/journal");
  }

  @Test
  void aSnapshotAndTheJournalBehindIt() throws Exception {
    startsWithTheSameState("fdad21e/snapshot");
  }
}
