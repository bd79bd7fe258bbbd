package org.slurmctldj.client.squeue;

/** What {@code --usage} and {@code --help} say: our own words. */
final class SqueueHelp {
  static final String USAGE =
      """
      Usage: squeue [-A accounts] [-i seconds] [-j jobs] [-n names] [-o format] [-O Format]
                    [-p partitions] [-q qos] [-R reservation] [-S fields] [-s steps] [-t states]
                    [-u users] [-L licenses] [-w nodes] [--start] [--me] [--noconvert] [-ahlPrv]""";

  static final String HELP =
      """
      Usage: squeue [OPTIONS]
      Which jobs
        -A, --account=LIST        of these accounts
        -a, --all                 in hidden partitions, too (--hide: not)
        -j, --jobs[=LIST]         these jobs: ID or ID_TASK
        -L, --licenses=LIST       that use these licenses
            --me                  of the one who asks
        -n, --name=LIST           of these names
        -p, --partition=LIST      in these partitions
        -q, --qos=LIST            of these QOS
        -R, --reservation=NAME    in this reservation
        -t, --states=LIST         in these states, or "all" (default: pending, running, suspended, completing)
        -u, --user=LIST           of these users
        -w, --nodelist=HOSTLIST   on these nodes
      What about them
        -h, --noheader            no headings
        -l, --long                more columns
        -o, --format=FORMAT       columns by letter: %[[.]width]letter[suffix]
        -O, --Format=FIELDS       columns by name: name[:[.]width[suffix]],...
        -P, --priority            a line for each partition a pending job may run in
        -r, --array               a line for each pending task of an array
        -S, --sort=FIELDS         sort by these letters, -letter for the other way round
        -s, --steps[=LIST]        job steps
            --start               expected start of pending jobs
            --noconvert           no larger units
      And
        -i, --iterate=SECONDS     again and again
        -v, --verbose             say more
        -V, --version             version of Slurm that is spoken
            --help, --usage       this, or less""";

  private SqueueHelp() {}
}
