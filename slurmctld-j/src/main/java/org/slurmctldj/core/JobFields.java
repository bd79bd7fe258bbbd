package org.slurmctldj.core;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A sparse set of {@link JobField} values: a whole request, or the changes of an update. Mutable
 * while it is being built, then handed over and left alone. Not thread-safe.
 */
public final class JobFields {
  private static final int FIELDS = JobField.values().length;

  private final long[] numbers = new long[FIELDS];
  private final Object[] objects = new Object[FIELDS];
  private final long[] present = new long[(FIELDS + 63) >> 6];

  public boolean has(JobField f) {
    int i = f.ordinal();
    return (present[i >> 6] & 1L << i) != 0;
  }

  private void mark(JobField f) {
    int i = f.ordinal();
    present[i >> 6] |= 1L << i;
  }

  private static void expect(JobField f, JobField.Kind kind) {
    if (f.kind() != kind) {
      throw new IllegalArgumentException(f + " holds " + f.kind() + ", not " + kind);
    }
  }

  /** The number, or the field's unset value. */
  public long number(JobField f) {
    expect(f, JobField.Kind.NUMBER);
    return has(f) ? numbers[f.ordinal()] : f.unset();
  }

  /** True if the number is there and differs from "unset". */
  public boolean isSet(JobField f) {
    return has(f) && (f.kind() != JobField.Kind.NUMBER || numbers[f.ordinal()] != f.unset());
  }

  public JobFields number(JobField f, long value) {
    expect(f, JobField.Kind.NUMBER);
    numbers[f.ordinal()] = value;
    mark(f);
    return this;
  }

  /** The text, or null where none is set. */
  public String text(JobField f) {
    expect(f, JobField.Kind.TEXT);
    return (String) objects[f.ordinal()];
  }

  /** Sets the text; null removes the field. */
  public JobFields text(JobField f, String value) {
    expect(f, JobField.Kind.TEXT);
    if (value == null) {
      return clear(f);
    }
    objects[f.ordinal()] = value;
    mark(f);
    return this;
  }

  public long[] numbers(JobField f) {
    expect(f, JobField.Kind.NUMBERS);
    long[] v = (long[]) objects[f.ordinal()];
    return v == null ? new long[0] : v;
  }

  public JobFields numbers(JobField f, long[] value) {
    expect(f, JobField.Kind.NUMBERS);
    objects[f.ordinal()] = value;
    mark(f);
    return this;
  }

  @SuppressWarnings("unchecked")
  public List<String> texts(JobField f) {
    expect(f, JobField.Kind.TEXTS);
    List<String> v = (List<String>) objects[f.ordinal()];
    return v == null ? List.of() : v;
  }

  public JobFields texts(JobField f, List<String> value) {
    expect(f, JobField.Kind.TEXTS);
    objects[f.ordinal()] = List.copyOf(value);
    mark(f);
    return this;
  }

  public JobFields clear(JobField f) {
    int i = f.ordinal();
    present[i >> 6] &= ~(1L << i);
    objects[i] = null;
    numbers[i] = 0;
    return this;
  }

  /** Takes over every field that {@code other} has. */
  public JobFields putAll(JobFields other) {
    for (int i = 0; i < FIELDS; i++) {
      if ((other.present[i >> 6] & 1L << i) != 0) {
        numbers[i] = other.numbers[i];
        objects[i] = other.objects[i];
        present[i >> 6] |= 1L << i;
      }
    }
    return this;
  }

  public JobFields copy() {
    return new JobFields().putAll(this);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof JobFields other
        && Arrays.equals(present, other.present)
        && Arrays.equals(numbers, other.numbers)
        && Arrays.deepEquals(objects, other.objects);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(present), Arrays.hashCode(numbers), Arrays.deepHashCode(objects));
  }

  @Override
  public String toString() {
    StringBuilder b = new StringBuilder("{");
    for (JobField f : JobField.values()) {
      if (has(f)) {
        Object v = f.kind() == JobField.Kind.NUMBER ? Long.toString(numbers[f.ordinal()]) : objects[f.ordinal()];
        b.append(b.length() > 1 ? ", " : "").append(f).append('=');
        b.append(v instanceof long[] a ? Arrays.toString(a) : String.valueOf(v));
      }
    }
    return b.append('}').toString();
  }
}
