package org.slurmctldj.daemon;

import java.nio.file.Path;

/**
 * slurmctld's options, read as getopt(3) does: letters may share a word, a value may follow its letter at once or as the
 * next word. What real slurmctld has and this one cannot do is refused by name. Not by a library: its classes cost a
 * third of a second of each start, which a restart's clients wait for.
 */
final class CommandLineOptions {
  static final String USAGE =
      """
      Usage: slurmctld-j [-DciqRsVh] [-f FILE] [-L FILE] [-v...] [--adopt]
      Slurm-compatible controller daemon.
        -D        Run in the foreground, log to standard error too.
        -c        Start with an empty state: the old one is kept aside.
        -i        As slurmctld's, but what is damaged is named and never skipped: the start fails.
        -f FILE   Configuration file.
        -L FILE   Log file.
        -v        More log; repeat for more.
        -q        Log errors only.
        -R        Recover the whole state, which this controller always does.
        -s        Accepted for slurmctld's sake: the working directory does not matter here.
        -V        Print the version and end.
        -h, --help
                  Print this and end.
        --adopt   Use a StateSaveLocation that holds a real slurmctld's state.
        --print-pools
                  Check pools.yaml, at the cloud too; print all that is wrong with it, or
                  the slurm.conf lines that it stands for (for an Include of clients that
                  are not configless), and end.
      """;

  /** With the sentence for standard error. */
  static final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1;

    Wrong(String sentence) {
      super(sentence);
    }
  }

  boolean foreground;
  boolean clear;
  boolean ignoreErrors;
  Path file;
  Path logFile;
  int verbose;
  boolean quiet;
  boolean version;
  boolean help;
  boolean adopt;
  boolean printPools;

  static CommandLineOptions parse(String[] words) {
    CommandLineOptions o = new CommandLineOptions();
    for (int i = 0; i < words.length; i++) {
      String word = words[i];
      if (word.startsWith("--")) {
        o.longOption(word);
      } else if (word.startsWith("-") && word.length() > 1) {
        i = o.letters(words, i);
      } else {
        throw new Wrong("unexpected argument '" + word + "'");
      }
    }
    return o;
  }

  private void longOption(String word) {
    switch (word) {
      case "--help" -> help = true;
      case "--adopt" -> adopt = true;
      case "--print-pools" -> printPools = true;
      default -> throw new Wrong("unrecognized option '" + word + "'");
    }
  }

  /** The index of the last word used. */
  private int letters(String[] words, int index) {
    String word = words[index];
    for (int at = 1; at < word.length(); at++) {
      char letter = word.charAt(at);
      switch (letter) {
        case 'D' -> foreground = true;
        case 'c' -> clear = true;
        case 'v' -> verbose++;
        case 'q' -> quiet = true;
        case 'V' -> version = true;
        case 'h' -> help = true;
        case 'i' -> ignoreErrors = true;
        case 'R', 's' -> {}
        case 'f', 'L' -> {
          boolean glued = at + 1 < word.length();
          if (!glued && index + 1 == words.length) {
            throw new Wrong("option requires an argument -- '" + letter + "'");
          }
          Path value = Path.of(glued ? word.substring(at + 1) : words[index + 1]);
          if (letter == 'f') {
            file = value;
          } else {
            logFile = value;
          }
          return glued ? index : index + 1;
        }
        default -> throw new Wrong("invalid option -- '" + letter + "'");
      }
    }
    return index;
  }
}
