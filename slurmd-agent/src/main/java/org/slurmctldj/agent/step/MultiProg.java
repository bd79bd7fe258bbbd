package org.slurmctldj.agent.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slurmctldj.proto.slurm.SlurmError;

/**
 * srun --multi-prog: lines "TASKS PROGRAM ARGUMENTS", the first that names a task is its own. Single quotes and backslashes
 * keep characters, %t is the task, %o its place in the line's tasks. As observed on 22.05.8. Pure.
 */
final class MultiProg {
  private static final int MOST_ARGUMENTS = 256;
  /** srun itself refuses a file that is about as large. Each task looks through all of it. */
  private static final int LARGEST_FILE = 64 << 10;

  private final List<String> lines;
  private final List<String> more;

  private MultiProg(List<String> lines, List<String> more) {
    this.lines = lines;
    this.more = more;
  }

  /**
   * @param file the text of the file
   * @param more appended to every task's arguments
   */
  static MultiProg read(String file, List<String> more) throws StepRefusal {
    if (file.length() > LARGEST_FILE) {
      throw invalid("a file of " + file.length() + " bytes is too large");
    }
    List<String> lines =
        Arrays.stream(file.replace("\\\n", " ").split("\n"))
            .map(String::stripLeading)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .toList();
    return new MultiProg(lines, more);
  }

  TaskProgram of(long task) throws StepRefusal {
    for (String text : lines) {
      int end = blank(text);
      if (end == text.length()) {
        throw invalid("line without a program: " + text);
      }
      long place = place(text.substring(0, end), task);
      if (place >= 0) {
        List<String> arguments = words(text.substring(end).strip(), task, place);
        arguments.addAll(more);
        if (arguments.isEmpty() || arguments.size() > MOST_ARGUMENTS) {
          throw invalid(arguments.size() + " arguments for task " + task);
        }
        return new TaskProgram(arguments);
      }
    }
    throw invalid("program for task rank " + task + " not specified");
  }

  private static StepRefusal invalid(String why) {
    return new StepRefusal(SlurmError.ESLURMD_EXECVE_FAILED, "--multi-prog: " + why);
  }

  private static int blank(String text) {
    int at = 0;
    while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** "0,4-6" or "*"; -1: not among them. */
  private static long place(String ranks, long task) {
    if (ranks.equals("*")) {
      return task;
    }
    long passed = 0;
    for (String range : ranks.split(",")) {
      if (!range.matches("[0-9]{1,9}(-[0-9]{1,9})?")) {
        continue;
      }
      int dash = range.indexOf('-');
      long low = Long.parseLong(dash < 0 ? range : range.substring(0, dash));
      long high = dash < 0 ? low : Long.parseLong(range.substring(dash + 1));
      if (task >= low && task <= high) {
        return passed + task - low;
      }
      passed += Math.max(0, high - low + 1);
    }
    return -1;
  }

  private static List<String> words(String text, long task, long place) throws StepRefusal {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean open = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c)) {
        if (open) {
          words.add(word.toString());
          word.setLength(0);
          open = false;
        }
        continue;
      }
      open = true;
      if (c == '%' && i + 1 < text.length()) {
        char kind = text.charAt(++i);
        word.append(kind == 't' ? Long.toString(task) : kind == 'o' ? Long.toString(place) : "");
      } else if (c == '\\' && i + 1 < text.length()) {
        word.append(text.charAt(++i));
      } else if (c == '\'') {
        int end = text.indexOf('\'', i + 1);
        if (end < 0) {
          throw invalid("a quote that is not closed: " + text);
        }
        word.append(text, i + 1, end);
        i = end;
      } else {
        word.append(c);
      }
    }
    if (open) {
      words.add(word.toString());
    }
    return words;
  }
}
