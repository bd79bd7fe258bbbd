package org.slurmctldj.client.scancel;

/** What {@code scancel --help} and {@code --usage} print: our own words. A line that starts with &lt; is of releases before 23.02, with &gt; of later ones. */
final class ScancelHelp {
  static final String HELP =
      """
      Usage: scancel [OPTION]... [JOB[_TASK][.STEP]]...
      Ends jobs and steps, or sends them a signal. Without a number: every job that the options choose.
      Which of them
        -A, --account=NAME          of this account
        -n, --name=NAME             of this name
        -p, --partition=NAME        in this partition
        -q, --qos=NAME              of this QOS
        -R, --reservation=NAME      in this reservation
        -t, --state=STATE           PENDING, RUNNING or SUSPENDED
        -u, --user=USER             of this user
            --me                    of the one who asks
        -w, --nodelist=HOSTLIST     on these nodes
            --wckey=NAME            with this wckey
      What they get
        -s, --signal=SIGNAL         a name or a number; without it jobs are ended
        -b, --batch                 the script alone
        -f, --full                  the script and all steps
        -H, --hurry                 ends without staging out
      >  -c, --cron                  jobs of scrontab, too
      And
        -Q, --quiet                 errors only
        -v, --verbose               says more
        -V, --version               the version of Slurm that is spoken
            --help, --usage         this, or less
      """;
  static final String USAGE =
      """
      Usage: scancel [-bfHQvV] [-A account] [-n name] [-p partition] [-q qos] [-R reservation] [-s signal]
                     [-t state] [-u user] [--me] [-w nodes] [--wckey=name] [JOB[_TASK][.STEP]]...
      """;

  static String of(String text, boolean old) {
    StringBuilder b = new StringBuilder();
    for (String line : text.split("\n")) {
      if (line.startsWith("<") ? old : !line.startsWith(">") || !old) {
        b.append(line.startsWith("<") || line.startsWith(">") ? line.substring(1) : line).append('\n');
      }
    }
    return b.toString();
  }

  private ScancelHelp() {}
}
