package org.slurmctldj.client.job;

import java.util.ArrayList;
import java.util.List;

/**
 * What {@code --help} and {@code --usage} of sbatch, salloc and srun print: one table of the options they have, our own
 * words. Options that are refused by name are not in it.
 */
public final class JobHelp {
  /** The program whose options are asked for. */
  public enum Tool {
    SBATCH('b', "sbatch [OPTION]... [SCRIPT [ARGUMENT]...]", "Hands a script to the cluster; it runs when its nodes are free."),
    SALLOC('a', "salloc [OPTION]... [COMMAND [ARGUMENT]...]", "Waits for nodes, runs a command (or a shell) here, gives the nodes back."),
    SRUN('r', "srun [OPTION]... PROGRAM [ARGUMENT]...", "Runs tasks on nodes: within an allocation, or in one of its own.");

    private final char mark;
    private final String synopsis;
    private final String purpose;

    Tool(char mark, String synopsis, String purpose) {
      this.mark = mark;
      this.synopsis = synopsis;
      this.purpose = purpose;
    }
  }

  private static final int INDENT = 33;
  private static final int WIDTH = 79;

  /**
   * A line: who has it (b sbatch, a salloc, r srun; then &lt; before 23.02, &gt; from 23.02 on), the option, what it is
   * for. A line without a bar begins a group.
   */
  private static final String TABLE =
      """
      How much, and where
      bar  | -N, --nodes=MIN[-MAX]         | so many nodes
      bar  | -n, --ntasks=NUMBER           | so many tasks
      bar  | -c, --cpus-per-task=NUMBER    | CPUs for each task
      bar  | --ntasks-per-node=NUMBER      | at most so many tasks on a node
      bar  | --ntasks-per-socket=NUMBER    | at most so many on a socket
      bar  | --ntasks-per-core=NUMBER      | at most so many on a core
      bar  | --mem=SIZE[K|M|G|T]           | memory on each node; 0: all of it
      bar  | --mem-per-cpu=SIZE            | memory for each CPU instead
      bar  | --mem-per-gpu=SIZE            | memory for each GPU instead
      bar  | --tmp=SIZE                    | nodes with that much temporary disk
      bar  | --mincpus=NUMBER              | nodes with at least so many CPUs
      bar  | -B, --extra-node-info=S[:C[:T]] | nodes with such sockets, cores, threads
      bar  | --sockets-per-node=NUMBER     | nodes with that many sockets
      bar  | --cores-per-socket=NUMBER     | nodes with that many cores on a socket
      bar  | --threads-per-core=NUMBER     | use so many threads of a core
      bar  | -w, --nodelist=HOSTLIST       | among the nodes, these
      bar  | -F, --nodefile=FILE           | the same, from a file
      bar  | -x, --exclude=HOSTLIST        | none of these
      bar  | -C, --constraint=LIST         | nodes with these features: a&b, a|b, [a|b], a*2
      bar  | --prefer=LIST                 | the same, if it can be had
      bar  | --contiguous                  | nodes that are neighbours
      bar  | --use-min-nodes               | of a range of nodes, rather few
      bar  | --spread-job                  | rather many nodes with a few CPUs each
      bar  | --switches=NUMBER[@TIME]      | nodes below so few switches, waiting that long for them
      bar  | -p, --partition=LIST          | the partition, or those that will do
      bar  | --reservation=NAME            | from this reservation
      bar  | -s, --oversubscribe           | others may use the same CPUs
      bar  | --exclusive[=user|mcs]        | nobody else's jobs on the nodes
      bar  | -S, --core-spec=NUMBER        | cores left to the system
      bar  | --thread-spec=NUMBER          | threads left to the system
      bar  | -O, --overcommit              | more than one task on a CPU
      bar  | -L, --licenses=NAME[:NUMBER]  | takes these licences
      bar  | --gres=NAME[:TYPE][:NUMBER]   | generic resources of each node
      bar  | --gres-flags=WORDS            | how they are chosen
      bar  | -G, --gpus=[TYPE:]NUMBER      | GPUs for the whole job
      bar  | --gpus-per-node=[TYPE:]NUMBER | GPUs on each node
      bar  | --gpus-per-socket=[TYPE:]NUMBER | GPUs for each socket
      bar  | --gpus-per-task=[TYPE:]NUMBER | GPUs for each task
      bar  | --ntasks-per-gpu=NUMBER       | at most so many tasks for a GPU
      bar  | --cpus-per-gpu=NUMBER         | CPUs for each GPU
      bar> | --tres-per-task=LIST          | resources for each task
      When
      bar  | -t, --time=TIME               | ends after that: minutes, h:m:s or days-h:m:s
      bar  | --time-min=TIME               | will do with less, down to that
      bar  | -b, --begin=TIME              | not before
      bar  | --deadline=TIME               | not at all unless it can be over by then
      bar  | -d, --dependency=TYPE:JOB     | after others: afterok, afterany, afternotok, after, singleton ...
      b    | --kill-on-invalid-dep=yes|no  | whether it ends when it can never start
      bar  | -H, --hold                    | waits until somebody releases it
      bar  | --nice[=NUMBER]               | behind others by so much
      bar  | --priority=NUMBER             | this priority (operators)
      bar  | --delay-boot=MINUTES          | waits that long before nodes are booted for it
      bar  | --reboot                      | nodes start anew first
      ar   | -I, --immediate[=SECONDS]     | gives up if it cannot start by then
      b    | -a, --array=RANGES[%MOST]     | a task for each number: 0-99, 1,3,5-9:2
      b    | --requeue                     | may be run again after a node's failure
      b    | --no-requeue                  | may not
      b    | -W, --wait                    | returns when the job is over, with its exit code
      r    | -W, --wait=SECONDS            | ends the others so long after the first task's end
      bar  | --signal=[R:]SIGNAL[@SECONDS] | is sent before the time is up (sbatch: B: for the script alone)
      bar  | -k, --no-kill                 | goes on when a node fails
      Names and notes
      bar  | -J, --job-name=NAME           | what squeue calls it
      bar  | -A, --account=NAME            | who pays
      bar  | -q, --qos=NAME                | quality of service
      bar  | --wckey=NAME                  | what it is for
      bar  | --comment=TEXT                | a note that stays with the job
      bar  | --mail-type=EVENTS            | writes at BEGIN, END, FAIL, REQUEUE, ALL ...
      bar  | --mail-user=ADDRESS           | to this address
      bar  | --mcs-label=LABEL             | label of the MCS plugin
      bar  | --profile=WORDS               | what is measured
      Files and surroundings
      bar  | -D, --chdir=DIRECTORY         | works there
      b    | -o, --output=PATTERN          | standard output; %j job, %A %a array, %x name, %N node
      r    | -o, --output=MODE             | standard output: a pattern of files, all, none, a task's number
      br   | -e, --error=PATTERN           | standard error, if not together with it
      br   | -i, --input=PATTERN           | standard input
      br   | --open-mode=append|truncate   | what becomes of a file that is there
      br   | --export=NAMES|ALL|NONE       | variables that the job gets
      b    | --export-file=FILE            | variables from a file
      br   | --propagate[=LIMITS]          | which of the limits here hold there
      bar  | --cpu-freq=RANGE              | frequency of the CPUs
      ba   | --container=PATH              | runs in this OCI bundle
      b    | --get-user-env                | variables of a login, too
      b    | --wrap=COMMAND                | makes the script of a shell command
      b    | --ignore-pbs                  | passes over #PBS lines
      b    | --parsable                    | prints the job's number and nothing else
      br   | --test-only                   | asks when and where it would start, and starts nothing
      a    | --bell, --no-bell             | rings when the nodes are there, or never
      a    | -K, --kill-command[=SIGNAL]   | ends the command when the job ends
      a    | --no-shell                    | takes the nodes and returns
      ba   | --wait-all-nodes=0|1          | begins when all nodes are up
      Tasks of a step
      bar  | -m, --distribution=WORDS      | order of tasks over nodes and sockets
      bar  | --mem-bind=WORDS              | tasks and memory
      bar  | --hint=WORDS                  | compute_bound, memory_bound, [no]multithread
      r    | --cpu-bind=WORDS              | tasks and CPUs
      bar  | --gpu-bind=WORDS              | tasks and GPUs
      bar> | --tres-bind=WORDS             | tasks and other resources
      r    | --jobid=JOB                   | in this allocation
      r    | --exact                       | no more CPUs than it asks for
      r    | --overlap                     | beside other steps on the same CPUs
      r    | -r, --relative=NUMBER         | from this node of the allocation on
      r    | --het-group=LIST              | in these components of a heterogeneous job
      r    | --multi-prog                  | the file says which task runs what
      r    | --mpi=TYPE                    | none, pmi2, pmix; list
      r    | -l, --label                   | the task's number before each line
      r    | -u, --unbuffered              | does not wait for whole lines
      r    | --pty                         | the first task has a terminal
      r    | -K, --kill-on-bad-exit[=0|1]  | one task's failure ends the step
      r    | --bcast[=FILE]                | copies the program to the nodes first
      r    | --bcast-exclude=PATHS         | libraries that are not copied
      r    | --send-libs[=yes|no]          | copies its libraries, too
      r    | --compress[=lz4|none]         | copies are compressed
      r    | --task-prolog, --task-epilog=PROGRAM | run there around each task
      r    | -E, --preserve-env            | numbers of nodes and tasks from the environment win
      r    | -X, --disable-status          | Ctrl-C ends it at once
      r    | --quit-on-interrupt           | likewise
      bar  | --acctg-freq=LIST             | how often usage is sampled
      r    | --slurmd-debug=LEVEL          | the node daemon's log is shown
      bar> | --oom-kill-step[=0|1]         | out of memory in one task ends the step
      And
      bar  | -Q, --quiet                   | errors only
      bar  | -v, --verbose                 | says more; again: more still
      bar  | -V, --version                 | the version of Slurm that is spoken
      bar  | -h, --help                    | this
      bar  | --usage                       | the options without explanations
      """;

