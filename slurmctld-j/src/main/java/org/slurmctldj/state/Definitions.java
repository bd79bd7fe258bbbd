package org.slurmctldj.state;

import java.lang.invoke.VarHandle;
import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slurmctldj.core.DefinitionCodec;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.RecordList;
import org.slurmctldj.core.ReservationDefinition;

/**
 * The partitions' and the reservations' records: encoded, in Chronicle Map or parked in the arena ({@link RecordMap}). Apply is
 * the only writer. What others see are lists as of one moment; a record in them is decoded when somebody asks for it, and the
 * decoded form is kept while it is in use and the heap has room. A record never changes: a changed partition is another record
 * in its place, and the one before takes its decoded form with it, for whoever still holds the list of a moment ago.
 */
final class Definitions {
  private static final int FIRST_ENTRIES = 256;
  private static final int AVERAGE_BYTES = 512;
  private static final int MOVES_AT_ONCE = 8;

  final Kind<PartitionDefinition> partitions =
      new Kind<>(PartitionDefinition::name, DefinitionCodec::encode, DefinitionCodec::decodePartition);
  final Kind<ReservationDefinition> reservations =
      new Kind<>(ReservationDefinition::name, DefinitionCodec::encode, DefinitionCodec::decodeReservation);

  private final BlockArena blocks;
  final RecordMap map;
  private final ArrayDeque<Record<?>> moving = new ArrayDeque<>();
  private long lastNumber;

  static RecordMap newMap() {
    return new RecordMap("partitions and reservations", FIRST_ENTRIES, AVERAGE_BYTES);
  }

  Definitions(BlockArena blocks, RecordMap map) {
    this.blocks = blocks;
    this.map = map;
  }

  /** Moves a few records to the present map, if one was made since. With each command, so that nothing stays behind. */
  void moveSome() {
    if (moving.isEmpty() && map.adopt()) {
      moving.addAll(partitions.records);
      moving.addAll(reservations.records);
      if (moving.isEmpty()) {
        map.dropPrevious();
      }
    }
    for (int i = 0; i < MOVES_AT_ONCE && !moving.isEmpty(); i++) {
      moving.poll().move();
      if (moving.isEmpty()) {
        map.dropPrevious();
      }
    }
  }

  /** Where a record's bytes lie: an address of the arena, or minus the number of a map. */
  private record Place(long where) {}

  /** Records of one kind, in order. The methods are apply's; {@link #list} makes what others read. */
  final class Kind<T> {
    private final Function<T, String> nameOf;
    private final Function<T, byte[]> encode;
    private final Function<byte[], T> decode;
    private final List<Record<T>> records = new ArrayList<>();
    private RecordList<T> list = listOfNow();

    private Kind(Function<T, String> nameOf, Function<T, byte[]> encode, Function<byte[], T> decode) {
      this.nameOf = nameOf;
      this.encode = encode;
      this.decode = decode;
    }

    int size() {
      return records.size();
    }

    int indexOf(String name) {
      for (int i = 0; i < records.size(); i++) {
        if (records.get(i).name.equals(name)) {
          return i;
        }
      }
      return -1;
    }

    /** Replaces the record there, or adds one behind the last. */
    void put(int index, T value) {
      put(index, value, encode.apply(value));
    }

    /** Behind the last one, as {@link #forEachEncoded} gave it. */
    void add(byte[] encoded) {
      put(records.size(), decode.apply(encoded), encoded);
    }

    private void put(int index, T value, byte[] encoded) {
      list = null;
      Record<T> fresh = new Record<>(this, nameOf.apply(value), value, encoded);
      if (index == records.size()) {
        records.add(fresh);
      } else {
        records.set(index, fresh).leave();
      }
    }

    void remove(int index) {
      list = null;
      records.remove(index).leave();
    }

    void clear() {
      list = null;
      records.forEach(Record::leave);
      records.clear();
    }

    void forEachEncoded(Consumer<byte[]> visitor) {
      records.forEach(r -> visitor.accept(r.bytes()));
    }

    /** As the JVM does where the heap is short; for tests. */
    void forgetDecoded() {
      records.forEach(r -> r.decoded = new SoftReference<>(null));
    }

    /** The same object until something changes. */
    RecordList<T> list() {
      if (list == null) {
        list = listOfNow();
      }
      return list;
    }

    private RecordList<T> listOfNow() {
      @SuppressWarnings("unchecked")
      Record<T>[] now = (Record<T>[]) records.toArray(new Definitions.Record<?>[0]);
      return new Moment<>(now);
    }
  }

  /** The records of one moment. */
  private static final class Moment<T> extends RecordList<T> {
    private final Record<T>[] records;

    /** Made when it is first asked for; two threads may both make it, and make the same. */
    private volatile Map<String, Integer> byName;

    private Moment(Record<T>[] records) {
      this.records = records;
    }

    @Override
    public int indexOfName(String name) {
      Map<String, Integer> map = byName;
      if (map == null) {
        map = new HashMap<>(records.length * 2);
        for (int i = 0; i < records.length; i++) {
          map.putIfAbsent(records[i].name, i);
        }
        byName = map;
      }
      return map.getOrDefault(name, -1);
    }

    @Override
    public T get(int index) {
      return records[index].get();
    }

    @Override
    public int size() {
      return records.length;
    }
  }

  /** One record from when it is put until another takes its place. */
  private final class Record<T> {
    private final Kind<T> kind;
    private final String name;
    private final long number = ++lastNumber;
    private final int length;

    /** Null once the record has left; {@link #last} is there before. */
    private volatile Place place;

    private volatile SoftReference<T> decoded;
    private volatile T last;

    private Record(Kind<T> kind, String name, T value, byte[] encoded) {
      this.kind = kind;
      this.name = name;
      this.length = encoded.length;
      this.decoded = new SoftReference<>(value);
      this.place = place(encoded);
    }

    private Place place(byte[] encoded) {
      long generation = map.put(number, encoded);
      return new Place(generation > 0 ? -generation : blocks.store(encoded));
    }

    /** Any thread. */
    private T get() {
      T value = decoded.get();
      if (value != null) {
        return value;
      }
      byte[] bytes = bytes();
      if (bytes == null) {
        return last;
      }
      value = kind.decode.apply(bytes);
      decoded = new SoftReference<>(value);
      return value;
    }

    /** Any thread: a copy of the bytes, or null if the record has left. */
    private byte[] bytes() {
      while (true) {
        Place from = place;
        if (from == null) {
          return null;
        }
        byte[] bytes = copy(from);
        VarHandle.acquireFence();
        if (bytes != null && place == from) {
          return bytes;
        }
      }
    }

    private byte[] copy(Place from) {
      if (from.where < 0) {
        return map.get(-from.where, number);
      }
      byte[] bytes = new byte[length];
      blocks.copy(from.where, length, bytes, 0);
      return bytes;
    }

    /** Writer: another one is in its place, or none. */
    private void leave() {
      last = get();
      forget(place, null);
    }

    /** Writer: to the present map, if it is not there. */
    private void move() {
      Place from = place;
      if (from != null && (from.where > 0 || map.isOld(-from.where))) {
        byte[] bytes = copy(from);
        long generation = map.put(number, bytes);
        if (generation > 0) {
          forget(from, new Place(-generation));
        } else if (from.where < 0) {
          forget(from, new Place(blocks.store(bytes)));
        }
      }
    }

    private void forget(Place from, Place to) {
      place = to;
      VarHandle.fullFence(); // readers see that it has moved before its bytes become another's
      if (from.where > 0) {
        blocks.free(from.where, length);
      } else {
        map.remove(-from.where, number);
      }
    }
  }
}
