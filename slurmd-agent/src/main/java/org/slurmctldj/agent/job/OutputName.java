package org.slurmctldj.agent.job;

/**
 * The names of a batch job's files: sbatch's {@code --output}, {@code --error}, {@code --input} with their {@code %}
 * patterns. Pure; text is bytes carried as Latin-1.
 *
 * <p>As observed on Slurm 24.11.5: a backslash anywhere switches all patterns off and is dropped itself; unknown letters
 * stay as they are; a width pads numbers with zeros and counts at most 10.
 */
public final class OutputName {
  private static final int WIDEST = 10;

  /** What the letters stand for. {@code arrayTaskId} is NO_VAL (4294967294) outside an array. */
  public record Facts(
      long jobId,
      long arrayJobId,
      long arrayTaskId,
      String jobName,
      String userName,
      String hostName,
      long nodeIndex,
      long taskId,
      String stepName) {
    public boolean ofArray() {
      return arrayJobId != 0;
    }
  }

  /** Slurm's name for a job that gave none. */
  public static String defaultPattern(Facts facts) {
    return facts.ofArray() ? "slurm-%A_%a.out" : "slurm-%j.out";
  }

  /** The absolute path of {@code pattern}. */
  public static String path(String pattern, String workDir, Facts facts) {
    String name = expand(pattern, facts);
    return name.startsWith("/") ? name : workDir + "/" + name;
  }

  static String expand(String pattern, Facts facts) {
    if (pattern.indexOf('\\') >= 0) {
      return pattern.replace("\\", "");
    }
    StringBuilder out = new StringBuilder(pattern.length() + 32);
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '%') {
        out.append(c);
        continue;
      }
      int at = i + 1;
      while (at < pattern.length() && pattern.charAt(at) >= '0' && pattern.charAt(at) <= '9') {
        at++;
      }
      int width = width(pattern.substring(i + 1, at));
      String value = at < pattern.length() ? value(pattern.charAt(at), width, facts) : null;
      if (value != null) {
        out.append(value);
        i = at;
      } else if (at == i + 1) {
        out.append(c);
      } else {
        // an unknown letter after a width loses its percent sign
        out.append(pattern, i + 1, Math.min(pattern.length(), at + 1));
        i = at;
      }
    }
    return out.toString();
  }

  private static int width(String digits) {
    int width = 0; // none
    for (int i = 0; i < digits.length() && width <= WIDEST; i++) {
      width = width * 10 + digits.charAt(i) - '0';
    }
    return Math.min(width, WIDEST);
  }

  /** Null: not a letter of ours. */
  private static String value(char letter, int width, Facts facts) {
    return switch (letter) {
      case '%' -> width == 0 ? "%" : null;
      case 'A' -> number(facts.ofArray() ? facts.arrayJobId() : facts.jobId(), width);
      case 'a' -> number(facts.arrayTaskId(), width);
      case 'b' -> number(facts.arrayTaskId() % 10, width);
      case 'J', 'j' -> number(facts.jobId(), width);
      case 'N' -> facts.hostName();
      case 'n' -> number(facts.nodeIndex(), width);
      case 's' -> facts.stepName();
      case 't' -> number(facts.taskId(), width);
      case 'u' -> facts.userName();
      case 'x' -> facts.jobName();
      default -> null;
    };
  }

  private static String number(long value, int width) {
    String digits = Long.toString(value);
    return digits.length() >= width ? digits : "0".repeat(width - digits.length()) + digits;
  }

  private OutputName() {}
}
