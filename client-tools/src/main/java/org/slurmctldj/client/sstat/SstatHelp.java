package org.slurmctldj.client.sstat;

/** What {@code sstat --help} and {@code --usage} print: our own words. */
final class SstatHelp {
  static final String USAGE = "Usage: sstat [options] -j <job(.stepid)>\n\tUse --help for help\n";
  static final String HELP =
      """
      sstat [OPTIONS] -j JOB[.STEP],...
        -a, --allsteps       every running step of a job that is named without a step
        -e, --helpformat     names of the fields that --format takes
        -h, --help           this text
        -i, --pidformat      the processes of each node
        -j, --jobs=LIST      jobs or steps, separated by commas; STEP is a number, batch, extern or interactive;
                             without a step: the lowest numbered one
        -n, --noheader       no heading
            --noconvert      numbers in the unit they are counted in
        -o, --format=LIST    fields, separated by commas, each as NAME or NAME%WIDTH
        -p, --parsable       values separated by '|', with a '|' at the end of the line
        -P, --parsable2      values separated by '|'
            --usage          a brief usage message
        -V, --version        the version
      """;

  private SstatHelp() {}
}
