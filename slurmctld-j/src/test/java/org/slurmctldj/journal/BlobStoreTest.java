package org.slurmctldj.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts and environments: once each, found again, gone when nobody names them. */
final class BlobStoreTest {
  @TempDir Path folder;

  private static Blob random(Random r, int size) {
    byte[] b = new byte[size];
    r.nextBytes(b);
    return Blob.of(b);
  }

  private long bytesOnDisk() throws Exception {
    try (Stream<Path> files = Files.list(folder.resolve("slurmctld-j/blobs"))) {
      return files.mapToLong(f -> f.toFile().length()).sum();
    }
  }

  @Test
  void theSameContentIsStoredOnceAlsoAcrossRestarts() throws Exception {
    Blob script = random(new Random(1), 10_000);
    for (int start = 0; start < 3; start++) {
      try (Fixture j = new Fixture(folder, Fixture.small())) {
        for (int i = 0; i < 10; i++) {
          j.append("job", false, List.of(script)).get(10, TimeUnit.SECONDS);
        }
        assertArrayEquals(script.content(), j.blobs.get(script.hash()).orElseThrow());
      }
    }
    assertTrue(bytesOnDisk() < 10_200, "bytes on disk: " + bytesOnDisk());
  }

  @Test
  void manyBlobsAreAllFoundWhileTheIndexGrows() throws Exception {
    Random r = new Random(2);
    List<Blob> all = new ArrayList<>();
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      for (int i = 0; i < 5000; i++) {
        all.add(random(r, r.nextInt(60)));
        j.append("job " + i, false, List.of(all.getLast()));
      }
      j.append("last").get(30, TimeUnit.SECONDS);
      for (Blob b : all) {
        assertArrayEquals(b.content(), j.blobs.get(b.hash()).orElseThrow());
      }
      assertTrue(j.blobs.get(new byte[32]).isEmpty());
      assertTrue(j.blobs.get(new byte[3]).isEmpty());
    }
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      for (Blob b : all) {
        assertArrayEquals(b.content(), j.blobs.get(b.hash()).orElseThrow());
      }
    }
  }

  @Test
  void unnamedBlobsGoAndNamedOnesStayWhileOthersRead() throws Exception {
    Random r = new Random(3);
    List<Blob> kept = new ArrayList<>();
    Set<Long> named = new HashSet<>();
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      for (int i = 0; i < 80; i++) { // 160 MB: three files
        Blob b = random(r, 2 << 20);
        if (i % 8 == 0) {
          kept.add(b);
          named.add(BlobCollector.key(b.hash()));
        }
        j.append("job " + i, false, List.of(b)).get(30, TimeUnit.SECONDS);
      }
      Blob namedAgain = random(new Random(4), 2 << 20);
      AtomicBoolean stop = new AtomicBoolean();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread reader = Thread.ofPlatform().start(() -> {
        try {
          while (!stop.get()) {
            for (Blob b : kept) {
              assertArrayEquals(b.content(), j.blobs.get(b.hash()).orElseThrow());
            }
          }
        } catch (Throwable t) {
          failure.set(t);
        }
      });
      long sequence = j.end.lastSequence() + 80;
      j.append("behind the snapshot", false, List.of(namedAgain)).get(10, TimeUnit.SECONDS);
      assertEquals(2, new BlobCollector(j.blobs, j.writer).collect(sequence, named::contains));
      stop.set(true);
      reader.join();
      assertEquals(null, failure.get());
      kept.add(namedAgain);
    }
    assertTrue(bytesOnDisk() < 90L << 20, "bytes on disk: " + bytesOnDisk());
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      for (Blob b : kept) {
        assertArrayEquals(b.content(), j.blobs.get(b.hash()).orElseThrow());
      }
    }
  }

  private static void damage(Path file, byte[] content) throws Exception {
    byte[] all = Files.readAllBytes(file);
    for (int at = 0; at + 8 <= all.length; at++) {
      if (Arrays.equals(all, at, at + 8, content, 0, 8)) {
        all[at] ^= 1;
        Files.write(file, all);
        return;
      }
    }
    throw new AssertionError("content not found");
  }

  @Test
  void oneDamagedScriptDoesNotTakeThoseBehindItAlong() throws Exception {
    Random r = new Random(4);
    Blob first = random(r, 100);
    Blob second = random(r, 300);
    Blob third = random(r, 500);
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      for (Blob b : List.of(first, second, third)) {
        j.append("job", false, List.of(b)).get(10, TimeUnit.SECONDS);
      }
    }
    damage(folder.resolve("slurmctld-j/blobs/0000000001.blobs"), second.content());
    for (int start = 0; start < 2; start++) {
      try (Fixture j = new Fixture(folder, Fixture.small())) {
        assertArrayEquals(first.content(), j.blobs.get(first.hash()).orElseThrow());
        assertArrayEquals(third.content(), j.blobs.get(third.hash()).orElseThrow());
        assertTrue(j.blobs.get(second.hash()).isEmpty());
      }
    }
    try (Fixture j = new Fixture(folder, Fixture.small())) { // who brings the same content again mends it
      j.append("job", false, List.of(second)).get(10, TimeUnit.SECONDS);
      assertArrayEquals(second.content(), j.blobs.get(second.hash()).orElseThrow());
    }
  }

  /** The real disk, but a file of blobs that is open for reading is found closed once when told so. */
  private static Disk closing(AtomicBoolean closeOnce) {
    Disk real = new RealDisk();
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (_, method, arguments) -> {
              Object result = call(real, method, arguments);
              if (!(result instanceof JournalFile file) || arguments[1] != Disk.Mode.READ) {
                return result;
              }
              return Proxy.newProxyInstance(
                  Disk.class.getClassLoader(),
                  new Class<?>[] {JournalFile.class},
                  (_, m, a) -> {
                    if (m.getName().equals("read") && closeOnce.compareAndSet(true, false)) {
                      throw new AsynchronousCloseException();
                    }
                    return call(file, m, a);
                  });
            });
  }

  private static Object call(Object on, Method method, Object[] arguments) throws Throwable {
    try {
      method.setAccessible(true);
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Test
  void aReaderThatIsInterruptedAndSoClosesTheFileDoesNotEndTheController() throws Exception {
    Blob script = random(new Random(5), 100);
    AtomicBoolean closeOnce = new AtomicBoolean();
    JournalOptions options = Fixture.small().withDisk(closing(closeOnce));
    try (Fixture j = new Fixture(folder, options)) {
      j.append("job", false, List.of(script)).get(10, TimeUnit.SECONDS);
    }
    try (Fixture j = new Fixture(folder, options)) {
      closeOnce.set(true); // the writer looks on disk whether it has that content
      j.append("job", false, List.of(script)).get(10, TimeUnit.SECONDS);
      assertEquals(null, j.fatal.get());
    }
  }
}
