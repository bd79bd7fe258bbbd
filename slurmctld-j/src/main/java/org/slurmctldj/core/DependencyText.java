package org.slurmctldj.core;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The text of {@code --dependency}: "afterok:12:13,afterany:5_2", all of them, or with ? between
 * the parts any of them.
 */
public record DependencyText(List<Term> terms, boolean any) {
  public DependencyText {
    terms = List.copyOf(terms);
  }

  /** Types of dependency. */
  public enum Kind {
    AFTER,
    AFTERANY,
    AFTERBURSTBUFFER,
    AFTERCORR,
    AFTERNOTOK,
    AFTEROK,
    EXPAND,
    SINGLETON;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    static Kind of(String word) {
      for (Kind k : values()) {
        if (k.word().equalsIgnoreCase(word)) {
          return k;
        }
      }
      return null;
    }
  }

  /**
   * One job waited for.
   *
   * @param jobId 0 for SINGLETON
   * @param task the array task, or -1
   * @param minutes of {@code after:12+5}
   * @param failed it can never come true
   */
  public record Term(Kind kind, long jobId, long task, long minutes, boolean failed) {
    Term withFailed(boolean now) {
      return new Term(kind, jobId, task, minutes, now);
    }

    @Override
    public String toString() {
      return kind.word()
          + (kind == Kind.SINGLETON ? "" : ":" + jobId + (task >= 0 ? "_" + task : "") + (minutes > 0 ? "+" + minutes : ""))
          + (failed ? "(failed)" : "");
    }
  }

  /** True if it can never come true. */
  boolean isHopeless() {
    return any ? terms.stream().allMatch(Term::failed) : terms.stream().anyMatch(Term::failed);
  }

  /** Null if it is no such text. */
  public static DependencyText parse(String text) {
    boolean any = text.indexOf('?') >= 0;
    if (any && text.indexOf(',') >= 0) {
      return null;
    }
    // Each once: a text that names one array a thousand times is looked at once.
    Set<Term> terms = new LinkedHashSet<>();
    for (String part : text.split(any ? "\\?" : ",", -1)) {
      String[] words = part.startsWith("singleton(") ? new String[] {"singleton"} : part.split(":", -1);
      Kind kind = Kind.of(words[0]);
      if (kind == null && words.length == 1) {
        // A bare job id means afterany.
        kind = Kind.AFTERANY;
        words = new String[] {"afterany", words[0]};
      }
      if (kind == null || (kind == Kind.SINGLETON) != (words.length == 1)) {
        return null;
      }
      if (kind == Kind.SINGLETON) {
        terms.add(new Term(kind, 0, -1, 0, false));
      }
      for (int i = 1; i < words.length; i++) {
        Term t = term(kind, words[i]);
        if (t == null) {
          return null;
        }
        terms.add(t);
      }
    }
    return terms.isEmpty() || terms.size() > 10_000 ? null : new DependencyText(List.copyOf(terms), any);
  }

  private static Term term(Kind kind, String word) {
    int open = word.indexOf('(');
    String w = open >= 0 ? word.substring(0, open) : word;
    int plus = w.indexOf('+');
    long minutes = plus < 0 ? 0 : number(w.substring(plus + 1));
    w = plus < 0 ? w : w.substring(0, plus);
    int bar = w.indexOf('_');
    String taskText = bar < 0 || w.endsWith("_*") ? null : w.substring(bar + 1);
    long task = taskText == null ? -1 : number(taskText);
    long job = number(bar < 0 ? w : w.substring(0, bar));
    if (job <= 0 || minutes < 0 || taskText != null && task < 0 || minutes > 0 && kind != Kind.AFTER) {
      return null;
    }
    return new Term(kind, job, task, minutes, word.endsWith("(failed)"));
  }

  private static long number(String s) {
    return s.matches("[0-9]{1,10}") ? Long.parseLong(s) : -1;
  }

  /** The job ids that the text names; empty for null. */
  static long[] ids(String text) {
    DependencyText d = text == null ? null : parse(text);
    return d == null ? new long[0] : d.terms.stream().mapToLong(Term::jobId).filter(id -> id != 0).toArray();
  }

  static boolean isSingleton(String text) {
    DependencyText d = text == null ? null : parse(text);
    return d != null && d.terms.stream().anyMatch(t -> t.kind == Kind.SINGLETON);
  }

  /** The longest wait of its {@code after:id+minutes}, or 0. */
  static long longestMinutes(String text) {
    DependencyText d = text == null ? null : parse(text);
    return d == null ? 0 : d.terms.stream().mapToLong(Term::minutes).max().orElse(0);
  }

  /** As clients show it: each part with "(unfulfilled)" or "(failed)". */
  public static String display(String text) {
    DependencyText d = text == null ? null : parse(text);
    return d == null
        ? text
        : d.terms.stream().map(t -> t.failed() ? t.toString() : t + "(unfulfilled)").collect(Collectors.joining(d.any ? "?" : ","));
  }

  @Override
  public String toString() {
    return terms.stream().map(Term::toString).collect(Collectors.joining(any ? "?" : ","));
  }
}
