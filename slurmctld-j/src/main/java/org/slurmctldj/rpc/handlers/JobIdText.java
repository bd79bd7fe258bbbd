package org.slurmctldj.rpc.handlers;

import java.util.Optional;
import org.slurmctldj.core.JobSelector;
import org.slurmctldj.core.TaskSet;
import org.slurmctldj.proto.wire.SlurmConstants;

/** Job ids as users write them: "12", "12_3", "12_[1-3,7]", "12_*", "12+1"; with {@code of} a SLUID, too. */
final class JobIdText {
  private static final int MOST_TASKS = 4_000_001;
  private static final long MOST_ID = 0x7fffffffL;

  /** Empty: no job id at all. */
  static Optional<JobSelector> parse(String text) {
    if (text == null) {
      return Optional.empty();
    }
    int plus = text.indexOf('+');
    if (plus > 0) {
      long het = number(text.substring(0, plus), MOST_ID);
      long offset = number(text.substring(plus + 1), MOST_ID);
      return het <= 0 || offset < 0 ? Optional.empty() : Optional.of(JobSelector.component(het, (int) offset));
    }
    int underscore = text.indexOf('_');
    String id = underscore < 0 ? text : text.substring(0, underscore);
    long job = number(id, MOST_ID);
    if (job <= 0) {
      return Optional.empty();
    }
    if (underscore < 0) {
      return Optional.of(JobSelector.job(job));
    }
    String tasks = text.substring(underscore + 1);
    if (tasks.equals("*") || tasks.equals("[*]")) {
      return Optional.of(JobSelector.job(job));
    }
    if (tasks.startsWith("[") && tasks.endsWith("]")) {
      tasks = tasks.substring(1, tasks.length() - 1);
    }
    int percent = tasks.indexOf('%');
    if (percent >= 0) {
      tasks = tasks.substring(0, percent);
    }
    return tasks(tasks).map(t -> new JobSelector(job, t));
  }

  /** The job a message names by text, else by number; empty for neither. */
  static Optional<JobSelector> of(Controller c, String text, long id) {
    if (text != null && !text.isEmpty()) {
      return parse(c.sluids().resolve(text));
    }
    return id == SlurmConstants.NO_VAL || id == 0 ? Optional.empty() : Optional.of(JobSelector.job(id));
  }

  private static Optional<TaskSet> tasks(String list) {
    java.util.BitSet ids = new java.util.BitSet();
    for (String part : list.split(",", -1)) {
      int colon = part.indexOf(':');
      long step = colon < 0 ? 1 : number(part.substring(colon + 1), MOST_TASKS);
      String range = colon < 0 ? part : part.substring(0, colon);
      int dash = range.indexOf('-');
      long first = number(dash < 0 ? range : range.substring(0, dash), MOST_TASKS);
      long last = dash < 0 ? first : number(range.substring(dash + 1), MOST_TASKS);
      if (first < 0 || last < first || step <= 0) {
        return Optional.empty();
      }
      for (long t = first; t <= last; t += step) {
        ids.set((int) t);
      }
    }
    return ids.isEmpty() ? Optional.empty() : Optional.of(TaskSet.of(ids.stream().toArray()));
  }

  private static long number(String digits, long most) {
    if (digits.isEmpty() || digits.length() > 10) {
      return -1;
    }
    long n = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      n = n * 10 + c - '0';
    }
    return n <= most ? n : -1;
  }

  private JobIdText() {}
}
