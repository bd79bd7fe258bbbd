package org.slurmctldj.core;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * A sparse set of {@link JobField} values: a whole request, or the changes of an update. Mutable
 * while it is being built, then handed over and left alone. Not thread-safe.
 *
 * <p>Only fields that are there take room: a list of a hundred thousand jobs decodes as many of
 * these. Numbers and objects lie in two arrays ordered by the field's slot; a mask says which slots
 * are there.
 */
public final class JobFields {
  private static final long[] NO_NUMBERS = {};
  private static final Object[] NO_OBJECTS = {};

  private long[] numbers = NO_NUMBERS;
  private Object[] objects = NO_OBJECTS;
  private long numbersLow;
  private long numbersHigh;
  private long objectsMask;

  public boolean has(JobField f) {
    int slot = f.slot();
    long mask = f.kind() != JobField.Kind.NUMBER ? objectsMask : slot < 64 ? numbersLow : numbersHigh;
    return (mask & 1L << slot) != 0;
  }

  private int numberIndex(int slot) {
    return slot < 64
        ? Long.bitCount(numbersLow & (1L << slot) - 1)
        : Long.bitCount(numbersLow) + Long.bitCount(numbersHigh & (1L << slot) - 1);
  }

  private int objectIndex(int slot) {
    return Long.bitCount(objectsMask & (1L << slot) - 1);
  }

  private int numberCount() {
    return Long.bitCount(numbersLow) + Long.bitCount(numbersHigh);
  }

  private static void expect(JobField f, JobField.Kind kind) {
    if (f.kind() != kind) {
      throw new IllegalArgumentException(f + " holds " + f.kind() + ", not " + kind);
    }
  }

  /** The number, or the field's unset value. */
  public long number(JobField f) {
    expect(f, JobField.Kind.NUMBER);
    return has(f) ? numbers[numberIndex(f.slot())] : f.unset();
  }

  /** True if the number is there and differs from "unset". */
  public boolean isSet(JobField f) {
    return has(f) && (f.kind() != JobField.Kind.NUMBER || number(f) != f.unset());
  }

  public JobFields number(JobField f, long value) {
    expect(f, JobField.Kind.NUMBER);
    int slot = f.slot();
    int i = numberIndex(slot);
    if (!has(f)) {
      int n = numberCount();
      if (n == numbers.length) {
        numbers = Arrays.copyOf(numbers, n == 0 ? 8 : n * 2);
      }
      System.arraycopy(numbers, i, numbers, i + 1, n - i);
      if (slot < 64) {
        numbersLow |= 1L << slot;
      } else {
        numbersHigh |= 1L << slot;
      }
    }
    numbers[i] = value;
    return this;
  }

  private Object object(JobField f) {
    return has(f) ? objects[objectIndex(f.slot())] : null;
  }

  private JobFields object(JobField f, Object value) {
    int slot = f.slot();
    int i = objectIndex(slot);
    if (!has(f)) {
      int n = Long.bitCount(objectsMask);
      if (n == objects.length) {
        objects = Arrays.copyOf(objects, n == 0 ? 8 : n * 2);
      }
      System.arraycopy(objects, i, objects, i + 1, n - i);
      objectsMask |= 1L << slot;
    }
    objects[i] = value;
    return this;
  }

  /** The text, or null where none is set. */
  public String text(JobField f) {
    expect(f, JobField.Kind.TEXT);
    return (String) object(f);
  }

  /** Sets the text; null removes the field. */
  public JobFields text(JobField f, String value) {
    expect(f, JobField.Kind.TEXT);
    return value == null ? clear(f) : object(f, value);
  }

  public long[] numbers(JobField f) {
    expect(f, JobField.Kind.NUMBERS);
    long[] v = (long[]) object(f);
    return v == null ? NO_NUMBERS : v;
  }

  public JobFields numbers(JobField f, long[] value) {
    expect(f, JobField.Kind.NUMBERS);
    return object(f, value);
  }

  @SuppressWarnings("unchecked")
  public List<String> texts(JobField f) {
    expect(f, JobField.Kind.TEXTS);
    List<String> v = (List<String>) object(f);
    return v == null ? List.of() : v;
  }

