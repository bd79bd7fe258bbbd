package org.slurmctldj.client.sbatch;

/** What {@code --usage} and {@code --help} say: our own words. */
final class SbatchHelp {
  static final String USAGE = "Usage: sbatch [OPTIONS] [script [arguments]]   (sbatch --help lists the options)";

  static final String HELP =
      """
      Usage: sbatch [OPTIONS] [script [arguments]]
      The script is read from standard input when none is named; --wrap=COMMAND makes one.
      What runs      -J, --job-name  -D, --chdir  -i, --input  -o, --output  -e, --error  --open-mode  --export
      Where          -p, --partition  -N, --nodes  -w, --nodelist  -x, --exclude  -C, --constraint  --exclusive
      How much       -n, --ntasks  -c, --cpus-per-task  --ntasks-per-node  --mem  --mem-per-cpu  --tmp  --gres  -G, --gpus
      When           -t, --time  --time-min  -b, --begin  --deadline  -d, --dependency  -H, --hold  --nice  --priority
      As what        -A, --account  -q, --qos  --wckey  --reservation  -L, --licenses  --comment
      In an array    -a, --array=0-9%2
      Afterwards     --requeue, --no-requeue  --signal  --mail-type  --mail-user  -W, --wait
      This command   --parsable  --test-only  -Q, --quiet  -V, --version""";

  private SbatchHelp() {}
}
