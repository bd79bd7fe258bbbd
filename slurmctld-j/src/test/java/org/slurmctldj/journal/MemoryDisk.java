package org.slurmctldj.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A disk in memory that loses and refuses things on demand: it remembers what was synced, so that a
 * power loss can revert any unsynced 512-byte sector and any unsynced name, at random.
 */
public class MemoryDisk implements Disk {
  private static final int SECTOR = 512;

  /** What a test may break. */
  public volatile boolean failForce;
  public volatile boolean failWrite;
  public volatile long capacity = Long.MAX_VALUE;
  public volatile Random shortWrites;
  public volatile long bytesUntilPowerFails = Long.MAX_VALUE;

  private final Map<Path, Content> names = new HashMap<>();
  private final Map<Path, Content> durableNames = new HashMap<>();
  private boolean off;

  private static final class Content {
    private byte[] now = new byte[0];
    private int size;
    private byte[] synced = new byte[0];
    private final Set<Integer> dirty = new HashSet<>();

    private void grow(int to) {
      if (to > now.length) {
        now = Arrays.copyOf(now, Math.max(to, now.length * 2));
      }
      size = Math.max(size, to);
    }
  }

  /** The power fails after so many more bytes, whoever is writing just now. */
  public synchronized void powerFailsAfter(long bytes) {
    bytesUntilPowerFails = bytes;
  }

  private long used() {
    return names.values().stream().mapToLong(c -> c.size).sum();
  }

  /** Bytes in files now. */
  public synchronized long usedNow() {
    return used();
  }

  private void powered() throws IOException {
    if (off) {
      throw new IOException("power is off");
    }
  }

  /** The disk as a machine finds it that lost power now. */
  public synchronized MemoryDisk afterPowerLoss(Random random) {
    off = true;
    MemoryDisk after = new MemoryDisk();
    Set<Path> all = new HashSet<>(names.keySet());
    all.addAll(durableNames.keySet());
    for (Path name : all) {
      Content content = random.nextBoolean() ? names.get(name) : durableNames.get(name);
      if (content == null) {
        continue;
      }
      Content kept = new Content();
      boolean newSize = content.synced.length != content.size && random.nextBoolean();
      kept.now = newSize ? Arrays.copyOf(content.now, content.size) : content.synced.clone();
      for (int sector : content.dirty) {
        int from = sector * SECTOR;
        int to = Math.min(kept.now.length, from + SECTOR);
        for (int i = from; i < to && !newSize; i++) {
          kept.now[i] = i < content.synced.length ? content.synced[i] : 0;
        }
        if (random.nextBoolean()) {
          for (int i = from; i < to; i++) {
            kept.now[i] = i < content.now.length ? content.now[i] : 0;
          }
        } else {
          for (int i = from; i < to; i++) {
            kept.now[i] = i < content.synced.length ? content.synced[i] : 0;
          }
        }
      }
      kept.size = kept.now.length;
      kept.synced = kept.now.clone();
      after.names.put(name, kept);
      after.durableNames.put(name, kept);
    }
    for (Path name : all) { // abandoned threads may hold this disk for long
      for (Content content : new Content[] {names.get(name), durableNames.get(name)}) {
        if (content != null) {
          content.now = new byte[0];
          content.synced = content.now;
          content.size = 0;
          content.dirty.clear();
        }
      }
    }
    names.clear();
    durableNames.clear();
    return after;
  }

  /** A copy of a file's bytes. */
  synchronized byte[] bytes(Path file) {
    Content c = names.get(file);
    return Arrays.copyOf(c.now, c.size);
  }

  @Override
  public synchronized JournalFile open(Path file, Mode mode) throws IOException {
    powered();
    Content content = names.get(file);
    if (content == null && mode != Mode.CREATE) {
      throw new NoSuchFileException(file.toString());
    }
    if (mode == Mode.CREATE) {
      content = new Content();
      names.put(file, content);
    }
    return new Open(content);
  }

  @Override
  public synchronized boolean exists(Path file) {
    return names.containsKey(file);
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    powered();
    names.put(to, names.remove(from));
  }

  @Override
  public synchronized void delete(Path file) throws IOException {
    powered();
    names.remove(file);
  }

  @Override
  public synchronized List<String> list(Path directory) throws IOException {
    powered();
    return new ArrayList<>(
        names.keySet().stream().filter(p -> p.getParent().equals(directory)).map(p -> p.getFileName().toString()).sorted().toList());
  }

  @Override
  public synchronized void forceDirectory(Path directory) throws IOException {
    powered();
    durableNames.keySet().removeIf(p -> p.getParent().equals(directory) && !names.containsKey(p));
    names.forEach((name, content) -> {
      if (name.getParent().equals(directory)) {
        durableNames.put(name, content);
      }
    });
  }

  @Override
  public void createDirectories(Path directory) {}

  @Override
  public synchronized long usableBytes(Path directory) {
    return capacity - used();
  }

  @Override
  public boolean isDiskFull(IOException failure, Path file) {
    return "No space left on device".equals(failure.getMessage());
  }

  private final class Open implements JournalFile {
    private final Content content;

    private Open(Content content) {
      this.content = content;
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      synchronized (MemoryDisk.this) {
        powered();
        if (failWrite) {
          throw new IOException("Input/output error");
        }
        int n = from.remaining();
        if (shortWrites != null && n > 1) {
          n = 1 + shortWrites.nextInt(n);
        }
        long room = capacity - used() + content.size - position;
        if (room <= 0) {
          throw new IOException("No space left on device");
        }
        n = (int) Math.min(n, room);
        n = (int) Math.min(n, bytesUntilPowerFails);
        if (bytesUntilPowerFails != Long.MAX_VALUE) {
          bytesUntilPowerFails -= n;
        }
        int at = (int) position;
        content.grow(at + n);
        from.get(content.now, at, n);
        for (int s = at / SECTOR; s <= (at + n - 1) / SECTOR && n > 0; s++) {
          content.dirty.add(s);
        }
        if (bytesUntilPowerFails == 0) {
          off = true;
          throw new IOException("power is off");
        }
        return n;
      }
    }

    @Override
    public int read(ByteBuffer to, long position) throws IOException {
      synchronized (MemoryDisk.this) {
        powered();
        if (position >= content.size) {
          return -1;
        }
        int n = Math.min(to.remaining(), content.size - (int) position);
        to.put(content.now, (int) position, n);
        return n;
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (MemoryDisk.this) {
        powered();
        if (failForce) {
          content.dirty.clear(); // as Linux does: the next fsync will claim success
          throw new IOException("Input/output error");
        }
        byte[] synced = Arrays.copyOf(content.synced, content.size);
        for (int s : content.dirty) {
          int from = s * SECTOR;
          int to = Math.min(content.size, from + SECTOR);
          if (from < to) {
            System.arraycopy(content.now, from, synced, from, to - from);
          }
        }
        content.synced = synced;
        content.dirty.clear();
      }
    }

    @Override
    public long size() {
      synchronized (MemoryDisk.this) {
        return content.size;
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (MemoryDisk.this) {
        powered();
        if (size < content.size) {
          Arrays.fill(content.now, (int) size, content.size, (byte) 0);
          content.size = (int) size;
        }
      }
    }

    @Override
    public void close() {}
  }
}
