package org.slurmctldj.state;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import net.openhft.chronicle.hash.ChronicleHashClosedException;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.proto.os.BackgroundThread;

/**
 * Encoded records by number, in Chronicle Map: what lists and planners do not go through. The map
 * locks inside, so only apply and look-ups of one record touch it. Its first use costs about a
 * second of class loading, and it has a size, so maps are made by a thread of their own: until one is
 * ready, or while one grows (a larger one beside it), records are parked in the store's arena and
 * move over a few at a time. Apply therefore never waits for a map and never fails for its size.
 */
final class RecordMap {
  private static final Logger LOG = LoggerFactory.getLogger(RecordMap.class);
  private static final int GROWTH = 2;

  /** No look-up of one record lasts that long. */
  private static final int CLOSE_DELAY_SECONDS = 10;

  /** A map with its number; whoever has a record there remembers the number of the map that has its bytes. */
  private record Generation(long number, long entries, ChronicleMap<Long, byte[]> map) {}

  private final IntFunction<ChronicleMap<Long, byte[]>> maker;
  private final AtomicReference<Generation> made = new AtomicReference<>();
  private volatile Generation current;
  private volatile Generation previous;

  private volatile boolean making;

  /** The writer's own. */
  private long entriesInCurrent;

  private final String what;
  private final int firstEntries;

  /**
   * @param what the records' name, for the log
   * @param firstEntries how many the first map is for
   * @param averageBytes of a record
   */
  RecordMap(String what, int firstEntries, int averageBytes) {
    this(what, firstEntries, entries -> newMap(what, entries, averageBytes));
  }

  RecordMap(String what, int firstEntries, IntFunction<ChronicleMap<Long, byte[]>> maker) {
    this.what = what;
    this.firstEntries = firstEntries;
    this.maker = maker;
  }

  private static ChronicleMap<Long, byte[]> newMap(String what, int entries, int averageBytes) {
    return ChronicleMapBuilder.of(Long.class, byte[].class)
        .name("slurmctld-j " + what)
        .averageValueSize(averageBytes)
        .entries(entries)
        .maxBloatFactor(2)
        .create();
  }

  /**
   * Begins to make the first map. Once; any thread.
   *
   * @param then runs once that has been done or was in vain: who makes another map at the same time waits for the same classes
   */
  void makeFirst(Runnable then) {
    make(firstEntries, then);
  }

  /**
   * Begins to make a map of that many entries beside the present one, unless one is being made. The
   * writer, or anyone for the first map.
   */
  private void make(long entries, Runnable then) {
    if (making) {
      return;
    }
    making = true;
    long number = current == null ? 1 : current.number + 1;
    BackgroundThread.unstarted("record-map", () -> {
      try {
        int size = Math.toIntExact(Math.min(entries, 1 << 30));
        made.set(new Generation(number, size, maker.apply(size)));
      } catch (RuntimeException | LinkageError e) {
        // Records stay in the arena: more memory, nothing else.
        LOG.warn("no Chronicle Map for {} records ({}); they stay in the arena", entries, what, e);
      } finally {
        then.run();
      }
    }).start();
  }

  /** Writer: takes a finished map into use; true if records should now move to it. */
  boolean adopt() {
    Generation fresh = made.get() == null ? null : made.getAndSet(null);
    if (fresh == null) {
      return false;
    }
    previous = current;
    current = fresh;
    entriesInCurrent = 0;
    making = false;
    return true;
  }

  /** Writer: all records have left the previous map. A reader may still be inside it for a moment. */
  void dropPrevious() {
    Generation left = previous;
    previous = null;
    if (left != null) {
      CompletableFuture.delayedExecutor(CLOSE_DELAY_SECONDS, TimeUnit.SECONDS).execute(left.map::close);
    }
  }

  /** No reader may be left. */
  void close() {
    for (Generation g : new Generation[] {previous, current, made.getAndSet(null)}) {
      if (g != null) {
        g.map.close();
      }
    }
  }

  /** Writer: the number to put into the row if the present map took the bytes, or 0 to park them. */
  long put(long key, byte[] bytes) {
    Generation g = current;
    if (g == null) {
      return 0;
    }
    if (entriesInCurrent >= g.entries) {
      make(g.entries * GROWTH, () -> {});
      return 0;
    }
    try {
      if (g.map.put(key, bytes) == null) {
        entriesInCurrent++;
      }
    } catch (IllegalStateException e) { // its bytes ran out before its entries did
      make(g.entries * GROWTH, () -> {});
      return 0;
    } catch (RuntimeException e) { // larger than any record may be in a map of this size (some MB), or whatever it says
      return 0;
    }
    if (entriesInCurrent * 10 > g.entries * 8) {
      make(g.entries * GROWTH, () -> {});
    }
    return g.number;
  }

  /** Writer: forgets a record that the map of that number has. */
  void remove(long number, long key) {
    Generation g = generation(number);
    if (g != null && g.map.remove(key) != null && g == current) {
      entriesInCurrent--;
    }
  }

  /** Records in the present map. Writer. */
  long count() {
    return entriesInCurrent;
  }

  /** True if that is not the map that new records go to. Writer. */
  boolean isOld(long number) {
    return current != null && current.number != number;
  }

  private Generation generation(long number) {
    Generation g = current;
    if (g != null && g.number == number) {
      return g;
    }
    g = previous;
    return g != null && g.number == number ? g : null;
  }

  /** Any thread, for one record: its bytes, or null if they are no longer in the map of that number. */
  byte[] get(long number, long key) {
    Generation g = generation(number);
    try {
      return g == null ? null : g.map.get(key);
    } catch (ChronicleHashClosedException e) {
      return null;
    }
  }

  /** Off-heap bytes of the maps. */
  long bytes() {
    Generation g = current;
    return g == null ? 0 : g.map.offHeapMemoryUsed();
  }
}
