package org.slurmctldj.core;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * The partitions or the reservations of one moment, in order, as a store keeps them: immutable for whoever holds it, though
 * the records themselves need not be on the heap. Any thread, no lock.
 */
public abstract class RecordList<T> extends AbstractList<T> implements RandomAccess {

  /** The index of the first record of that name, or -1; a look-up in a table, without a look at the records. */
  public abstract int indexOfName(String name);

  /** That list if it is one of a store's, else an immutable copy. */
  static <T> List<T> of(List<T> list) {
    return list instanceof RecordList ? list : List.copyOf(list);
  }
}
