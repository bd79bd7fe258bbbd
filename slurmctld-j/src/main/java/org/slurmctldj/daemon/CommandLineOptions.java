package org.slurmctldj.daemon;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** slurmctld's options. What real slurmctld has and this one cannot do is refused by name. */
@Command(name = "slurmctld-j", sortOptions = false, description = "Slurm-compatible controller daemon.")
final class CommandLineOptions {
  @Option(names = "-D", description = "Run in the foreground, log to standard error too.")
  boolean foreground;

  @Option(names = "-c", description = "Start with an empty state: the old one is kept aside.")
  boolean clear;

  @Option(names = "-i", description = "Accepted for slurmctld's sake: a damaged journal is never ignored.")
  boolean ignoreErrors;

  @Option(names = "-f", paramLabel = "FILE", description = "Configuration file.")
  Path file;

  @Option(names = "-L", paramLabel = "FILE", description = "Log file.")
  Path logFile;

  @Option(names = "-v", description = "More log; repeat for more.")
  boolean[] verbose = {};

  @Option(names = "-q", description = "Log errors only.")
  boolean quiet;

  @Option(names = "-R", description = "Recover the whole state, which this controller always does.")
  boolean recover;

  @Option(names = "-s", description = "Accepted for slurmctld's sake: the working directory does not matter here.")
  boolean workDirectory;

  @Option(names = "-V", description = "Print the version and end.")
  boolean version;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print this and end.")
  boolean help;

  @Option(names = "--adopt", description = "Use a StateSaveLocation that holds a real slurmctld's state.")
  boolean adopt;
}
