package org.slurmctldj.client.sinfo;

/** What {@code --usage} and {@code --help} say: our own words. */
final class SinfoHelp {
  static final String USAGE =
      """
      Usage: sinfo [-adehlNrRsTv] [-i seconds] [-t states] [-p partitions] [-n nodes] [-S fields]
                   [-o format] [-O Format]""";

  static final String HELP =
      """
      Usage: sinfo [OPTIONS]
      Which nodes and partitions
        -a, --all                hidden partitions, too (--hide: not)
        -d, --dead               nodes that do not respond
        -n, --nodes=HOSTLIST     these nodes
        -p, --partition=LIST     these partitions
        -r, --responding         nodes that respond
        -t, --states=STATES      nodes in any (,) or all (&) of these states
      What about them
        -e, --exact              a line for each configuration
        -h, --noheader           no headings
        -l, --long               more columns
        -N, --Node               a line for each node and partition
        -o, --format=FORMAT      columns by letter: %[[.]width]letter[suffix]
        -O, --Format=FIELDS      columns by name: name[:[.]width[suffix]],...
        -R, --list-reasons       why nodes are down, drained or failing
        -s, --summarize          partitions without the states of their nodes
        -S, --sort=FIELDS        sort by these letters, -letter for the other way round
        -T, --reservation        reservations
            --noconvert          no larger units
      And
        -i, --iterate=SECONDS    again and again
        -v, --verbose            say more
        -V, --version            version of Slurm that is spoken
            --help, --usage      this, or less""";

  private SinfoHelp() {}
}
