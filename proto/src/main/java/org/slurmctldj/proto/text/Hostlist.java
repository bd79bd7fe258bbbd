package org.slurmctldj.proto.text;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * A list of host names in Slurm's compressed writing, {@code n[1-3,05],login}: order and duplicates
 * are kept. Several brackets may stand in one name; with two, the last varies fastest; with more, the
 * last, then the first, then the second. A suffix behind the last bracket is taken as from 23.11 on.
 * Unbalanced brackets are refused, where 22.05 makes odd names of them.
 *
 * <p>Immutable. Not on any wire type: the wire carries the text.
 */
public final class Hostlist implements Iterable<String> {
  /** Hosts in one range (65536). */
  static final long MAX_RANGE = 65536;

  private static final int MAX_RANGES = 1 << 20;
  private static final long MAX_HOSTS = 1 << 26;

  public static final Hostlist EMPTY = new Hostlist(List.of());

  private final List<HostRange> ranges;

  private Hostlist(List<HostRange> ranges) {
    this.ranges = ranges;
  }

  /** Collects hosts in order; neighbours join at once, so many hosts take little room. */
  public static final class Builder {
    private final List<HostRange> ranges = new ArrayList<>();
    private long count;

    /** Adds one host name; no brackets. */
    public Builder add(String host) {
      push(HostRange.ofName(host));
      return this;
    }

    public Builder addAll(Hostlist list) {
      for (HostRange range : list.ranges) {
        push(range);
      }
      return this;
    }

    private void push(HostRange range) {
      count += range.count();
      if (count > MAX_HOSTS) {
        throw new HostlistException("Too many hosts");
      }
      int last = ranges.size() - 1;
      HostRange joined = last < 0 ? null : ranges.get(last).join(range);
      if (joined != null) {
        ranges.set(last, joined);
      } else if (ranges.size() < MAX_RANGES) {
        ranges.add(range);
      } else {
        throw new HostlistException("Too many hosts");
      }
    }

    public Hostlist build() {
      return new Hostlist(List.copyOf(ranges));
    }
  }

  /** Parses an expression; {@link HostlistException} if it is wrong. Null and "" are the empty list. */
  public static Hostlist parse(String expression) {
    if (expression == null || expression.isEmpty()) {
      return EMPTY;
    }
    Builder into = new Builder();
    int at = 0;
    int n = expression.length();
    while (at < n) {
      int start = at;
      boolean inBracket = false;
      boolean brackets = false;
      for (; at < n; at++) {
        char c = expression.charAt(at);
        if (c == '[' || c == ']') {
          if (inBracket == (c == '[')) {
            throw new HostlistException("Unbalanced brackets in `" + expression + "'");
          }
          inBracket = c == '[';
          brackets = true;
        } else if (!inBracket && isSeparator(c)) {
          break;
        }
      }
      if (inBracket) {
        throw new HostlistException("Unbalanced brackets in `" + expression + "'");
      }
      String host = expression.substring(start, at);
      at++;
      if (brackets) {
        expand(into, host);
      } else if (!host.isEmpty()) {
        into.add(host);
      }
    }
    return into.build();
  }

  /** A list of these names, each one host. */
  public static Hostlist of(Iterable<String> hosts) {
    Builder into = new Builder();
    for (String host : hosts) {
      into.add(host);
    }
    return into.build();
  }

  private static boolean isSeparator(char c) {
    return c == ',' || c == ' ' || c >= '\t' && c <= '\r';
  }

  private static void expand(Builder into, String host) {
    int lastOpen = host.lastIndexOf('[');
    int lastClose = host.lastIndexOf(']');
    String suffix = host.substring(lastClose + 1);
    List<String> prefixes = List.of("");
    int at = 0;
    while (true) {
      int open = host.indexOf('[', at);
      String literal = host.substring(at, open);
      if (open == lastOpen) {
        prefixes = append(prefixes, List.of(literal));
        break;
      }
      int close = host.indexOf(']', open);
      prefixes = append(append(prefixes, List.of(literal)), numbers(host.substring(open + 1, close)));
      at = close + 1;
    }
    String bracket = host.substring(lastOpen + 1, lastClose);
    for (String prefix : prefixes) {
      for (HostRange range : elements(prefix, bracket)) {
        if (suffix.isEmpty()) {
          into.push(range);
        } else {
          for (long i = range.lo(); i <= range.hi(); i++) {
            StringBuilder name = new StringBuilder();
            range.appendName(name, i);
            into.push(HostRange.whole(name.append(suffix).toString()));
          }
        }
      }
    }
  }

  /** Each prefix with each ending; the prefixes vary fastest. */
  private static List<String> append(List<String> prefixes, List<String> endings) {
    if ((long) prefixes.size() * endings.size() > MAX_RANGE) {
      throw new HostlistException("Too many hosts");
    }
    List<String> out = new ArrayList<>(prefixes.size() * endings.size());
    for (String ending : endings) {
      for (String prefix : prefixes) {
        out.add(prefix + ending);
      }
    }
    return out;
  }

  private static List<String> numbers(String bracket) {
    List<String> out = new ArrayList<>();
    for (HostRange range : elements("", bracket)) {
      if (out.size() + range.count() > MAX_RANGE) {
        throw new HostlistException("Too many hosts");
      }
      for (long i = range.lo(); i <= range.hi(); i++) {
        StringBuilder name = new StringBuilder();
        range.appendName(name, i);
        out.add(name.toString());
      }
    }
    return out;
  }