  private record Row(String option, String meaning) {}

  /** {@code --help}; {@code old}: of a release before 23.02. */
  public static String help(Tool tool, boolean old) {
    StringBuilder b = new StringBuilder("Usage: ").append(tool.synopsis).append('\n').append(tool.purpose).append('\n');
    b.append("Components of a heterogeneous job are separated by a colon.\n");
    String group = null;
    for (String line : TABLE.split("\n")) {
      if (line.indexOf('|') < 0) {
        group = line;
        continue;
      }
      Row row = row(line, tool, old);
      if (row == null) {
        continue;
      }
      if (group != null) {
        b.append('\n').append(group).append('\n');
        group = null;
      }
      String option = "  " + (row.option.startsWith("--") ? "    " : "") + row.option;
      b.append(option).append(" ".repeat(Math.max(1, INDENT - option.length()))).append(row.meaning).append('\n');
    }
    return b.toString();
  }

  /** {@code --usage}. */
  public static String usage(Tool tool, boolean old) {
    List<String> words = new ArrayList<>();
    for (String line : TABLE.split("\n")) {
      Row row = line.indexOf('|') < 0 ? null : row(line, tool, old);
      if (row != null) {
        words.add("[" + row.option.replace(", ", "|") + "]");
      }
    }
    StringBuilder b = new StringBuilder("Usage: ").append(tool.synopsis);
    int column = WIDTH;
    for (String word : words) {
      if (column + 1 + word.length() > WIDTH) {
        b.append("\n ");
        column = 1;
      }
      b.append(' ').append(word);
      column += 1 + word.length();
    }
    return b.append('\n').toString();
  }

  /** Null: not for that program or release. */
  private static Row row(String line, Tool tool, boolean old) {
    String[] parts = line.split(" \\| ", 3);
    String who = parts[0];
    boolean release = who.indexOf('<') >= 0 ? old : who.indexOf('>') < 0 || !old;
    return release && who.indexOf(tool.mark) >= 0 ? new Row(parts[1].strip(), parts[2].strip()) : null;
  }

  private JobHelp() {}
}
