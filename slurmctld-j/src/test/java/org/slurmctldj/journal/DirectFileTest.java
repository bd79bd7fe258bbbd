package org.slurmctldj.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes past the page cache reads back through it as written, zeros behind it. */
final class DirectFileTest {
  @TempDir Path folder;

  private JournalFile zeros(Path file, int bytes) throws IOException {
    Files.write(file, new byte[bytes]);
    Optional<JournalFile> direct = DirectFile.open(file);
    assumeTrue(direct.isPresent(), "a file system without O_DIRECT");
    return direct.get();
  }

  @Test
  void writesOfAnySizeFollowEachOther() throws Exception {
    Random r = new Random(11);
    byte[] wanted = new byte[1 << 20];
    Path file = folder.resolve("segment");
    try (JournalFile f = zeros(file, wanted.length)) {
      int at = 0;
      for (int i = 0; i < 400; i++) {
        int length = i % 7 == 0 ? 4096 - at % 4096 : i % 11 == 0 ? 9000 + r.nextInt(9000) : 1 + r.nextInt(900);
        byte[] some = new byte[length];
        r.nextBytes(some);
        // a buffer's rest, wherever it begins
        ByteBuffer from = ByteBuffer.allocate(length + 5).position(5).put(some).flip().position(5);
        assertEquals(length, f.write(from, at));
        assertEquals(0, from.remaining());
        System.arraycopy(some, 0, wanted, at, length);
        at += length;
        if (i % 40 == 0) {
          f.force();
          assertArrayEquals(wanted, Files.readAllBytes(file), "after write " + i);
        }
      }
      assertArrayEquals(wanted, Files.readAllBytes(file));
      f.truncate(at);
      f.force();
      assertArrayEquals(Arrays.copyOf(wanted, at), Files.readAllBytes(file));
    }
  }

  @Test
  void aWriteBeyondTheEndOfTheFileMakesItLonger() throws Exception {
    Path file = folder.resolve("short");
    byte[] long1 = new byte[10_000];
    new Random(3).nextBytes(long1);
    try (JournalFile f = zeros(file, 100)) {
      f.write(ByteBuffer.wrap(long1), 0);
      f.truncate(10_000);
    }
    assertArrayEquals(long1, Files.readAllBytes(file));
  }

  @Test
  void outOfOrderIsRefused() throws Exception {
    try (JournalFile f = zeros(folder.resolve("order"), 8192)) {
      f.write(ByteBuffer.wrap(new byte[64]), 0);
      assertThrows(IOException.class, () -> f.write(ByteBuffer.wrap(new byte[64]), 0));
      assertThrows(IOException.class, () -> f.write(ByteBuffer.wrap(new byte[64]), 65));
      assertEquals(64, f.write(ByteBuffer.wrap(new byte[64]), 64));
    }
  }
}
