package org.slurmctldj.client.scancel;

/** What {@code scancel --help} and {@code --usage} print. A line that starts with &lt; is of releases before 23.02, with &gt; of later ones. */
final class ScancelHelp {
  static final String HELP =
      """
      Usage: scancel [OPTIONS] [job_id[_array_id][.step_id]]
        -A, --account=account           act only on jobs charging this account
        -b, --batch                     signal batch shell for specified job
      >      --ctld                      send request directly to slurmctld
      >  -c, --cron                      cancel an scrontab job
        -f, --full                      signal batch shell and all steps for specified job
        -H, --hurry                     avoid burst buffer stage out
        -i, --interactive               require response from user for each job
        -M, --clusters                  clusters to issue commands to.
                                        NOTE: SlurmDBD must be up.
        -n, --name=job_name             act only on jobs with this name
        -p, --partition=partition       act only on jobs in this partition
        -Q, --quiet                     disable warnings
        -q, --qos=qos                   act only on jobs with this quality of service
        -R, --reservation=reservation   act only on jobs with this reservation
            --sibling=cluster_name      remove an active sibling job from a federated job
        -s, --signal=name | integer     signal to send to job, default is SIGKILL
        -t, --state=states              act only on jobs in this state.  Valid job
                                        states are PENDING, RUNNING and SUSPENDED
        -u, --user=user_name            act only on jobs of this user
        -V, --version                   output version information and exit
        -v, --verbose                   verbosity level
        -w, --nodelist                  act only on jobs on these nodes
            --wckey=wckey               act only on jobs with this workload
                                        charactization key

      Help options:
        --help                          show this help message
        --usage                         display brief usage message
      """;
  static final String USAGE =
      """
      <Usage: scancel [-A account] [--batch] [--full] [--interactive] [-n job_name]
      >Usage: scancel [-A account] [--batch] [--ctld] [--full] [--interactive] [-n job_name]
                     [-p partition] [-Q] [-q qos] [-R reservation] [-s signal | integer]
                     [-t PENDING | RUNNING | SUSPENDED] [--usage] [-u user_name]
                     [--hurry] [-V] [-v] [-w hosts...] [--wckey=wckey]
                     [job_id[_array_id][.step_id]]
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