  private static List<HostRange> elements(String prefix, String bracket) {
    List<HostRange> out = new ArrayList<>();
    int at = 0;
    while (at <= bracket.length()) {
      int comma = bracket.indexOf(',', at);
      int end = comma < 0 ? bracket.length() : comma;
      out.add(HostRange.ofBracket(prefix, bracket.substring(at, end)));
      at = end + 1;
    }
    return out;
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Number of hosts, duplicates counted. */
  public int count() {
    long sum = 0;
    for (HostRange range : ranges) {
      sum += range.count();
    }
    return (int) sum;
  }

  public boolean contains(String host) {
    for (HostRange range : ranges) {
      if (range.single() ? range.prefix().equals(host) : holds(range, host)) {
        return true;
      }
    }
    return false;
  }

  private static boolean holds(HostRange range, String host) {
    int digits = host.length() - range.prefix().length();
    if (digits <= 0 || digits > 18 || !host.startsWith(range.prefix())) {
      return false;
    }
    long number = 0;
    for (int i = range.prefix().length(); i < host.length(); i++) {
      char c = host.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
      number = number * 10 + c - '0';
    }
    if (number < range.lo() || number > range.hi()) {
      return false;
    }
    StringBuilder name = new StringBuilder();
    range.appendName(name, number);
    return host.contentEquals(name);
  }

  @Override
  public Iterator<String> iterator() {
    return new Iterator<>() {
      private int range;
      private long offset;

      @Override
      public boolean hasNext() {
        return range < ranges.size();
      }

      @Override
      public String next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        HostRange r = ranges.get(range);
        StringBuilder name = new StringBuilder();
        r.appendName(name, r.lo() + offset);
        if (++offset == r.count()) {
          range++;
          offset = 0;
        }
        return name.toString();
      }
    };
  }

  public List<String> toList() {
    List<String> out = new ArrayList<>(count());
    for (String host : this) {
      out.add(host);
    }
    return out;
  }

  /** In Slurm's order, duplicates kept. */
  public Hostlist sorted() {
    List<HostRange> sorted = new ArrayList<>(ranges);
    sort(sorted);
    Builder into = new Builder();
    int i = 0;
    while (i < sorted.size()) {
      int end = i + 1;
      HostRange reach = sorted.get(i);
      while (end < sorted.size() && reach.overlaps(sorted.get(end))) {
        if (sorted.get(end).hi() > reach.hi()) {
          reach = sorted.get(end);
        }
        end++;
      }
      if (end == i + 1) {
        into.push(sorted.get(i));
      } else {
        oneByOne(into, sorted.subList(i, end));
      }
      i = end;
    }
    return into.build();
  }

  /** Not the library's sort: the order of mixed paddings is not transitive, and that one may throw then. */
  private static void sort(List<HostRange> list) {
    HostRange[] array = list.toArray(new HostRange[0]);
    mergeSort(array, new HostRange[array.length], 0, array.length);
    for (int i = 0; i < array.length; i++) {
      list.set(i, array[i]);
    }
  }

  /** As glibc's qsort does it, so that even the order of mixed paddings comes out alike. */
  private static void mergeSort(HostRange[] a, HostRange[] scratch, int from, int to) {
    int n = to - from;
    if (n <= 1) {
      return;
    }
    int middle = from + n / 2;
    mergeSort(a, scratch, from, middle);
    mergeSort(a, scratch, middle, to);
    int i = from;
    int k = middle;
    int out = from;
    while (i < middle && k < to) {
      scratch[out++] = HostRange.compare(a[i], a[k]) <= 0 ? a[i++] : a[k++];
    }
    while (i < middle) {
      scratch[out++] = a[i++];
    }
    System.arraycopy(scratch, from, a, from, out - from);
  }

  /** Overlapping ranges: their numbers in order, so that duplicates stand side by side. */
  private static void oneByOne(Builder into, List<HostRange> overlapping) {
    int total = 0;
    for (HostRange range : overlapping) {
      total += (int) range.count();
    }
    long[] numbers = new long[total];
    int n = 0;
    int width = overlapping.get(0).width();
    for (HostRange range : overlapping) {
      width = Math.min(width, range.width());
      for (long i = range.lo(); i <= range.hi(); i++) {
        numbers[n++] = i;
      }
    }
    java.util.Arrays.sort(numbers);
    String prefix = overlapping.get(0).prefix();
    for (long number : numbers) {
      into.push(new HostRange(prefix, number, number, width, false));
    }
  }

  /** Sorted, each host once. */
  public Hostlist unique() {
    Set<String> seen = new HashSet<>();
    Builder into = new Builder();
    for (String host : sorted()) {
      if (seen.add(host)) {
        into.add(host);
      }
    }
    return into.build();
  }

  /** Slurm's compressed writing. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < ranges.size()) {
      HostRange first = ranges.get(i);
      if (i > 0) {
        out.append(',');
      }
      int end = i + 1;
      while (end < ranges.size() && !first.single() && !ranges.get(end).single() && ranges.get(end).prefix().equals(first.prefix())) {
        end++;
      }
      if (end == i + 1 && first.count() == 1) {
        first.appendName(out, first.lo());
      } else {
        out.append(first.prefix()).append('[');
        for (int k = i; k < end; k++) {
          appendRange(out.append(k > i ? "," : ""), ranges.get(k));
        }
        out.append(']');
      }
      i = end;
    }
    return out.toString();
  }

  private static void appendRange(StringBuilder out, HostRange range) {
    HostRange.appendNumber(out, range.lo(), range.width());
    if (range.hi() > range.lo()) {
      out.append('-');
      HostRange.appendNumber(out, range.hi(), range.width());
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Hostlist other && other.ranges.equals(ranges);
  }

  @Override
  public int hashCode() {
    return ranges.hashCode();
  }
}