  public JobFields texts(JobField f, List<String> value) {
    expect(f, JobField.Kind.TEXTS);
    return object(f, List.copyOf(value));
  }

  public JobFields clear(JobField f) {
    if (!has(f)) {
      return this;
    }
    int slot = f.slot();
    if (f.kind() == JobField.Kind.NUMBER) {
      int i = numberIndex(slot);
      int n = numberCount();
      System.arraycopy(numbers, i + 1, numbers, i, n - i - 1);
      if (slot < 64) {
        numbersLow &= ~(1L << slot);
      } else {
        numbersHigh &= ~(1L << slot);
      }
    } else {
      int i = objectIndex(slot);
      int n = Long.bitCount(objectsMask);
      System.arraycopy(objects, i + 1, objects, i, n - i - 1);
      objects[n - 1] = null;
      objectsMask &= ~(1L << slot);
    }
    return this;
  }

  /** Takes over every field that {@code other} has. */
  public JobFields putAll(JobFields other) {
    for (JobField f : JobField.VALUES) {
      if (other.has(f)) {
        if (f.kind() == JobField.Kind.NUMBER) {
          number(f, other.number(f));
        } else {
          object(f, other.object(f));
        }
      }
    }
    return this;
  }

  public JobFields copy() {
    JobFields c = new JobFields();
    c.numbers = Arrays.copyOf(numbers, numberCount());
    c.objects = Arrays.copyOf(objects, Long.bitCount(objectsMask));
    c.numbersLow = numbersLow;
    c.numbersHigh = numbersHigh;
    c.objectsMask = objectsMask;
    return c;
  }

  /** A copy without the fields that lists leave out. */
  public JobFields copyWithoutBulky() {
    if ((numbersLow & Bulky.LOW) == 0 && (numbersHigh & Bulky.HIGH) == 0) {
      JobFields c = new JobFields();
      c.numbers = Arrays.copyOf(numbers, numberCount());
      c.numbersLow = numbersLow;
      c.numbersHigh = numbersHigh;
      c.objectsMask = objectsMask & ~Bulky.OBJECTS;
      c.objects = new Object[Long.bitCount(c.objectsMask)];
      int to = 0;
      int from = 0;
      for (long left = objectsMask; left != 0; left &= left - 1, from++) {
        if ((Bulky.OBJECTS & Long.lowestOneBit(left)) == 0) {
          c.objects[to++] = objects[from];
        }
      }
      return c;
    }
    JobFields c = copy();
    for (JobField f : JobField.BULKY) {
      c.clear(f);
    }
    return c;
  }

  /** The slots of {@link JobField#BULKY}: every job's copy for a list leaves them out. */
  private static final class Bulky {
    private static final long OBJECTS = mask(f -> f.kind() != JobField.Kind.NUMBER);
    private static final long LOW = mask(f -> f.kind() == JobField.Kind.NUMBER && f.slot() < 64);
    private static final long HIGH = mask(f -> f.kind() == JobField.Kind.NUMBER && f.slot() >= 64);

    private static long mask(Predicate<JobField> of) {
      long mask = 0;
      for (JobField f : JobField.BULKY) {
        if (of.test(f)) {
          mask |= 1L << f.slot();
        }
      }
      return mask;
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof JobFields other
        && numbersLow == other.numbersLow
        && numbersHigh == other.numbersHigh
        && objectsMask == other.objectsMask
        && Arrays.equals(numbers, 0, numberCount(), other.numbers, 0, numberCount())
        && Arrays.deepEquals(
            Arrays.copyOf(objects, Long.bitCount(objectsMask)), Arrays.copyOf(other.objects, Long.bitCount(objectsMask)));
  }

  @Override
  public int hashCode() {
    return Objects.hash(numbersLow, numbersHigh, objectsMask);
  }

  @Override
  public String toString() {
    StringBuilder b = new StringBuilder("{");
    for (JobField f : JobField.VALUES) {
      if (has(f)) {
        Object v = f.kind() == JobField.Kind.NUMBER ? Long.toString(number(f)) : object(f);
        b.append(b.length() > 1 ? ", " : "").append(f).append('=');
        b.append(v instanceof long[] a ? Arrays.toString(a) : String.valueOf(v));
      }
    }
    return b.append('}').toString();
  }
}
